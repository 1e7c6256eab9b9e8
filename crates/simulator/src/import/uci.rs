//! UCI Online Retail: two years of invoices of a British gift shop, its cancellations and its bookkeeping.

use std::collections::HashMap;
use std::io::Read;

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use kernel::{Country, Currency, LineNo, MarketplaceId, Money, OrderId, Quantity, Rounding, YearMonth};
use rust_decimal::Decimal;

use super::assortment::Assortment;
use super::countries::CountryNames;
use super::row::{Row, each_row};
use super::{Report, RowError};
use crate::world::{Consignee, PlannedLine, PlannedOrder, RateTable, ServiceLevel, TakeBack};

/// Rules of this source.
pub(crate) const RULES: [&str; 12] = [
    "UCI: every time moves by 774 weeks, so that 2010-12-01 becomes 2025-10-01 and weekdays stay; times are read as UTC",
    "UCI: pounds sterling become US dollars at the rate of the shifted month, half-up, at least one cent",
    "UCI: the customer, or the invoice where none is named, decides the seller; the stock code decides the product by hash: one complete, unrestricted product of the seller; one code in 250 stands for any product of it",
    "UCI: EIRE is Ireland, RSA South Africa, Channel Islands Jersey; European Community and Unspecified are no country, their invoices are refused",
    "UCI: POST, DOT and C2 are postage and carriage: they are the invoice's shipping price; without them it is 5 US dollars and 8 % of the goods, at most 150",
    "UCI: M, D, S, B, BANK CHARGES, AMAZONFEE, CRUK and gift vouchers are no goods",
    "UCI: an invoice that begins with A adjusts a bad debt; a negative quantity without C is a write-off; a price of zero or below is no sale",
    "UCI: a line of an invoice that begins with C gives units back of the customer's latest earlier lines of the same stock code, until the quantity is reached",
    "UCI: the buyer's part of such an invoice is a cancellation while the order has not been packed, and a return once it was delivered",
    "UCI: without a customer, or without enough earlier units, such a line is refused",
    "UCI: name and address follow from the country and the customer by data/sample/places.csv and names.csv",
    "UCI: 250,000 units of each product that stands in arrive in each of 4 of 10 centers",
];

const NEEDED: [&str; 7] =
    ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];
/// 2010-12-01 to 2025-10-01, both Wednesdays.
const SHIFT: SignedDuration = SignedDuration::from_hours(774 * 7 * 24);
const GBP: Currency = Currency::constant("GBP");
/// Stock codes that are the price of transport.
const TRANSPORT_CODES: [&str; 3] = ["POST", "DOT", "C2"];
/// Stock codes of bookkeeping.
const BOOKKEEPING_CODES: [&str; 8] = ["M", "D", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK", "TEST"];
/// Gift vouchers begin so.
const VOUCHER_PREFIX: &str = "GIFT_0001";
/// Shipping price where the source names none.
const BASE_SHIPPING_CENTS: i64 = 500;
const SHIPPING_PERCENT: i64 = 8;
const MAX_SHIPPING_CENTS: i64 = 15_000;

/// What an order file asks of the world.
pub(crate) struct Demand {
    /// By time.
    pub(crate) orders: Vec<PlannedOrder>,
    /// By time.
    pub(crate) take_backs: Vec<TakeBack>,
}

/// A sold line that can be given back.
struct Sold {
    order: usize,
    line_no: LineNo,
    left: u32,
}

/// The importer at work.
struct Reader<'a> {
    assortment: &'a mut Assortment,
    rates: &'a RateTable,
    countries: CountryNames,
    orders: Vec<PlannedOrder>,
    by_invoice: HashMap<String, usize>,
    transport: HashMap<String, Money>,
    sold: HashMap<(String, String), Vec<Sold>>,
    take_backs: Vec<TakeBack>,
    take_back_of: HashMap<(String, usize), usize>,
}

/// Reads the orders and take-backs of a file.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn read(
    file: impl Read,
    assortment: &mut Assortment,
    rates: &RateTable,
    report: &mut Report,
) -> anyhow::Result<Demand> {
    let mut reader = Reader {
        assortment,
        rates,
        countries: CountryNames::english()?,
        orders: Vec::new(),
        by_invoice: HashMap::new(),
        transport: HashMap::new(),
        sold: HashMap::new(),
        take_backs: Vec::new(),
        take_back_of: HashMap::new(),
    };
    each_row(file, &NEEDED, report, |row, report| reader.line(row, report))?;
    Ok(reader.finish(report))
}

