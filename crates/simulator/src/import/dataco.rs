//! DataCo: sports goods sold to 164 countries, whose names are Spanish.

use std::collections::BTreeMap;
use std::io::Read;

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use kernel::{Currency, LineNo, MarketplaceId, Money, OrderId, Quantity, Rounding};
use rust_decimal::Decimal;

use super::assortment::Assortment;
use super::countries::CountryNames;
use super::row::{Row, each_row};
use super::uci::{Demand, shipping_by_rule};
use super::{Report, RowError};
use crate::chance::Chance;
use crate::world::{Behaviour, Consignee, PlannedLine, PlannedOrder, ServiceLevel};

/// Rules of this source.
pub(crate) const RULES: [&str; 9] = [
    "DataCo: the three years are folded onto one: month, day and time stay, October to December become 2025 and the other months 2026; February 29 becomes February 28; times are read as UTC",
    "DataCo: amounts are US dollars; the price of a unit is Sales divided by the quantity, half-up; the discount is at most the line's price",
    "DataCo: the customer decides the seller; the product card decides the product by hash: one complete, unrestricted product of the seller; one card in 250 stands for any product of it",
    "DataCo: countries are taken by their Spanish names; orders to the United States and to embargoed countries are placed all the same and refused by the system",
    "DataCo: First Class is Expedited, Same Day Priority, everything else Standard",
    "DataCo: shipping is 5 US dollars and 8 % of the goods, at most 150",
    "DataCo: buyers cancel as data/sample/behaviour.csv says",
    "DataCo: name and address follow from the country and the customer by data/sample/places.csv and names.csv",
    "DataCo: 250,000 units of each product that stands in arrive in each of 4 of 10 centers",
];

const NEEDED: [&str; 8] = [
    "Order Id",
    "Order Country",
    "order date (DateOrders)",
    "Order Item Discount",
    "Order Item Quantity",
    "Sales",
    "Product Card Id",
    "Customer Id",
];
/// The year of October to December; the other months are of the year after.
const FIRST_YEAR: i16 = 2025;

/// Reads the orders of a file. The file is not in the order of time: all orders are kept, their lines compact.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn read(
    file: impl Read,
    assortment: &mut Assortment,
    (chance, behaviour): (Chance, &Behaviour),
    report: &mut Report,
) -> anyhow::Result<Demand> {
    let countries = CountryNames::spanish()?;
    let mut orders: BTreeMap<u32, PlannedOrder> = BTreeMap::new();
    each_row(file, &NEEDED, report, |row, _| {
        let number: u32 = row.parse("Order Id")?;
        let line = line(row)?;
        let order = match orders.entry(number) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => {
                new.insert(order(row, number, assortment, &countries)?)
            }
        };
        add(row, order, line, assortment)
    })?;
    let mut orders: Vec<PlannedOrder> =
        orders.into_values().filter(|order| !order.lines.is_empty()).collect();
    for order in &mut orders {
        order.shipping_price = shipping_by_rule(order);
        order.cancelled_after = cancellation(chance, behaviour, order.id);
    }
    orders.sort_by_key(|order| (order.at, order.id));
    Ok(Demand { orders, take_backs: Vec::new() })
}

/// Whether and when the buyer takes an order of an imported file back.
fn cancellation(chance: Chance, behaviour: &Behaviour, order: OrderId) -> Option<SignedDuration> {
    chance
        .happens(behaviour.buyer_cancels, "buyer cancels", order.as_str())
        .then(|| chance.minutes(behaviour.buyer_cancels_after, "cancelled after", order.as_str()))
}

fn order(
    row: &Row<'_>,
    number: u32,
    assortment: &Assortment,
    countries: &CountryNames,
) -> Result<PlannedOrder, RowError> {
    let id = OrderId::parse(&format!("164-{number:0>7}-0000000"));
    let id = id.map_err(|error| row.error("Order Id", "MALFORMED", error))?;
    let name = row.text("Order Country");
    let country = countries.get(name);
    let country =
        country.ok_or_else(|| row.error("Order Country", "NO_COUNTRY", format!("{name:?} is no country")))?;
    let buyer = format!("dataco-{}", row.text("Customer Id"));
    let seller = assortment.seller_for(&buyer);
    Ok(PlannedOrder {
        id,
        at: time(row)?,
        marketplace: MarketplaceId::US,
        seller: seller.ok_or_else(|| row.error("", "NO_SELLER", "no seller has complete products"))?,
        buyer,
        lines: Vec::new(),
        consignee: Consignee::ByRule(country),
        shipping_price: Money::usd(0),
        level: match row.text("Shipping Mode") {
            "First Class" => ServiceLevel::Expedited,
            "Same Day" => ServiceLevel::Priority,
            _ => ServiceLevel::Standard,
        },
        cancelled_after: None,
    })
}

/// A line before it has a number and a product.
struct Sale {
    quantity: Quantity,
    unit_price: Money,
    discount: Money,
}

