//! Calls to other services. A batch of orders makes one call each; only what is above a call's bound makes more.

mod customs;
mod eligibility;

use std::time::Duration;

pub(crate) use customs::Customs;
pub(crate) use eligibility::Eligibility;

/// How long a call on the hot path may take; then the batch waits and tries again.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// Calls of one batch that are under way at a time, when it needs more than one.
const CALLS_AT_A_TIME: usize = 4;

/// The services that acceptance asks.
pub(crate) struct Neighbours {
    pub(crate) eligibility: Eligibility,
    pub(crate) customs: Customs,
}

/// A request with the hot path's timeout.
fn request<T>(message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request.set_timeout(CALL_TIMEOUT);
    request
}
