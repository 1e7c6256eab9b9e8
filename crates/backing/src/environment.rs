//! The environment variables this crate reads, all of them, in one place.

use std::path::PathBuf;

use crate::{BackingError, Way};

/// What the environment says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    /// `FBA_POSTGRES_URL`: superuser URL of a maintenance database.
    pub(crate) postgres_url: Option<String>,
    /// `FBA_KAFKA_BROKERS`: `host:port`, comma-separated.
    pub(crate) kafka_brokers: Option<String>,
    /// `FBA_BACKING`: the one way that is allowed.
    pub(crate) way: Option<Way>,
}

impl Environment {
    /// Reads it.
    pub(crate) fn read() -> Result<Self, BackingError> {
        let way = match variable("FBA_BACKING").as_deref() {
            None => None,
            Some("given") => Some(Way::Given),
            Some("containers") => Some(Way::Containers),
            Some("local") => Some(Way::Local),
            Some(other) => return Err(BackingError::UnknownWay { value: other.to_owned() }),
        };
        Ok(Environment {
            postgres_url: variable("FBA_POSTGRES_URL"),
            kafka_brokers: variable("FBA_KAFKA_BROKERS"),
            way,
        })
    }
}

/// The folder of what is fetched once: `$XDG_CACHE_HOME/fba-export`, by default `~/.cache/fba-export`.
pub(crate) fn cache_folder() -> Result<PathBuf, BackingError> {
    let root = match (variable("XDG_CACHE_HOME"), variable("HOME")) {
        (Some(cache), _) => PathBuf::from(cache),
        (None, Some(home)) => PathBuf::from(home).join(".cache"),
        (None, None) => return Err(BackingError::NoHome),
    };
    Ok(root.join("fba-export"))
}

/// A variable's value. An empty one counts as absent.
#[allow(
    clippy::disallowed_methods,
    reason = "tests start servers without a command line to configure them by"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
