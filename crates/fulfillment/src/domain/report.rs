//! The Amazon Fulfilled Shipments report: one row for each line in each parcel of a dispatched shipment, with the 48
//! columns of `GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL` in their order, tab-separated.
//!
//! What this programme does not know stays empty: the merchant's own numbers, the buyer's name, e-mail and phone
//! (restricted in the report), billing addresses, the estimated arrival. Taxes are zero: import fees are the buyer's and
//! have no column.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::{Address, LineNo, Money, TrackingNumber};

use super::order::{Order, OrderLine};
use super::shipment::{Shipment, ShipmentLine};

/// The header, in order.
pub(crate) const COLUMNS: [&str; 48] = [
    "amazon-order-id",
    "merchant-order-id",
    "shipment-id",
    "shipment-item-id",
    "amazon-order-item-id",
    "merchant-order-item-id",
    "purchase-date",
    "payments-date",
    "shipment-date",
    "reporting-date",
    "buyer-email",
    "buyer-name",
    "buyer-phone-number",
    "sku",
    "product-name",
    "quantity-shipped",
    "currency",
    "item-price",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "gift-wrap-price",
    "gift-wrap-tax",
    "ship-service-level",
    "recipient-name",
    "ship-address-1",
    "ship-address-2",
    "ship-address-3",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "ship-phone-number",
    "bill-address-1",
    "bill-address-2",
    "bill-address-3",
    "bill-city",
    "bill-state",
    "bill-postal-code",
    "bill-country",
    "item-promotion-discount",
    "ship-promotion-discount",
    "carrier",
    "tracking-number",
    "estimated-arrival-date",
    "fulfillment-center-id",
    "fulfillment-channel",
    "sales-channel",
];

const ZERO: &str = "0.00";
/// Fulfilled by Amazon.
const CHANNEL: &str = "AFN";
const SALES_CHANNEL: &str = "Amazon.com";

/// Units of a line in a parcel, with what falls on them.
struct Row<'a> {
    ordered: &'a OrderLine,
    parcel: usize,
    tracking: TrackingNumber,
    units: u32,
    discount: Money,
    shipping: Money,
}

/// Writes the header line.
pub(crate) fn write_header(text: &mut String) {
    write_row(text, COLUMNS);
}

/// Writes the rows of a dispatched shipment. `title` names the product of a line.
pub(crate) fn write_shipment<'a>(
    text: &mut String,
    order: &'a Order,
    shipment: &Shipment,
    ship_to: &Address,
    title: impl Fn(&'a OrderLine) -> &'a str,
) {
    let address = |index: usize| ship_to.lines().get(index).map_or("", String::as_str);
    for row in rows(order, shipment) {
        let line_no = row.ordered.line_no;
        let price = row.ordered.unit_price.minor() * i64::from(row.units);
        let dispatched = date(shipment.dispatched_at);
        let (name, carrier) = (title(row.ordered), &*shipment.route.carrier);
        write_row(
            text,
            [
                order.id.as_str(),
                "",
                &shipment.id.to_string(),
                &format!("{}/{line_no}/{}", shipment.id, row.parcel + 1),
                &format!("{:014}", line_no.get()),
                "",
                &date(Some(order.purchased_at)),
                &date(order.paid_at),
                &dispatched,
                &dispatched,
                "",
                "",
                "",
                row.ordered.sku.as_str(),
                name,
                &row.units.to_string(),
                "USD",
                &amount(price),
                ZERO,
                &amount(row.shipping.minor()),
                ZERO,
                ZERO,
                ZERO,
                order.level.as_str(),
                ship_to.name(),
                address(0),
                address(1),
                address(2),
                ship_to.city(),
                ship_to.region(),
                ship_to.postal_code(),
                ship_to.country().as_str(),
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                &amount(-row.discount.minor()),
                ZERO,
                carrier,
                row.tracking.as_str(),
                "",
                shipment.route.fc.as_str(),
                CHANNEL,
                SALES_CHANNEL,
            ],
        );
    }
}

