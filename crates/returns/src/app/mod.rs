//! The use cases, one a file: load, decide, save, publish, in the caller's one transaction.

pub(crate) mod authorise;
pub(crate) mod due;
mod effects;
pub(crate) mod mirror;
pub(crate) mod payments;
pub(crate) mod sold;
pub(crate) mod units;

use std::sync::Arc;

use messaging::{HandleError, Refusal};
use wire::{ErrorReason, WireError};

pub(crate) use effects::Effects;

use crate::domain::{DataError, Policies, ReasonCodes, Refused, Valuation};

/// Name in topics, ids and histories.
pub(crate) const SERVICE: &str = "returns";

/// The dated rules, read once and shared.
#[derive(Clone)]
pub(crate) struct Rules(Arc<Tables>);

pub(crate) struct Tables {
    pub(crate) policies: Policies,
    pub(crate) reasons: ReasonCodes,
    pub(crate) valuation: Valuation,
}

impl Rules {
    pub(crate) fn load() -> Result<Self, DataError> {
        Ok(Self(Arc::new(Tables {
            policies: Policies::load()?,
            reasons: ReasonCodes::load()?,
            valuation: Valuation::load()?,
        })))
    }
}

impl std::ops::Deref for Rules {
    type Target = Tables;

    fn deref(&self) -> &Tables {
        &self.0
    }
}

/// A record whose field cannot be taken.
pub(crate) fn malformed(index: usize, error: &WireError) -> Refusal {
    let reason = match error.reason {
        ErrorReason::InvalidArgument => ErrorReason::InvalidRecord,
        other => other,
    };
    Refusal { index, reason, detail: error.to_string() }
}

/// A record that the rules refuse; a rule that cannot be applied (a policy row is missing) is a fault of ours.
pub(crate) fn refused(index: usize, error: &Refused) -> Result<Refusal, HandleError> {
    match error {
        Refused::Policy(_) | Refused::Money(_) => Err(HandleError::failed(error)),
        _ => Ok(Refusal { index, reason: ErrorReason::InvalidRecord, detail: error.to_string() }),
    }
}
