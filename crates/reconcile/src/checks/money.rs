//! Money in, money out, money held.

use std::collections::{BTreeSet, HashMap};

use kernel::{OrderId, ShipmentId};
use uuid::Uuid;
use wire::common::v1::RefundKind;
use wire::fulfillment::v1::OrderState;

use super::orders::noted;
use crate::facts::{Facts, Outflow, Purpose, Settlement};
use crate::topics::{Answers, Requests, Topics};
use crate::{Check, Options};

/// What a buyer owes is what the shipments cost, to the cent.
pub(super) fn amounts_due(facts: &Facts, topics: &Topics) -> Check {
    let mut check = Check::new("an order's amount due is goods, shipping and deposit of its shipments");
    for (id, accepted) in &topics.fulfillment.accepted {
        check.equal(accepted.planned, accepted.amount_due, || format!("shipments of order {id}"));
        let known = facts.fulfillment.orders.get(id).map(|order| (order.amount_due, order.shipments));
        check.equal(known, Some((accepted.amount_due, accepted.shipments)), || format!("order {id}"));
    }
    check
}

/// What payments captured is on the order, whole and once.
pub(super) fn captured(facts: &Facts, topics: &Topics) -> Check {
    let mut check = Check::new("what payments captured is booked on its order, once");
    for (id, order) in &facts.fulfillment.orders {
        let captured = topics.outside.captured.get(id).copied().unwrap_or_default();
        check.equal(order.captured, captured, || format!("captured for order {id}"));
        let is_whole = order.captured == 0 || order.captured == order.amount_due;
        check.that(is_whole, || format!("order {id}: captured {} of {}", order.captured, order.amount_due));
        if matches!(order.state, OrderState::Paid | OrderState::Closed) {
            check.that(order.captured > 0 || order.amount_due == 0, || {
                format!("order {id} is {} without a payment", order.state.as_str_name())
            });
        }
    }
    for id in topics.outside.captured.keys() {
        check.that(facts.fulfillment.orders.contains_key(id), || format!("payment for unknown order {id}"));
    }
    check
}

/// Every refund and payout was asked for, and answered exactly once.
pub(super) fn outflows(facts: &Facts, topics: &Topics, options: &Options) -> Check {
    let mut check = Check::new("every refund and payout asked for has one answer, and no other was paid");
    let (money, flow) = (&facts.money, &topics.flow);
    let refunds = money.refunds.iter().map(|(id, refund)| (id.as_uuid(), refund)).collect();
    let payouts = money.payouts.iter().map(|(id, payout)| (id.as_uuid(), payout)).collect();
    let open =
        answered(&mut check, options, "refund", &refunds, &flow.refunds_requested, &flow.refund_answers)
            + answered(
                &mut check,
                options,
                "payout",
                &payouts,
                &flow.payouts_requested,
                &flow.payout_answers,
            );
    noted(check, options, open, "refunds and payouts wait for their answer")
}

/// Compares one kind of outflow in its three places; returns how many wait for their answer.
fn answered(
    check: &mut Check,
    options: &Options,
    what: &str,
    known: &HashMap<Uuid, &Outflow>,
    requests: &Requests,
    answers: &Answers,
) -> i64 {
    let mut open = 0;
    for (id, outflow) in known {
        let Some(request) = requests.0.get(id) else {
            check.that(false, || format!("{what} {id} was never asked for"));
            continue;
        };
        check.equal((request.service, request.amount), (&*outflow.service, outflow.amount), || {
            format!("{what} {id} as asked for")
        });
        check.equal(request.times, outflow.attempts, || format!("{what} {id}: times asked for"));
        check.that(!request.changed, || format!("{what} {id} was asked for again with another amount"));
        let answer = answers.0.get(id).copied().unwrap_or_default();
        let paid = (answer.settled, answer.amount);
        let holds = match outflow.settlement {
            Settlement::Settled => paid == (1, outflow.amount),
            Settlement::Failed => paid == (0, 0) && answer.failed > 0,
            Settlement::Requested => {
                open += 1;
                paid == (0, 0) && !options.require_final
            }
        };
        let state = outflow.settlement;
        check.that(holds, || format!("{what} {id} of {} is {state:?}, answers: {answer:?}", outflow.amount));
    }
    let elsewhere: BTreeSet<&Uuid> = requests.0.keys().chain(answers.0.keys()).collect();
    for id in elsewhere.into_iter().filter(|id| !known.contains_key(id)) {
        check.that(false, || format!("{what} {id} is on the topics, but no service knows it"));
    }
    open
}