/// The rows of a shipment: discounts are shared over the parcels of a line, shipping over all rows, by units.
fn rows<'a>(order: &'a Order, shipment: &Shipment) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    for (parcel, packed) in shipment.parcels.iter().enumerate() {
        for (line_no, units) in &packed.contents {
            let Some(ordered) = order.line(*line_no) else { continue };
            let (tracking, units) = (packed.tracking, *units);
            let zero = Money::usd(0);
            rows.push(Row { ordered, parcel, tracking, units, discount: zero, shipping: zero });
        }
    }
    let weights: Vec<u64> = rows.iter().map(|row| row.units.into()).collect();
    let shares = shipment.shipping_share.allocate(&weights).unwrap_or_default();
    for (row, share) in rows.iter_mut().zip(shares) {
        row.shipping = share;
    }
    for line in &shipment.lines {
        share_discount(&mut rows, line);
    }
    rows
}

fn share_discount(rows: &mut [Row<'_>], line: &ShipmentLine) {
    let of_line = |line_no: LineNo| move |row: &&mut Row<'_>| row.ordered.line_no == line_no;
    let weights: Vec<u64> =
        rows.iter_mut().filter(of_line(line.line_no)).map(|row| row.units.into()).collect();
    let shares = line.discount.allocate(&weights).unwrap_or_default();
    for (row, share) in rows.iter_mut().filter(of_line(line.line_no)).zip(shares) {
        row.discount = share;
    }
}

/// Fields are not quoted in this format: a tab or line break inside one becomes a blank.
fn write_row(text: &mut String, fields: [&str; COLUMNS.len()]) {
    for (index, field) in fields.into_iter().enumerate() {
        if index > 0 {
            text.push('\t');
        }
        text.extend(field.chars().map(|c| if c.is_control() { ' ' } else { c }));
    }
    text.push('\n');
}

/// ISO 8601 with the offset written out: `2026-10-05T12:00:00+00:00`.
fn date(time: Option<Timestamp>) -> String {
    let Some(time) = time else { return String::new() };
    TimeZone::UTC.to_datetime(time).strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// Dollars with two decimals; negative as `-1.00`.
fn amount(cents: i64) -> String {
    let mut text = String::new();
    let (sign, cents) = (if cents < 0 { "-" } else { "" }, cents.unsigned_abs());
    // Writing to a String cannot fail.
    let _ = write!(text, "{sign}{}.{:02}", cents / 100, cents % 100);
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::parcel::Scan;
    use crate::domain::tests::world::{address, make_ready, scan, single};

    fn report() -> Vec<Vec<String>> {
        let mut order = single();
        make_ready(&mut order, 0);
        scan(&mut order, 0, Scan::Tendered);
        let mut text = String::new();
        write_header(&mut text);
        write_shipment(&mut text, &order, &order.shipments[0], &address("DE"), |_| "A shirt\twith a tab");
        text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn the_columns_are_those_of_the_amazon_report() {
        let report = report();
        assert_eq!((report.len(), report[0].len(), report[1].len()), (2, 48, 48));
        assert_eq!(report[0][31], "ship-country");
        assert_eq!(report[0][47], "sales-channel");
    }

    #[test]
    fn a_row_says_what_was_shipped_for_how_much_and_to_whom() {
        let report = report();
        let field = |name: &str| {
            let column = report[0].iter().position(|column| column == name).unwrap();
            report[1][column].as_str()
        };
        assert_eq!(field("purchase-date"), "2026-10-05T12:00:00+00:00");
        assert_eq!(field("product-name"), "A shirt with a tab");
        assert_eq!((field("quantity-shipped"), field("currency")), ("2", "USD"));
        assert_eq!((field("item-price"), field("item-promotion-discount")), ("40.00", "-1.00"));
        assert_eq!(field("shipping-price"), "10.01");
        assert_eq!((field("recipient-name"), field("ship-country")), ("Erika Mustermann", "DE"));
        assert_eq!((field("buyer-email"), field("buyer-name"), field("ship-phone-number")), ("", "", ""));
        assert_eq!((field("tracking-number"), field("fulfillment-center-id")), ("TRK00000000", "LEX1"));
    }
}
