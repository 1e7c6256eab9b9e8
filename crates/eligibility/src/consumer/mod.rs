//! What arrives on topics, handed to the use cases.

mod catalog;
mod enrollment;
mod settings;
mod work;

pub(crate) use catalog::{CatalogHandler, listing};
pub(crate) use enrollment::EnrollmentHandler;
pub(crate) use settings::SettingsMirror;
pub(crate) use work::WorkHandler;

use messaging::Refusal;
use wire::{ErrorReason, WireError};

/// A record with a field that cannot be taken is an invalid record.
fn refusal(index: usize, error: &WireError) -> Refusal {
    Refusal::new(index, ErrorReason::InvalidRecord, error.to_string())
}
