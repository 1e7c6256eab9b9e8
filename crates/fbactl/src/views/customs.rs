//! Quotes, clearance, invoices, deposits.

use wire::customs::v1 as wire_customs;

use super::{Money, Time, enums, views};

enums! {
    wire_customs::ClearanceState: "CLEARANCE_STATE_";
    wire_customs::DepositState: "DEPOSIT_STATE_";
}

views! {
    /// Estimated duties, taxes and fees of a basket.
    Quote of wire_customs::Quote {
        quote_id: String,
        seller_id: String,
        destination_country_code: String,
        goods: Option<Money>,
        shipping_price: Option<Money>,
        duty: Option<Money>,
        tax: Option<Money>,
        fees: Option<Money>,
        deposit: Option<Money>,
        quoted_time: Option<Time>,
        expires_time: Option<Time>,
        rule_set_version: String,
        lines: Vec<QuotedLine>,
        explanation: Vec<String>,
    }
    /// Duty and tax of a line.
    QuotedLine of wire_customs::QuotedLine {
        line_no: u32,
        hs_code: String,
        hs_code_estimated: bool,
        duty_rate_percent: String,
        duty_rate_basis: String,
        duty: Option<Money>,
        tax: Option<Money>,
    }
    /// A shipment as customs knows it.
    CustomsShipment of wire_customs::CustomsShipment {
        shipment_id: String,
        order_id: String,
        seller_id: String,
        authority_id: String,
        destination_country_code: String,
        clearance_state: String as wire_customs::ClearanceState,
        export_citation: String,
        hold_reason: String,
        hold_remedy: String,
        deposit_state: String as wire_customs::DepositState,
        deposit: Option<Money>,
        charges: Option<Money>,
        refunded: Option<Money>,
        shortfall: Option<Money>,
        invoice: Option<Invoice>,
    }
    /// The issued commercial invoice.
    Invoice of wire_customs::Invoice {
        invoice_number: String,
        issued_time: Option<Time>,
        sha256: String,
        total: Option<Money>,
        incoterm: String,
    }
}
