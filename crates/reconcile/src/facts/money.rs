//! Money on its way out, and the books.

use std::collections::{BTreeMap, HashMap};

use kernel::{OrderId, PayoutId, RefundId, ShipmentId};
use wire::common::v1::RefundKind;

use super::{Field, once};

/// Refunds, payouts and ledgers of all services. Amounts are in US cents.
#[derive(Debug, Default)]
pub(crate) struct Money {
    pub(crate) refunds: HashMap<RefundId, Outflow>,
    pub(crate) payouts: HashMap<PayoutId, Outflow>,
    /// Sum of all balances of a service's ledger by currency, in minor units, and its accounts.
    pub(crate) ledgers: BTreeMap<(String, String), (i128, u64)>,
}

/// A refund or a payout.
#[derive(Debug)]
pub(crate) struct Outflow {
    /// Who asked for it.
    pub(crate) service: Box<str>,
    pub(crate) settlement: Settlement,
    /// How often it was asked for.
    pub(crate) attempts: i64,
    pub(crate) amount: i64,
    pub(crate) purpose: Purpose,
}

/// What it pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A refund of this kind for an order, or for one of its shipments.
    Refund(RefundKind, OrderId, Option<ShipmentId>),
    /// A seller's reimbursement.
    Payout,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settlement {
    Requested,
    Settled,
    /// Given up; the money is still owed.
    Failed,
}

impl Money {
    pub(super) fn take_refund(&mut self, service: &str, fact: Field<'_>) -> Result<(), String> {
        let kind: String = fact.link("purpose")?;
        let kind = RefundKind::from_str_name(&format!("REFUND_KIND_{kind}"))
            .ok_or_else(|| format!("purpose {kind:?} is not known"))?;
        let purpose = Purpose::Refund(kind, fact.link("order_id")?, fact.maybe_link("shipment_id")?);
        once(self.refunds.insert(fact.id()?, outflow(service, fact, purpose)?))
    }

    pub(super) fn take_payout(&mut self, service: &str, fact: Field<'_>) -> Result<(), String> {
        once(self.payouts.insert(fact.id()?, outflow(service, fact, Purpose::Payout)?))
    }

    pub(super) fn take_ledger(&mut self, service: &str, fact: Field<'_>) -> Result<(), String> {
        for (name, balance) in &fact.0.amounts {
            if *name != balance.currency_code {
                return Err(format!("balance {name} is in {}", balance.currency_code));
            }
            let key = (service.to_owned(), name.clone());
            let (sum, accounts) = self.ledgers.entry(key).or_default();
            *sum += i128::from(balance.minor_units);
            *accounts += 1;
        }
        Ok(())
    }
}

fn outflow(service: &str, fact: Field<'_>, purpose: Purpose) -> Result<Outflow, String> {
    let settlement = match fact.state() {
        "REQUESTED" => Settlement::Requested,
        "SETTLED" => Settlement::Settled,
        "FAILED" => Settlement::Failed,
        other => return Err(format!("state {other:?} is not known")),
    };
    let amount = fact.usd("amount")?;
    Ok(Outflow { service: service.into(), settlement, attempts: fact.units("attempts"), amount, purpose })
}
