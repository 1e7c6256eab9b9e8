//! Domain facts as wire events.

use jiff::Timestamp;
use wire::common::v1::{PayoutRequest, RefundKind, RefundRequest};
use wire::convert::{money, timestamp};
use wire::returns::events::v1::{
    AuthorisedLine, PayoutRequested, RefundRequested, ReturnAuthorised, ReturnClosed, ReturnUnitDisposed,
    ReturnsEvent, UnitReimbursed, UnitRestocked,
};

use crate::app::SERVICE;
use crate::domain::{Line, MoneyKind, MoneyRequest, Outcome, Reimbursement, ReturnedUnit, Rma};

pub(crate) fn authorised(rma: &Rma) -> ReturnAuthorised {
    let line = |line: &Line| AuthorisedLine {
        line_no: line.line.get(),
        sku: line.sku.to_string(),
        quantity: line.quantity,
        reason_code: line.reason.clone(),
    };
    ReturnAuthorised {
        rma_id: rma.id.to_string(),
        order_id: rma.order.to_string(),
        seller_id: rma.seller.to_string(),
        lines: rma.lines.iter().map(line).collect(),
        deadline: Some(timestamp(rma.deadline)),
    }
}

pub(crate) fn disposed(rma: &Rma, outcome: &Outcome) -> ReturnUnitDisposed {
    let unit = &outcome.unit;
    ReturnUnitDisposed {
        rma_id: rma.id.to_string(),
        lpn: unit.lpn.to_string(),
        order_id: rma.order.to_string(),
        line_no: unit.line.get(),
        disposition: unit.disposition.map_or("", crate::domain::Disposition::name).to_owned(),
        fault: outcome.judgement.fault.name().to_owned(),
    }
}

pub(crate) fn restocked(rma: &Rma, line: &Line, unit: &ReturnedUnit) -> UnitRestocked {
    UnitRestocked {
        lpn: unit.lpn.to_string(),
        rma_id: rma.id.to_string(),
        fc: unit.fc.to_string(),
        seller_id: rma.seller.to_string(),
        sku: line.sku.to_string(),
        fnsku: line.fnsku.to_string(),
        quantity: 1,
    }
}

pub(crate) fn reimbursed(owed: &Reimbursement, at: Timestamp) -> UnitReimbursed {
    UnitReimbursed {
        reimbursement_id: owed.id.to_string(),
        seller_id: owed.seller.to_string(),
        order_id: owed.order.to_string(),
        sku: owed.sku.to_string(),
        quantity: owed.quantity,
        reason: owed.cause.name().to_owned(),
        amount: Some(money(owed.amount)),
        approved_time: Some(timestamp(at)),
    }
}

pub(crate) fn closed(rma: &Rma) -> ReturnClosed {
    ReturnClosed { rma_id: rma.id.to_string(), order_id: rma.order.to_string() }
}

/// A refund or payout asked of payments; a repeat asks with the same id.
pub(crate) fn asked(request: &MoneyRequest) -> ReturnsEvent {
    let kind = match request.kind {
        MoneyKind::Return => RefundKind::Return,
        MoneyKind::ReturnPostage => RefundKind::ReturnPostage,
        MoneyKind::Payout => return payout(request).into(),
    };
    let refund = RefundRequest {
        refund_id: request.id.to_string(),
        order_id: request.order.to_string(),
        shipment_id: request.shipment.map(|id| id.to_string()).unwrap_or_default(),
        amount: Some(money(request.amount)),
        kind: kind.into(),
        requested_by: SERVICE.to_owned(),
    };
    RefundRequested { refund: Some(refund) }.into()
}

fn payout(request: &MoneyRequest) -> PayoutRequested {
    let payout = PayoutRequest {
        payout_id: request.id.to_string(),
        seller_id: request.seller.to_string(),
        amount: Some(money(request.amount)),
        reference: request.reference.clone(),
        requested_by: SERVICE.to_owned(),
    };
    PayoutRequested { payout: Some(payout) }
}