impl Reader<'_> {
    fn line(&mut self, row: &Row<'_>, report: &mut Report) -> Result<(), RowError> {
        let invoice = row.text("InvoiceNo");
        match invoice.as_bytes().first() {
            Some(b'C') => self.take_back(row, invoice),
            Some(b'A') => {
                Err(row.error("InvoiceNo", "BAD_DEBT", "the invoice adjusts a bad debt, nothing is sold"))
            }
            _ => self.sale(row, invoice, report),
        }
    }

    fn sale(&mut self, row: &Row<'_>, invoice: &str, report: &mut Report) -> Result<(), RowError> {
        let at = time(row)?;
        let code = row.text("StockCode").to_uppercase();
        let price = self.unit_price(row, at)?;
        let quantity: i64 = row.parse("Quantity")?;
        if quantity <= 0 {
            return Err(row.error(
                "Quantity",
                "WRITE_OFF",
                format!("{quantity} units: a write-off, not a sale"),
            ));
        }
        if TRANSPORT_CODES.contains(&code.as_str()) {
            return self.add_transport(row, invoice, price, quantity, report);
        }
        goods(row, &code)?;
        let quantity = u32::try_from(quantity).ok().and_then(|units| Quantity::new(units).ok());
        let quantity =
            quantity.ok_or_else(|| row.error("Quantity", "OUT_OF_RANGE", "more than 100000 units"))?;
        let country = self.country(row)?;
        let order = self.order(row, invoice, at, country)?;
        self.add_line(row, order, &code, quantity, price)
    }

    fn add_transport(
        &mut self,
        row: &Row<'_>,
        invoice: &str,
        price: Money,
        quantity: i64,
        report: &mut Report,
    ) -> Result<(), RowError> {
        let units = u32::try_from(quantity).unwrap_or(u32::MAX);
        let amount = price.checked_mul_qty(units);
        let sum = self.transport.entry(invoice.to_owned()).or_insert(Money::usd(0));
        *sum = amount
            .and_then(|amount| sum.checked_add(amount))
            .map_err(|error| row.error("UnitPrice", "OUT_OF_RANGE", error))?;
        report.fill("shipping price from postage lines");
        Ok(())
    }

    fn add_line(
        &mut self,
        row: &Row<'_>,
        order: usize,
        code: &str,
        quantity: Quantity,
        unit_price: Money,
    ) -> Result<(), RowError> {
        let placed = &mut self.orders[order];
        let number = u32::try_from(placed.lines.len() + 1).unwrap_or(u32::MAX);
        let line_no = LineNo::new(number).map_err(|error| row.error("InvoiceNo", "TOO_MANY_LINES", error))?;
        let sku = self.assortment.sku_for(placed.seller, code);
        let sku =
            sku.ok_or_else(|| row.error("StockCode", "NO_PRODUCT", "the seller has nothing to stand in"))?;
        placed.lines.push(PlannedLine { line_no, sku, quantity, unit_price, discount: Money::usd(0) });
        let customer = row.text("CustomerID");
        if !customer.is_empty() {
            let sold = Sold { order, line_no, left: quantity.get() };
            self.sold.entry((customer.to_owned(), code.to_owned())).or_default().push(sold);
        }
        Ok(())
    }

    /// The order of an invoice; made with its first line.
    fn order(
        &mut self,
        row: &Row<'_>,
        invoice: &str,
        at: Timestamp,
        country: Country,
    ) -> Result<usize, RowError> {
        if let Some(order) = self.by_invoice.get(invoice) {
            return Ok(*order);
        }
        let malformed = |error: kernel::ParseError| row.error("InvoiceNo", "MALFORMED", error);
        let id = OrderId::parse(&format!("352-{invoice:0>7}-0000000")).map_err(malformed)?;
        let customer = row.text("CustomerID").trim_end_matches(".0");
        let buyer =
            if customer.is_empty() { format!("uci-invoice-{invoice}") } else { format!("uci-{customer}") };
        let seller = self.assortment.seller_for(&buyer);
        let seller = seller.ok_or_else(|| row.error("", "NO_SELLER", "no seller has complete products"))?;
        self.orders.push(PlannedOrder {
            id,
            at,
            marketplace: MarketplaceId::US,
            seller,
            buyer,
            lines: Vec::new(),
            consignee: Consignee::ByRule(country),
            shipping_price: Money::usd(0),
            level: ServiceLevel::Standard,
            cancelled_after: None,
        });
        let order = self.orders.len() - 1;
        self.by_invoice.insert(invoice.to_owned(), order);
        Ok(order)
    }

    fn take_back(&mut self, row: &Row<'_>, invoice: &str) -> Result<(), RowError> {
        let at = time(row)?;
        let code = row.text("StockCode").to_uppercase();
        if TRANSPORT_CODES.contains(&code.as_str()) {
            return Err(row.error("StockCode", "NOT_GOODS", format!("{code} is no goods")));
        }
        goods(row, &code)?;
        let customer = row.text("CustomerID");
        if customer.is_empty() {
            return Err(row.error(
                "CustomerID",
                "TAKE_BACK_OF_NOBODY",
                "no customer whose units it could be",
            ));
        }
        let quantity: i64 = row.parse("Quantity")?;
        let mut wanted = u32::try_from(quantity.unsigned_abs()).unwrap_or(u32::MAX);
        let key = (customer.to_owned(), code);
        let sold = self.sold.get_mut(&key).map(Vec::as_mut_slice).unwrap_or_default();
        let available: u64 = sold.iter().map(|line| u64::from(line.left)).sum();
        if quantity >= 0 || u64::from(wanted) > available {
            let reason = format!("{wanted} units given back, {available} bought before");
            return Err(row.error("Quantity", "TAKE_BACK_WITHOUT_SALE", reason));
        }
        for line in sold.iter_mut().rev() {
            let units = line.left.min(wanted);
            if let Ok(quantity) = Quantity::new(units) {
                line.left -= units;
                wanted -= units;
                let entry = (invoice.to_owned(), line.order);
                let at_index = *self.take_back_of.entry(entry).or_insert_with(|| {
                    let order = self.orders[line.order].id;
                    let reference = format!("{invoice}-{}", line.order);
                    self.take_backs.push(TakeBack { at, order, lines: Vec::new(), reference });
                    self.take_backs.len() - 1
                });
                self.take_backs[at_index].lines.push((line.line_no, quantity));
            }
        }
        Ok(())
    }

    /// Pounds in US dollars; zero and below are refused.
    fn unit_price(&self, row: &Row<'_>, at: Timestamp) -> Result<Money, RowError> {
        let pounds: Decimal = row.parse("UnitPrice")?;
        if pounds <= Decimal::ZERO {
            return Err(row.error("UnitPrice", "NO_PRICE", format!("a price of {pounds} is no sale")));
        }
        let month = YearMonth::of(at.to_zoned(TimeZone::UTC).date());
        let rate = self.rates.at(month, GBP);
        let rate =
            rate.ok_or_else(|| row.error("InvoiceDate", "NO_EXCHANGE_RATE", format!("no rate for {month}")))?;
        let dollars = Money::from_decimal(Currency::USD, pounds / rate, Rounding::HalfUp);
        let dollars = dollars.map_err(|error| row.error("UnitPrice", "OUT_OF_RANGE", error))?;
        Ok(Money::usd(dollars.minor().max(1)))
    }

    fn country(&self, row: &Row<'_>) -> Result<Country, RowError> {
        let name = row.text("Country");
        self.countries
            .get(name)
            .ok_or_else(|| row.error("Country", "NO_COUNTRY", format!("{name:?} is no country")))
    }

    /// Shipping prices, and everything by time.
    fn finish(mut self, report: &mut Report) -> Demand {
        for (invoice, order) in &self.by_invoice {
            let order = &mut self.orders[*order];
            order.shipping_price = match self.transport.get(invoice) {
                Some(paid) => *paid,
                None => {
                    report.fill("shipping price by rule");
                    shipping_by_rule(order)
                }
            };
        }
        self.orders.retain(|order| !order.lines.is_empty());
        self.orders.sort_by_key(|order| (order.at, order.id));
        self.take_backs.sort_by(|a, b| (a.at, &a.reference).cmp(&(b.at, &b.reference)));
        Demand { orders: self.orders, take_backs: self.take_backs }
    }
}