fn line(row: &Row<'_>) -> Result<Sale, RowError> {
    let quantity: Quantity = row.parse("Order Item Quantity")?;
    let sales: Decimal = row.parse("Sales")?;
    if sales <= Decimal::ZERO {
        return Err(row.error("Sales", "NO_PRICE", format!("a price of {sales} is no sale")));
    }
    let dollars = |column: &'static str, amount: Decimal| {
        let money = Money::from_decimal(Currency::USD, amount, Rounding::HalfUp);
        money.map_err(|error| row.error(column, "OUT_OF_RANGE", error))
    };
    let unit_price = dollars("Sales", sales / Decimal::from(quantity.get()))?;
    let unit_price = Money::usd(unit_price.minor().max(1));
    let discount =
        dollars("Order Item Discount", row.parse::<Decimal>("Order Item Discount")?.max(Decimal::ZERO))?;
    let whole = unit_price.minor() * i64::from(quantity.get());
    Ok(Sale { quantity, unit_price, discount: Money::usd(discount.minor().min(whole)) })
}

fn add(
    row: &Row<'_>,
    order: &mut PlannedOrder,
    sale: Sale,
    assortment: &mut Assortment,
) -> Result<(), RowError> {
    let number = u32::try_from(order.lines.len() + 1).unwrap_or(u32::MAX);
    let line_no = LineNo::new(number).map_err(|error| row.error("Order Id", "TOO_MANY_LINES", error))?;
    let sku = assortment.sku_for(order.seller, row.text("Product Card Id"));
    let sku =
        sku.ok_or_else(|| row.error("Product Card Id", "NO_PRODUCT", "the seller has nothing to stand in"))?;
    let Sale { quantity, unit_price, discount } = sale;
    order.lines.push(PlannedLine { line_no, sku, quantity, unit_price, discount });
    Ok(())
}

fn time(row: &Row<'_>) -> Result<Timestamp, RowError> {
    let column = "order date (DateOrders)";
    let local: DateTime = row.parse(column)?;
    let year = if local.month() >= 10 { FIRST_YEAR } else { FIRST_YEAR + 1 };
    let day = if (local.month(), local.day()) == (2, 29) { 28 } else { local.day() };
    let folded = Date::new(year, local.month(), day).map(|date| date.to_datetime(local.time()));
    let utc = folded.and_then(|folded| folded.to_zoned(TimeZone::UTC));
    Ok(utc.map_err(|error| row.error(column, "MALFORMED", error))?.timestamp())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{assortment, behaviour};
    use super::*;

    const HEADER: &str = "Type,Customer Id,Order Country,order date (DateOrders),Order Id,Order Item Discount,\
                          Order Item Quantity,Sales,Product Card Id,Shipping Mode\n";

    fn imported(rows: &str) -> (Demand, Report) {
        let mut report = Report::new("dataco", "inline", &RULES);
        let text = format!("{HEADER}{rows}");
        let mut assortment = assortment();
        let habits = behaviour();
        let demand = read(text.as_bytes(), &mut assortment, (Chance::new(1), &habits), &mut report).unwrap();
        (demand, report)
    }

    #[test]
    fn years_are_folded_onto_one_and_sorted() {
        let (demand, _) = imported(
            "DEBIT,7,SudAfrica,2018-01-31 22:56:00,2,13.10999966,1,327.75,1360,Same Day\n\
             DEBIT,7,Irán,2016-02-29 01:00:00,3,0,1,10,1360,First Class\n\
             DEBIT,7,México,2015-10-01 00:00:00,1,0,3,10,1360,Standard Class\n",
        );
        let times: Vec<String> = demand.orders.iter().map(|order| order.at.to_string()).collect();
        assert_eq!(times, ["2025-10-01T00:00:00Z", "2026-01-31T22:56:00Z", "2026-02-28T01:00:00Z"]);
        assert_eq!(demand.orders[1].level, ServiceLevel::Priority);
        assert_eq!(demand.orders[2].consignee.country().as_str(), "IR");
    }

    #[test]
    fn binary_noise_is_rounded_to_cents() {
        let (demand, _) =
            imported("DEBIT,7,Francia,2018-01-31 22:56:00,2,13.10999966,3,100.00000034,1360,Same Day\n");
        let line = &demand.orders[0].lines[0];
        assert_eq!((line.unit_price, line.discount), (Money::usd(3_333), Money::usd(1_311)));
    }

    #[test]
    fn bad_rows_end_with_a_reason_and_leave_their_order_alone() {
        let (demand, report) = imported(
            "DEBIT,7,Atlántida,2018-01-31 22:56:00,2,0,1,10,1360,x\n\
             DEBIT,7,Francia,2018-01-31 22:56:00,3,0,0,10,1360,x\n\
             DEBIT,7,Francia,2018-01-31 22:56:00,3,0,1,10,1360,x\n",
        );
        assert_eq!(demand.orders.len(), 1);
        assert_eq!(report.refused["NO_COUNTRY"], 1);
        assert_eq!(report.errors[1].column, "Order Item Quantity");
    }
}
