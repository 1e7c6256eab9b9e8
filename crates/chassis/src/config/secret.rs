//! Values that are never printed.

use std::convert::Infallible;
use std::fmt;
use std::fs;
use std::path::Path;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};

/// A secret from the command line, the environment or a file. `Debug` does not show it, and there is no `Display`.
#[derive(Clone)]
pub struct Secret(SecretString);

/// A configuration that cannot be used: one sentence that names the option and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Neither the value nor its file was given.
    #[error("--{0} is missing: give it, or a file that holds it with --{0}-file")]
    Missing(&'static str),
    /// Both the value and its file were given.
    #[error("--{0} and --{0}-file are both given: leave one out")]
    Twice(&'static str),
    /// The file cannot be read.
    #[error("--{name}-file {path} cannot be read: {error}")]
    Unreadable {
        /// The option.
        name: &'static str,
        /// The file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// The file is empty.
    #[error("--{name}-file {path} is empty")]
    Empty {
        /// The option.
        name: &'static str,
        /// The file.
        path: String,
    },
}

impl Secret {
    /// Hides a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(SecretString::from(value.into()))
    }

    /// The value itself: only where it is used.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::new(text))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The secret option `name`: given directly (`--name`, its variable), or as a file (`--name-file`, `*_FILE`) whose
/// trailing white space is cut.
///
/// # Errors
/// When none or both are given, or the file cannot be read or is empty.
pub fn secret(
    name: &'static str,
    value: Option<&Secret>,
    file: Option<&Path>,
) -> Result<Secret, ConfigError> {
    match (value, file) {
        (Some(value), None) => Ok(value.clone()),
        (None, Some(path)) => read(name, path),
        (None, None) => Err(ConfigError::Missing(name)),
        (Some(_), Some(_)) => Err(ConfigError::Twice(name)),
    }
}

fn read(name: &'static str, path: &Path) -> Result<Secret, ConfigError> {
    let shown = path.display().to_string();
    match fs::read_to_string(path) {
        Ok(text) if text.trim_end().is_empty() => Err(ConfigError::Empty { name, path: shown }),
        Ok(text) => Ok(Secret::new(text.trim_end())),
        Err(error) => Err(ConfigError::Unreadable { name, path: shown, error }),
    }
}
