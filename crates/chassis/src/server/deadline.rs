//! The deadline a caller asks for: the `grpc-timeout` header.

use std::time::Duration;

use tonic::codegen::http::HeaderMap;

/// At most so many digits, by the gRPC specification.
const MAX_DIGITS: usize = 8;

/// How long the caller waits; `None` when it says nothing, or nothing that can be read.
pub(super) fn caller_deadline(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (amount, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if amount.len() > MAX_DIGITS {
        return None;
    }
    let amount: u64 = amount.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(amount * 3_600)),
        "M" => Some(Duration::from_secs(amount * 60)),
        "S" => Some(Duration::from_secs(amount)),
        "m" => Some(Duration::from_millis(amount)),
        "u" => Some(Duration::from_micros(amount)),
        "n" => Some(Duration::from_nanos(amount)),
        _ => None,
    }
}
