//! Facts of customs.

use std::collections::HashMap;

use kernel::{OrderId, ShipmentId};
use wire::customs::v1::DepositState;

use super::{Field, once, unknown_kind};

/// What customs knows. Amounts are in US cents.
#[derive(Debug, Default)]
pub(crate) struct Customs {
    /// Version of each shipment.
    pub(crate) versions: HashMap<ShipmentId, i64>,
    /// Shipment of each invoice, by the invoice's number.
    pub(crate) invoices: HashMap<Box<str>, ShipmentId>,
    pub(crate) deposits: HashMap<ShipmentId, Deposit>,
}

#[derive(Debug)]
pub(crate) struct Deposit {
    pub(crate) state: DepositState,
    pub(crate) order: OrderId,
    pub(crate) deposit: i64,
    pub(crate) charges: i64,
    pub(crate) charges_from_deposit: i64,
    pub(crate) refund: i64,
    pub(crate) refunded: i64,
    pub(crate) held: i64,
    pub(crate) shortfall: i64,
}

impl Customs {
    pub(super) fn take(&mut self, fact: Field<'_>) -> Result<(), String> {
        match fact.kind() {
            "customs_shipment" => once(self.versions.insert(fact.id()?, fact.version())),
            "invoice" => once(self.invoices.insert(fact.text().into(), fact.link("shipment_id")?)),
            "deposit" => once(self.deposits.insert(fact.id()?, deposit(fact)?)),
            _ => Err(unknown_kind()),
        }
    }
}

fn deposit(fact: Field<'_>) -> Result<Deposit, String> {
    Ok(Deposit {
        state: fact.state_of("DEPOSIT_STATE_", DepositState::from_str_name)?,
        order: fact.link("order_id")?,
        deposit: fact.usd("deposit")?,
        charges: fact.usd("charges")?,
        charges_from_deposit: fact.usd("charges_from_deposit")?,
        refund: fact.usd("refund")?,
        refunded: fact.usd("refunded")?,
        held: fact.usd("held")?,
        shortfall: fact.usd("shortfall")?,
    })
}
