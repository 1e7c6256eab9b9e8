//! An invoice from what was planned, packed and cleared.

use jiff::civil::Date;
use kernel::{Currency, Money, MoneyError, Weight};

use super::{Incoterm, Invoice, InvoiceLine, Package, SignedUnder};
use crate::domain::policy::utc_date;
use crate::domain::shipment::{Plan, PlannedLine, Shipment, SigningPapers};

/// What issuing adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issue {
    /// The invoice's number.
    pub number: String,
    /// The day it is issued.
    pub date: Date,
}

/// Composes the invoice of a packed and cleared shipment.
///
/// # Errors
/// When an amount does not fit.
pub(crate) fn compose(
    shipment: &Shipment,
    papers: &SigningPapers<'_>,
    issue: Issue,
) -> Result<Invoice, MoneyError> {
    let plan = &papers.plan;
    let lines = plan.lines.iter().filter_map(invoice_line).collect::<Result<Vec<_>, _>>()?;
    let goods = Money::sum(Currency::USD, lines.iter().map(|line| line.total))?;
    let discount = Money::sum(Currency::USD, plan.lines.iter().map(|line| line.discount))?;
    let total = goods.checked_sub(discount)?.checked_add(plan.shipping_share)?;
    let net_weights = lines.iter().map(|line| line.net_weight).collect::<Option<Vec<_>>>();
    let packages: Vec<Package> = shipment
        .state
        .parcels
        .iter()
        .map(|parcel| Package {
            tracking_number: parcel.tracking_number,
            gross_weight: parcel.gross_weight,
            dimensions: parcel.dimensions.clone(),
        })
        .collect();
    Ok(Invoice {
        number: issue.number,
        date: issue.date,
        order_id: shipment.order_id,
        shipment_id: shipment.id,
        exporter: papers.exporter.clone(),
        signed_under: SignedUnder {
            authority_id: papers.authority.authority_id,
            terms_version: papers.authority.terms_version.clone(),
            granted: utc_date(papers.authority.granted),
        },
        consignee: papers.recipient.address.clone(),
        consignee_tax_id: papers.recipient.tax_id.clone(),
        carrier: format!("{} {}", plan.carrier, plan.service).trim().to_owned(),
        gateway: plan.gateway.clone(),
        gross_weight: sum(packages.iter().map(|package| package.gross_weight)),
        packages,
        net_weight: net_weights.map(|weights| sum(weights.into_iter())),
        lines,
        goods,
        discount,
        freight: plan.shipping_share,
        total,
        incoterm: incoterm(plan, papers),
        export_citation: shipment.state.export_citation.clone().unwrap_or_default(),
        signatory: papers.signatory.clone(),
    })
}

/// `None` for a line that was never declared: it cannot be on a cleared shipment.
fn invoice_line(line: &PlannedLine) -> Option<Result<InvoiceLine, MoneyError>> {
    let declared = line.declared.as_ref()?;
    let net_weight = declared.unit_weight.and_then(|unit| {
        let milligrams = unit.milligrams().checked_mul(i64::from(line.quantity))?;
        Weight::from_milligrams(milligrams).ok()
    });
    Some(line.gross().map(|total| InvoiceLine {
        line_no: line.line_no,
        description: declared.description.clone(),
        hs_code: declared.classification.hs_code,
        origin: declared.origin,
        quantity: line.quantity,
        unit_value: line.unit_price,
        total,
        net_weight,
    }))
}

fn incoterm(plan: &Plan, papers: &SigningPapers<'_>) -> Incoterm {
    let address = &papers.recipient.address;
    Incoterm {
        code: if plan.deposit_share.is_zero() { "DAP" } else { "DDP" },
        place: format!("{}, {}", address.city(), address.country().name()),
    }
}

fn sum(weights: impl Iterator<Item = Weight>) -> Weight {
    let milligrams = weights.map(|weight| weight.milligrams()).fold(0_i64, i64::saturating_add);
    Weight::from_milligrams(milligrams).unwrap_or(Weight::MAX)
}
