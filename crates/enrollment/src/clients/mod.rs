//! Calls to other services.

mod eligibility;

pub(crate) use eligibility::Eligibility;
