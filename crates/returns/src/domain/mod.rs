//! The rules of returns: pure and synchronous; time, ids and policy come as parameters.

pub mod books;
mod data;
mod disposition;
mod fulfillment_fee;
mod money;
mod policy;
mod referral_fee;
mod reimbursement;
mod rma;
mod sold;

pub use data::DataError;
pub use disposition::{Claim, Disposition, Fault, Judgement, ReasonCodes};
pub use fulfillment_fee::{FulfillmentFees, Unit};
pub use money::{MoneyKind, MoneyRequest, MoneyState, Reimbursement, ReimbursementState};
pub use policy::{NoPolicy, Policies, day};
pub use referral_fee::ReferralFees;
pub use reimbursement::{Cause, Product, Valuation, ValuationError, Value};
pub use rma::{Authorisation, Line, Outcome, Refused, ReturnedUnit, Rma, State, Wish};
pub use sold::{Progress, Shipment, SoldLine};
