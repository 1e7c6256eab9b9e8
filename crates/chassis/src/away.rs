//! Telling a server that is away from one that refuses.

use std::error::Error as _;

use tonic::{Code, Status};

/// Whether the same call may be answered later without anybody changing data or program: the server is away or busy, or the
/// connection broke while it was answering. A call that changes something must carry a `request_id` to be repeated.
#[must_use]
pub fn is_away(status: &Status) -> bool {
    match status.code() {
        Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted => true,
        // What tonic makes of a connection that breaks. No server answered with it: it would have no such source.
        Code::Unknown => status.source().is_some_and(|source| source.is::<tonic::transport::Error>()),
        _ => false,
    }
}
