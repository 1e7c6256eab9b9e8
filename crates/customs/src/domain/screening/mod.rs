//! Who and where we must not ship to: embargoed places, and denied parties by normalised exact match.
//!
//! A hit never clears itself: the shipment is held until the facts or the list change.

mod denied_parties;
mod embargo;
mod name;

pub(crate) use denied_parties::{DeniedParties, ListError, ListFiles};
pub(crate) use embargo::{Embargoes, Place, PlaceVerdict};

use serde::{Deserialize, Serialize};

/// What matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum HitKind {
    /// The place.
    Embargo,
    /// A party's name.
    DeniedParty,
}

impl HitKind {
    /// The word on the wire.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Embargo => "EMBARGO",
            Self::DeniedParty => "DENIED_PARTY",
        }
    }
}

/// One match: kept as evidence. Holds nothing of the screened party itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hit {
    /// What matched.
    pub kind: HitKind,
    /// The list's entry number, or the embargo row.
    pub entry: String,
    /// The list.
    pub list: String,
    /// As-of date of the list.
    pub list_date: String,
}
