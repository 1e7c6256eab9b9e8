//! Reading the fields of a fact.

use std::str::FromStr;

use wire::ops::v1::Fact;

/// A fact whose fields are asked for by name.
#[derive(Clone, Copy)]
pub(super) struct Field<'a>(pub(super) &'a Fact);

impl<'a> Field<'a> {
    pub(super) fn kind(self) -> &'a str {
        &self.0.kind
    }

    pub(super) fn text(self) -> &'a str {
        &self.0.id
    }

    pub(super) fn version(self) -> i64 {
        self.0.version
    }

    pub(super) fn state(self) -> &'a str {
        &self.0.state
    }

    pub(super) fn is_final(self) -> bool {
        self.0.r#final
    }

    pub(super) fn id<T: FromStr>(self) -> Result<T, String>
    where
        T::Err: std::fmt::Display,
    {
        self.0.id.parse().map_err(|error: T::Err| error.to_string())
    }

    /// A state that no enum of ours has is refused.
    pub(super) fn state_of<T>(self, prefix: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, String> {
        let full = format!("{prefix}{}", self.0.state);
        parse(&full).ok_or_else(|| format!("state {:?} is not known", self.0.state))
    }

    /// Absent is zero.
    pub(super) fn units(self, name: &str) -> i64 {
        self.0.units.get(name).copied().unwrap_or_default()
    }

    /// Units whose name starts with `prefix`, without it.
    pub(super) fn units_of(self, prefix: &'static str) -> impl Iterator<Item = (&'a str, i64)> {
        self.0.units.iter().filter_map(move |(name, units)| Some((name.strip_prefix(prefix)?, *units)))
    }

    /// Cents of an amount in USD; absent is zero.
    pub(super) fn usd(self, name: &str) -> Result<i64, String> {
        match self.0.amounts.get(name) {
            None => Ok(0),
            Some(money) if money.currency_code == "USD" => Ok(money.minor_units),
            Some(money) => Err(format!("{name} is in {}, expected USD", money.currency_code)),
        }
    }

    pub(super) fn link<T: FromStr>(self, name: &str) -> Result<T, String>
    where
        T::Err: std::fmt::Display,
    {
        self.maybe_link(name)?.ok_or_else(|| format!("ref {name} is missing"))
    }

    pub(super) fn maybe_link<T: FromStr>(self, name: &str) -> Result<Option<T>, String>
    where
        T::Err: std::fmt::Display,
    {
        let text = self.0.refs.get(name).filter(|text| !text.is_empty());
        text.map(|text| text.parse().map_err(|error: T::Err| format!("ref {name}: {error}"))).transpose()
    }
}
