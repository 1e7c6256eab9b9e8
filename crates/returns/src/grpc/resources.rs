//! Domain values as messages of `returns.v1`.

use kernel::Money;
use wire::convert::{money, timestamp};
use wire::returns::v1::{Disposition, Fault, Reimbursement, Return, ReturnLine, ReturnState, ReturnUnit};

use crate::domain::{self, Rma, State};
use crate::store::reimbursements::Listed;

pub(super) fn rma(rma: &Rma) -> Return {
    let state = match rma.state {
        State::Authorised => ReturnState::Authorised,
        State::Receiving => ReturnState::Receiving,
        State::Closed => ReturnState::Closed,
    };
    Return {
        rma_id: rma.id.to_string(),
        order_id: rma.order.to_string(),
        seller_id: rma.seller.to_string(),
        state: state.into(),
        lines: rma.lines.iter().map(line).collect(),
        units: rma.units.iter().map(unit).collect(),
        authorised_time: Some(timestamp(rma.authorised)),
        authorised_by: rma.authorised_by.clone(),
        exception_reason: rma.exception.clone(),
    }
}

fn line(line: &domain::Line) -> ReturnLine {
    ReturnLine { line_no: line.line.get(), quantity: line.quantity, reason_code: line.reason.clone() }
}

fn unit(unit: &domain::ReturnedUnit) -> ReturnUnit {
    let judged = unit.disposition.map(|found| (disposition(found), found.judge()));
    ReturnUnit {
        lpn: unit.lpn.to_string(),
        line_no: unit.line.get(),
        fc: unit.fc.to_string(),
        disposition: judged.map_or(Disposition::Unspecified, |(found, _)| found).into(),
        fault: judged.map_or(Fault::Unspecified, |(_, judgement)| fault(judgement.fault)).into(),
        restocked: judged.is_some_and(|(_, judgement)| judgement.restock),
        refund: due(unit.refund),
        postage_refund: due(unit.postage_refund),
        reimbursement_id: unit.reimbursement.map(|id| id.to_string()).unwrap_or_default(),
    }
}

fn due(amount: Money) -> Option<wire::common::v1::Money> {
    (!amount.is_zero()).then(|| money(amount))
}

fn disposition(found: domain::Disposition) -> Disposition {
    match found {
        domain::Disposition::Sellable => Disposition::Sellable,
        domain::Disposition::Defective => Disposition::Defective,
        domain::Disposition::CustomerDamaged => Disposition::CustomerDamaged,
        domain::Disposition::Damaged => Disposition::Damaged,
        domain::Disposition::CarrierDamaged => Disposition::CarrierDamaged,
        domain::Disposition::Expired => Disposition::Expired,
    }
}

fn fault(fault: domain::Fault) -> Fault {
    match fault {
        domain::Fault::None => Fault::None,
        domain::Fault::Product => Fault::Product,
        domain::Fault::Buyer => Fault::Buyer,
        domain::Fault::Amazon => Fault::Amazon,
        domain::Fault::Carrier => Fault::Carrier,
    }
}

pub(super) fn reimbursement(listed: &Listed) -> Reimbursement {
    let owed = &listed.reimbursement;
    let per_unit = domain::SoldLine::shares(owed.amount, owed.quantity);
    Reimbursement {
        reimbursement_id: owed.id.to_string(),
        seller_id: owed.seller.to_string(),
        order_id: owed.order.to_string(),
        asin: owed.asin.to_string(),
        sku: owed.sku.to_string(),
        quantity: owed.quantity,
        reason: owed.cause.name().to_owned(),
        amount_per_unit: per_unit.first().copied().map(money),
        amount: Some(money(owed.amount)),
        explanation: owed.explanation.clone(),
        approved_time: listed.approved.map(timestamp),
        paid_time: listed.paid.map(timestamp),
    }
}