/// What customs gives back of a deposit is asked for in full.
pub(super) fn deposit_refunds(facts: &Facts) -> Check {
    let mut check = Check::new("what is given back of a deposit is asked for in full");
    let mut asked: HashMap<ShipmentId, i64> = HashMap::new();
    for (id, refund) in &facts.money.refunds {
        if let Purpose::Refund(RefundKind::ImportFeesDeposit, _, shipment) = refund.purpose {
            match shipment {
                Some(shipment) => *asked.entry(shipment).or_default() += refund.amount,
                None => check.violate(format!("refund {id} of a deposit names no shipment")),
            }
        }
    }
    for (id, deposit) in &facts.customs.deposits {
        let refunds = asked.remove(id).unwrap_or_default();
        check.equal(refunds, deposit.refund, || format!("refunds of the deposit of shipment {id}"));
    }
    for (id, amount) in asked {
        check.that(false, || format!("{amount} of a deposit of shipment {id}, which has none"));
    }
    check
}

/// For each order: captured = refunds of goods, shipping and deposits + what fulfillment kept + what customs took or
/// holds. Refunds of returns are paid out of what was kept and are no more than that.
pub(super) fn in_equals_out_and_held(facts: &Facts) -> Check {
    let mut check = Check::new("money in is money out and held, for each order");
    let mut sums: HashMap<OrderId, Sum> = HashMap::new();
    for shipment in facts.fulfillment.shipments.values() {
        sums.entry(shipment.order).or_default().kept += shipment.retained;
    }
    for deposit in facts.customs.deposits.values() {
        sums.entry(deposit.order).or_default().deposits += deposit.charges_from_deposit + deposit.held;
    }
    for refund in facts.money.refunds.values() {
        let Purpose::Refund(kind, order, _) = refund.purpose else { continue };
        let sum = sums.entry(order).or_default();
        match kind {
            RefundKind::Order | RefundKind::ImportFeesDeposit => sum.refunds += refund.amount,
            RefundKind::Return => sum.returns += refund.amount,
            // Postage is the programme's own expense: the order's money does not pay it.
            RefundKind::ReturnPostage | RefundKind::Unspecified => {}
        }
    }
    for (id, order) in &facts.fulfillment.orders {
        let sum = sums.remove(id).unwrap_or_default();
        let out_and_held = sum.refunds + sum.kept + sum.deposits;
        check.equal(out_and_held, order.captured, || format!("order {id}, {sum:?}"));
        check.that(sum.returns <= sum.kept, || {
            format!("order {id}: returns refunded {} of {}", sum.returns, sum.kept)
        });
    }
    for (id, sum) in sums.into_iter().filter(|(_, sum)| *sum != Sum::default()) {
        check.that(false, || format!("order {id} is unknown to fulfillment, but has {sum:?}"));
    }
    check
}

/// Where an order's money went, in US cents.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Sum {
    refunds: i64,
    kept: i64,
    deposits: i64,
    returns: i64,
}

pub(super) fn ledgers(facts: &Facts) -> Check {
    let mut check = Check::new("every ledger sums to zero in every currency");
    for ((service, currency), (sum, accounts)) in &facts.money.ledgers {
        check.equal(*sum, 0, || format!("{service}: {accounts} accounts in {currency}"));
    }
    check
}
