//! What an advance did: events to be told and movements to be booked.

use kernel::{Country, HsCode, Money, RefundId};

use super::{Hold, IssuedInvoice};
use crate::domain::deposit::{Movement, Settlement};

/// What an advance did.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// To be told, in order.
    pub events: Vec<Event>,
    /// To be booked.
    pub movements: Vec<Movement>,
}

/// What customs tells the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// May leave.
    Cleared {
        /// The export citation.
        citation: String,
    },
    /// May not leave.
    Held(Hold),
    /// A broker is asked to file.
    FilingRequested(Vec<FilingLine>),
    /// The invoice exists.
    InvoiceIssued(IssuedInvoice),
    /// The deposit is on our books.
    DepositHeld(Money),
    /// The deposit was used or given back.
    DepositSettled {
        /// The deposit.
        deposit: Money,
        /// How.
        settlement: Settlement,
    },
    /// Payments is asked to pay the buyer back.
    RefundRequested {
        /// Its id.
        refund_id: RefundId,
        /// How much.
        amount: Money,
    },
}

/// A commodity of an export filing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilingLine {
    /// The HS code.
    pub hs_code: HsCode,
    /// Units.
    pub quantity: u32,
    /// What the buyer paid.
    pub value: Money,
    /// Origin, when known.
    pub origin: Option<Country>,
}
