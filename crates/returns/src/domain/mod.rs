//! The rules of returns: pure and synchronous; time, ids and policy come as parameters.

pub(crate) mod books;
mod data;
mod disposition;
mod fulfillment_fee;
mod money;
mod policy;
mod referral_fee;
mod reimbursement;
mod rma;
mod sold;

pub(crate) use data::DataError;
pub(crate) use disposition::{Disposition, Fault, Judgement, ReasonCodes};
pub(crate) use fulfillment_fee::{FulfillmentFees, Unit};
pub(crate) use money::{MoneyKind, MoneyRequest, MoneyState, Reimbursement, ReimbursementState};
pub(crate) use policy::{NoPolicy, Policies, day};
pub(crate) use referral_fee::ReferralFees;
pub(crate) use reimbursement::{Cause, Product, Valuation, ValuationError, Value};
pub(crate) use rma::{Authorisation, Line, Outcome, Refused, ReturnedUnit, Rma, State, Wish};
pub(crate) use sold::{Progress, Shipment, SoldLine};
