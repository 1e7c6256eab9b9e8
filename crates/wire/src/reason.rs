//! The closed set of reasons that errors and dead letters carry.

pub use crate::common::v1::ErrorReason;

/// `domain` of google.rpc.ErrorInfo in all our errors.
pub const REASON_DOMAIN: &str = "fba-export";

const PREFIX: &str = "ERROR_REASON_";

impl ErrorReason {
    /// The name without the enum's prefix, as it stands in ErrorInfo and in `docs/errors/`: `SELLER_NOT_FOUND`.
    pub fn name(self) -> &'static str {
        let full = self.as_str_name();
        full.strip_prefix(PREFIX).unwrap_or(full)
    }

    /// The reason of a name without prefix.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::from_str_name(&format!("{PREFIX}{name}"))
    }
}
