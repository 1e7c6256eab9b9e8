//! Events in: batches of one partition, each applied once, in one transaction.
//!
//! `member` holds the group membership and starts a `worker` per partition; the worker takes batches, has them applied
//! (`apply`) and commits the offset. `batch` decodes and forgets types.

mod apply;
mod batch;
mod handler;
mod member;
mod patience;
mod worker;

pub(crate) use apply::Applier;
pub(crate) use batch::{AnyHandler, Typed};
pub use handler::{Handler, Refusal};
pub(crate) use member::Member;