/// Base and share of the goods, bounded.
pub(crate) fn shipping_by_rule(order: &PlannedOrder) -> Money {
    let goods: i64 =
        order.lines.iter().map(|line| line.unit_price.minor() * i64::from(line.quantity.get())).sum();
    Money::usd((BASE_SHIPPING_CENTS + goods * SHIPPING_PERCENT / 100).min(MAX_SHIPPING_CENTS))
}

fn goods(row: &Row<'_>, code: &str) -> Result<(), RowError> {
    if BOOKKEEPING_CODES.contains(&code) || code.starts_with(VOUCHER_PREFIX) || code.is_empty() {
        return Err(row.error("StockCode", "NOT_GOODS", format!("{code} is no goods")));
    }
    Ok(())
}

fn time(row: &Row<'_>) -> Result<Timestamp, RowError> {
    let local: DateTime = row.parse("InvoiceDate")?;
    let utc = local.to_zoned(TimeZone::UTC).map_err(|error| row.error("InvoiceDate", "MALFORMED", error))?;
    Ok(utc.timestamp() + SHIFT)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{assortment, rates};
    use super::*;

    const HEADER: &str =
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

    fn imported(rows: &str) -> (Demand, Report) {
        let mut report = Report::new("uci", "inline", &RULES);
        let text = format!("{HEADER}{rows}");
        let demand = read(text.as_bytes(), &mut assortment(), &rates(), &mut report).unwrap();
        (demand, report)
    }

    #[test]
    fn an_invoice_becomes_one_order_774_weeks_later_in_dollars() {
        let (demand, _) = imported(
            "536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n\
             536365,71053,LANTERN,8,2010-12-01 08:26:00,3.39,17850.0,United Kingdom\n",
        );
        let order = &demand.orders[0];
        assert_eq!(order.id.as_str(), "352-0536365-0000000");
        assert_eq!(order.at.to_string(), "2025-10-01T08:26:00Z");
        assert_eq!(order.lines.len(), 2);
        assert_eq!(order.lines[0].unit_price, Money::usd(319));
        assert_eq!(order.consignee.country().as_str(), "GB");
        assert_eq!(order.shipping_price, Money::usd(500 + (319 * 6 + 424 * 8) * 8 / 100));
    }

    #[test]
    fn postage_is_the_shipping_price_and_bookkeeping_is_refused() {
        let (demand, report) = imported(
            "1,85123A,HOLDER,1,2010-12-01 08:26:00,8.00,1.0,Germany\n\
             1,POST,POSTAGE,2,2010-12-01 08:26:00,16.00,1.0,Germany\n\
             1,M,Manual,1,2010-12-01 08:26:00,1.00,1.0,Germany\n\
             A2,B,Adjust bad debt,1,2010-12-01 08:26:00,11062.06,,United Kingdom\n",
        );
        assert_eq!(demand.orders[0].shipping_price, Money::usd(4_000));
        assert_eq!(report.refused["NOT_GOODS"], 1);
        assert_eq!(report.refused["BAD_DEBT"], 1);
    }

    #[test]
    fn write_offs_zero_prices_and_no_countries_end_with_a_reason() {
        let (demand, report) = imported(
            "1,22139,damaged,-10,2010-12-01 08:26:00,0.0,,United Kingdom\n\
             2,22139,lost,-10,2010-12-01 08:26:00,1.0,,United Kingdom\n\
             3,22139,gift,1,2010-12-01 08:26:00,0.0,,United Kingdom\n\
             4,22139,cup,1,2010-12-01 08:26:00,1.0,7.0,Unspecified\n\
             5,22139,cup,1,2010-12-01 08:26:00,1.0,7.0,European Community\n",
        );
        assert!(demand.orders.is_empty());
        assert_eq!(report.refused["NO_PRICE"], 2);
        assert_eq!(report.refused["WRITE_OFF"], 1);
        assert_eq!(report.refused["NO_COUNTRY"], 2);
    }

    #[test]
    fn a_c_invoice_gives_back_the_latest_earlier_units_first() {
        let (demand, report) = imported(
            "1,22139,cup,5,2010-12-01 08:26:00,1.0,7.0,France\n\
             2,22139,cup,3,2010-12-02 08:26:00,1.0,7.0,France\n\
             C3,22139,cup,-4,2010-12-03 08:26:00,1.0,7.0,France\n\
             C4,22139,cup,-5,2010-12-04 08:26:00,1.0,7.0,France\n\
             C5,22139,cup,-1,2010-12-04 08:26:00,1.0,,France\n",
        );
        let given: Vec<(String, u32)> =
            demand.take_backs.iter().map(|t| (t.order.to_string(), t.lines[0].1.get())).collect();
        assert_eq!(given, [("352-0000001-0000000".to_owned(), 1), ("352-0000002-0000000".to_owned(), 3)]);
        assert_eq!(report.refused["TAKE_BACK_WITHOUT_SALE"], 1);
        assert_eq!(report.refused["TAKE_BACK_OF_NOBODY"], 1);
    }

    #[test]
    fn the_same_code_is_the_same_product_of_the_same_seller() {
        let (demand, _) = imported(
            "1,22139,cup,5,2010-12-01 08:26:00,1.0,7.0,France\n\
             2,22139,cup,3,2010-12-02 08:26:00,1.0,7.0,France\n",
        );
        assert_eq!(demand.orders[0].seller, demand.orders[1].seller);
        assert_eq!(demand.orders[0].lines[0].sku, demand.orders[1].lines[0].sku);
    }
}
