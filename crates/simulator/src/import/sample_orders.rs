//! The project's own format of orders, one row a line: `data/sample/orders.csv`.

use std::io::Read;

use jiff::SignedDuration;
use kernel::{Address, AddressParts, LineNo, OrderId, SellerId, Sku};

use super::assortment::Assortment;
use super::row::{Row, each_row};
use super::uci::Demand;
use super::{Report, RowError};
use crate::world::{Consignee, PlannedLine, PlannedOrder, ServiceLevel};

/// Rules of this source.
pub(crate) const RULES: [&str; 2] = [
    "sample orders: rows of one order stand together; what the order says is taken from its first row",
    "sample orders: played with another catalogue, a SKU that its seller does not list stands for one of the seller's complete, unrestricted products by hash",
];

const NEEDED: [&str; 9] = [
    "order_id",
    "marketplace_id",
    "seller_id",
    "purchase_time",
    "line_no",
    "sku",
    "quantity",
    "unit_price",
    "country",
];

/// Reads the orders of a file; with an assortment, SKUs that are not listed are mapped onto it.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn read(
    file: impl Read,
    mut assortment: Option<&mut Assortment>,
    report: &mut Report,
) -> anyhow::Result<Demand> {
    let mut orders: Vec<PlannedOrder> = Vec::new();
    each_row(file, &NEEDED, report, |row, report| {
        let id: OrderId = row.parse("order_id")?;
        let mut line = line(row)?;
        if orders.last().is_none_or(|last| last.id != id) {
            orders.push(order(row, id)?);
        }
        let Some(order) = orders.last_mut() else { return Ok(()) };
        if let Some(assortment) = assortment.as_deref_mut() {
            line.sku = mapped(assortment, order.seller, line.sku, report);
        }
        order.lines.push(line);
        Ok(())
    })?;
    orders.retain(|order| !order.lines.is_empty());
    orders.sort_by_key(|order| (order.at, order.id));
    Ok(Demand { orders, take_backs: Vec::new() })
}

/// The product that stands for a SKU the seller does not list; the SKU itself where the seller has none.
fn mapped(assortment: &mut Assortment, seller: SellerId, sku: Sku, report: &mut Report) -> Sku {
    if assortment.lists(seller, &sku) {
        return sku;
    }
    let Some(found) = assortment.sku_for(seller, sku.as_str()) else { return sku };
    report.fill("product that stands for a SKU");
    found
}

fn line(row: &Row<'_>) -> Result<PlannedLine, RowError> {
    Ok(PlannedLine {
        line_no: row.parse::<LineNo>("line_no")?,
        sku: row.parse("sku")?,
        quantity: row.parse("quantity")?,
        unit_price: row.parse("unit_price")?,
        discount: row.parse("promotion_discount")?,
    })
}

fn order(row: &Row<'_>, id: OrderId) -> Result<PlannedOrder, RowError> {
    let level = row.text("ship_service_level");
    let level = ServiceLevel::parse(level).ok_or_else(|| {
        row.error("ship_service_level", "MALFORMED", format!("{level:?} is no service level"))
    })?;
    let after: Option<i64> = row.optional("cancelled_after_minutes")?;
    Ok(PlannedOrder {
        id,
        at: row.parse("purchase_time")?,
        marketplace: row.parse("marketplace_id")?,
        seller: row.parse("seller_id")?,
        buyer: row.text("buyer_id").to_owned(),
        lines: Vec::new(),
        consignee: Consignee::Given(Box::new(address(row)?), row.optional("recipient_tax_id")?),
        shipping_price: row.parse("shipping_price")?,
        level,
        cancelled_after: after.map(|minutes| SignedDuration::from_secs(minutes.saturating_mul(60))),
    })
}

fn address(row: &Row<'_>) -> Result<Address, RowError> {
    let text = |column| row.text(column).to_owned();
    let lines = [text("line1"), text("line2")].into_iter().filter(|line| !line.is_empty()).collect();
    Address::new(AddressParts {
        name: text("name"),
        lines,
        city: text("city"),
        region: text("region"),
        postal_code: text("postal_code"),
        country: row.parse("country")?,
        phone: text("phone"),
        email: text("email"),
    })
    .map_err(|error| row.error("name", "MALFORMED", error))
}
