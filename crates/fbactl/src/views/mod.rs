//! What answers look like: one view per resource, for tables and JSON alike. Field names are those of the proto,
//! money is `{currency_code, minor_units}`, times are RFC 3339, enums lose their prefix.

mod customs;
mod eligibility;
mod enrollment;
mod fulfillment;
mod ops;
mod returns;

pub(crate) use customs::*;
pub(crate) use eligibility::*;
pub(crate) use enrollment::*;
pub(crate) use fulfillment::*;
pub(crate) use ops::*;
pub(crate) use returns::*;

use std::fmt;

use serde::Serialize;

/// A resource: how its field in an answer is called, alone and in a list, and what a table of several shows.
pub(crate) trait View: Serialize {
    const ONE: &'static str;
    const MANY: &'static str;
    const COLUMNS: &'static [&'static str];
}

/// Declares views: the fields of a message, each as it is shown, `as` an enum's name where it is one.
macro_rules! views {
    ($($(#[$doc:meta])* $name:ident of $message:ty { $($field:ident: $type:ty $(as $enum:ty)?),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, serde::Serialize)]
        pub(crate) struct $name { $(pub(crate) $field: $type),+ }

        impl From<$message> for $name {
            fn from(message: $message) -> Self {
                Self { $($field: views!(@shown message.$field $(, $enum)?)),+ }
            }
        }
    )+};
    (@shown $value:expr) => { $crate::views::Shown::shown($value) };
    (@shown $value:expr, $enum:ty) => { $crate::views::named::<$enum>($value) };
}
pub(crate) use views;

/// Makes views printable as lists.
macro_rules! resources {
    ($($view:ty: $one:literal, $many:literal, [$($column:literal),+ $(,)?];)+) => {$(
        impl $crate::views::View for $view {
            const ONE: &'static str = $one;
            const MANY: &'static str = $many;
            const COLUMNS: &'static [&'static str] = &[$($column),+];
        }
    )+};
}
pub(crate) use resources;

/// An enum of the contract, shown without its prefix.
pub(crate) trait Named: TryFrom<i32> {
    const PREFIX: &'static str;
    fn full(&self) -> &'static str;
}

macro_rules! enums {
    ($($enum:ty: $prefix:literal;)+) => {$(
        impl $crate::views::Named for $enum {
            const PREFIX: &'static str = $prefix;
            fn full(&self) -> &'static str {
                self.as_str_name()
            }
        }
    )+};
}
pub(crate) use enums;

/// The name of an enum's value: empty when unspecified, the number when a newer service sends one we do not know.
pub(crate) fn named<E: Named>(value: i32) -> String {
    match E::try_from(value) {
        Ok(_) if value == 0 => String::new(),
        Ok(value) => value.full().trim_start_matches(E::PREFIX).to_owned(),
        Err(_) => value.to_string(),
    }
}

/// A field of a message as a field of a view.
pub(crate) trait Shown<V> {
    fn shown(self) -> V;
}

macro_rules! shown_as_they_are {
    ($($type:ty),+) => {$(
        impl Shown<$type> for $type {
            fn shown(self) -> $type {
                self
            }
        }
    )+};
}
shown_as_they_are!(String, bool, i32, u32, i64);

impl<M, V: From<M>> Shown<Option<V>> for Option<M> {
    fn shown(self) -> Option<V> {
        self.map(V::from)
    }
}

impl<M, V: From<M>> Shown<Vec<V>> for Vec<M> {
    fn shown(self) -> Vec<V> {
        self.into_iter().map(V::from).collect()
    }
}

views! {
    /// An exact amount.
    Money of wire::common::v1::Money { currency_code: String, minor_units: i64 }
}

/// A point in time, RFC 3339 in UTC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub(crate) enum Time {
    At(jiff::Timestamp),
    /// Outside the calendar; said in words.
    Outside(String),
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(time) => time.fmt(f),
            Self::Outside(words) => f.write_str(words),
        }
    }
}

impl From<prost_types::Timestamp> for Time {
    fn from(time: prost_types::Timestamp) -> Self {
        match jiff::Timestamp::new(time.seconds, time.nanos) {
            Ok(time) => Self::At(time),
            Err(_) => Self::Outside(format!("{} s after 1970, which is no time", time.seconds)),
        }
    }
}
