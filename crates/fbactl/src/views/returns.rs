//! Returns and reimbursements.

use wire::returns::v1 as wire_returns;

use super::{Money, Time, enums, resources, views};

enums! {
    wire_returns::ReturnState: "RETURN_STATE_";
    wire_returns::Disposition: "DISPOSITION_";
    wire_returns::Fault: "FAULT_";
}

views! {
    /// Units that come back.
    Return of wire_returns::Return {
        rma_id: String,
        order_id: String,
        seller_id: String,
        state: String as wire_returns::ReturnState,
        authorised_time: Option<Time>,
        authorised_by: String,
        exception_reason: String,
        lines: Vec<ReturnLine>,
        units: Vec<ReturnUnit>,
    }
    /// What was authorised.
    ReturnLine of wire_returns::ReturnLine { line_no: u32, quantity: u32, reason_code: String }
    /// One received unit.
    ReturnUnit of wire_returns::ReturnUnit {
        lpn: String,
        line_no: u32,
        fc: String,
        disposition: String as wire_returns::Disposition,
        fault: String as wire_returns::Fault,
        restocked: bool,
        refund: Option<Money>,
        postage_refund: Option<Money>,
        reimbursement_id: String,
    }
    /// What a seller is paid for units.
    Reimbursement of wire_returns::Reimbursement {
        reimbursement_id: String,
        seller_id: String,
        order_id: String,
        asin: String,
        sku: String,
        quantity: u32,
        reason: String,
        amount_per_unit: Option<Money>,
        amount: Option<Money>,
        explanation: Vec<String>,
        approved_time: Option<Time>,
        paid_time: Option<Time>,
    }
}

resources! {
    Return: "return", "returns", ["rma_id", "order_id", "seller_id", "state", "authorised_time", "authorised_by"];
    Reimbursement: "reimbursement", "reimbursements", [
        "reimbursement_id", "seller_id", "order_id", "sku", "quantity", "reason", "amount", "approved_time", "paid_time",
    ];
}
