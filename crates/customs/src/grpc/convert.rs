//! Answers as messages.

use wire::convert::{money, timestamp};
use wire::customs::v1;

use crate::app::Refused;
use crate::domain::deposit::{DepositState, NOTHING, RefundState};
use crate::domain::landed_cost::EstimatedLine;
use crate::domain::quote::{Mismatch, Quote};
use crate::domain::screening::Hit;
use crate::domain::shipment::{Clearance, IssuedInvoice, Plan, Shipment};

pub(super) fn quote(quote: &Quote) -> v1::Quote {
    let estimate = &quote.estimate;
    v1::Quote {
        quote_id: quote.quote_id.to_string(),
        seller_id: quote.seller_id.to_string(),
        destination_country_code: quote.destination.to_string(),
        lines: estimate.lines.iter().map(quoted_line).collect(),
        goods: Some(money(estimate.goods)),
        shipping_price: Some(money(estimate.shipping)),
        duty: Some(money(estimate.duty)),
        tax: Some(money(estimate.tax)),
        fees: Some(money(estimate.fees)),
        deposit: Some(money(estimate.deposit)),
        explanation: estimate.explanation.clone(),
        quoted_time: Some(timestamp(quote.quoted)),
        expires_time: Some(timestamp(quote.expires)),
        rule_set_version: quote.rule_set_version.clone(),
    }
}

fn quoted_line(line: &EstimatedLine) -> v1::QuotedLine {
    v1::QuotedLine {
        line_no: line.line_no.get(),
        hs_code: line.hs_code.to_string(),
        hs_code_estimated: line.hs_code_estimated,
        duty_rate_percent: line
            .duty_rate_percent
            .map(|rate| rate.normalize().to_string())
            .unwrap_or_default(),
        duty_rate_basis: line.duty_rate_basis.clone(),
        duty: Some(money(line.duty)),
        tax: Some(money(line.tax)),
    }
}

pub(super) fn quote_outcome(outcome: Result<Quote, Refused>) -> v1::QuoteOutcome {
    use v1::quote_outcome::Outcome;
    let outcome = match outcome {
        Ok(made) => Outcome::Quote(quote(&made)),
        Err(refused) => Outcome::Refusal(v1::QuoteRefusal {
            reason: refused.reason.to_owned(),
            detail: refused.detail,
            line_no: refused.line_no.map_or(0, kernel::LineNo::get),
        }),
    };
    v1::QuoteOutcome { outcome: Some(outcome) }
}

pub(super) fn check_result(result: Result<(), Mismatch>) -> v1::QuoteCheckResult {
    match result {
        Ok(()) => v1::QuoteCheckResult { valid: true, reason: String::new(), detail: String::new() },
        Err(mismatch) => v1::QuoteCheckResult {
            valid: false,
            reason: mismatch.reason().to_owned(),
            detail: mismatch.detail(),
        },
    }
}

pub(super) fn hit(hit: &Hit) -> v1::ScreeningHit {
    v1::ScreeningHit {
        kind: hit.kind.as_str().to_owned(),
        entry: hit.entry.clone(),
        list: hit.list.clone(),
        list_date: hit.list_date.clone(),
    }
}

pub(super) fn shipment(shipment: &Shipment, plan: &Plan) -> v1::CustomsShipment {
    let (state, deposit) = (&shipment.state, &shipment.state.deposit);
    let settlement = deposit.settlement;
    let paid_back = deposit.refund.filter(|refund| refund.state == RefundState::Settled);
    let charged = match (settlement, deposit.late_charges) {
        (_, Some(late)) => Some(late),
        (Some(settlement), None) if deposit.state == DepositState::Settled => Some(settlement.charges),
        _ => None,
    };
    let shortfall = deposit.late_charges.or(settlement.map(|settlement| settlement.shortfall));
    v1::CustomsShipment {
        shipment_id: shipment.id.to_string(),
        order_id: shipment.order_id.to_string(),
        seller_id: plan.seller_id.to_string(),
        authority_id: plan.authority_id.to_string(),
        destination_country_code: plan.destination.to_string(),
        clearance_state: clearance(state.clearance).into(),
        export_citation: state.export_citation.clone().unwrap_or_default(),
        hold_reason: state.hold.as_ref().map(|hold| hold.reason.as_str().to_owned()).unwrap_or_default(),
        hold_remedy: state.hold.as_ref().map(|hold| hold.remedy.clone()).unwrap_or_default(),
        invoice: state.invoice.as_ref().map(invoice),
        deposit_state: deposit_state(deposit.state).into(),
        deposit: Some(money(plan.deposit_share)),
        charges: charged.map(money),
        refunded: Some(money(paid_back.map_or(NOTHING, |refund| refund.amount))),
        shortfall: Some(money(shortfall.unwrap_or(NOTHING))),
    }
}

fn invoice(invoice: &IssuedInvoice) -> v1::Invoice {
    v1::Invoice {
        invoice_number: invoice.number.clone(),
        issued_time: Some(timestamp(invoice.issued)),
        sha256: invoice.sha256.clone(),
        total: Some(money(invoice.total)),
        incoterm: invoice.incoterm.clone(),
    }
}

fn clearance(clearance: Clearance) -> v1::ClearanceState {
    match clearance {
        Clearance::Pending => v1::ClearanceState::Unspecified,
        Clearance::Filing => v1::ClearanceState::Filing,
        Clearance::Held => v1::ClearanceState::Held,
        Clearance::Cleared => v1::ClearanceState::Cleared,
        Clearance::Void => v1::ClearanceState::Void,
    }
}

fn deposit_state(state: DepositState) -> v1::DepositState {
    match state {
        DepositState::Expected => v1::DepositState::Expected,
        DepositState::Held => v1::DepositState::Held,
        DepositState::Settled => v1::DepositState::Settled,
        DepositState::Returned => v1::DepositState::Returned,
    }
}
