//! One text form per value: the same for people, files, JSON and keys.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{self, Deserializer, Visitor};

/// Deserializes a value from its text form without an intermediate `String`.
#[doc(hidden)]
pub fn deserialize<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
    T::Err: fmt::Display,
{
    struct TextVisitor<T>(PhantomData<T>);

    impl<T> Visitor<'_> for TextVisitor<T>
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(de::Error::custom)
        }
    }

    deserializer.deserialize_str(TextVisitor(PhantomData))
}

/// Gives a type with `parse(&str)` and `Display` the rest of its text form: `FromStr`, `TryFrom<&str>`,
/// `TryFrom<String>`, `Into<String>` and serde as a string.
#[doc(hidden)]
#[macro_export]
macro_rules! text_form {
    ($type:ty) => {
        impl ::std::str::FromStr for $type {
            type Err = $crate::ParseError;
            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::ParseError> {
                Self::parse(text)
            }
        }
        impl ::std::convert::TryFrom<&str> for $type {
            type Error = $crate::ParseError;
            fn try_from(text: &str) -> ::std::result::Result<Self, $crate::ParseError> {
                Self::parse(text)
            }
        }
        impl ::std::convert::TryFrom<::std::string::String> for $type {
            type Error = $crate::ParseError;
            fn try_from(text: ::std::string::String) -> ::std::result::Result<Self, $crate::ParseError> {
                Self::parse(&text)
            }
        }
        impl ::std::convert::From<$type> for ::std::string::String {
            fn from(value: $type) -> ::std::string::String {
                value.to_string()
            }
        }
        impl $crate::reexport::serde::Serialize for $type {
            fn serialize<S: $crate::reexport::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> $crate::reexport::serde::Deserialize<'de> for $type {
            fn deserialize<D: $crate::reexport::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::reexport::deserialize(deserializer)
            }
        }
    };
}

/// `Display` and `Debug` of a newtype over text, and `as_str`.
macro_rules! shows_its_text {
    ($type:ident) => {
        impl $type {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl ::std::fmt::Display for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }
        impl ::std::fmt::Debug for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl ::std::convert::AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
    };
}
pub(crate) use shows_its_text;
