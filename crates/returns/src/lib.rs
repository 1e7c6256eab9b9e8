//! Returned and lost goods: judged, restocked, reimbursed, refunded, in a ledger that balances.

pub mod domain;
