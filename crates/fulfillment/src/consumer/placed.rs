//! A placed order as it stands on the wire, checked field by field.

use kernel::{LineNo, Money};
use wire::convert::{optional, parse, parse_address, parse_quantity, parse_timestamp, parse_usd};
use wire::orders::events::v1::{OrderLine, OrderPlaced};
use wire::{ErrorReason, WireError};

use crate::domain::placement::{Placed, PlacedLine};

/// Greatest amount of a line, the shipping or the deposit: USD 100 million. Sums of an order stay far from overflow.
const MAX_AMOUNT: i64 = 10_000_000_000;

/// Takes a placed order from the wire.
pub(super) fn placed(event: OrderPlaced) -> Result<Placed, WireError> {
    let mut lines = lines(&event.lines)?;
    lines.sort_by_key(|line| line.line_no);
    if let Some(pair) = lines.windows(2).find(|pair| pair[0].line_no == pair[1].line_no) {
        return Err(WireError::invalid("lines", format!("line {} stands twice", pair[0].line_no)));
    }
    Ok(Placed {
        order: parse("order_id", &event.order_id)?,
        marketplace: parse("marketplace_id", &event.marketplace_id)?,
        seller: parse("seller_id", &event.seller_id)?,
        purchased_at: parse_timestamp("purchase_time", event.purchase_time)?,
        lines,
        ship_to: parse_address("ship_to", event.ship_to)?,
        tax_id: optional("recipient_tax_id", &event.recipient_tax_id)?,
        shipping_price: amount("shipping_price", event.shipping_price)?,
        deposit: amount("import_fees_deposit", event.import_fees_deposit)?,
        quote: parse("quote_id", &event.quote_id)?,
        level: parse("ship_service_level", &event.ship_service_level)?,
    })
}

fn lines(lines: &[OrderLine]) -> Result<Vec<PlacedLine>, WireError> {
    let most = usize::try_from(LineNo::MAX).unwrap_or(usize::MAX);
    match lines.len() {
        0 => Err(WireError::invalid("lines", "is empty; an order has 1 to 2000 lines")),
        count if count > most => {
            let problem = format!("has {count} lines; an order has at most {most}");
            Err(WireError::new(ErrorReason::LimitExceeded, "lines", problem))
        }
        _ => lines.iter().enumerate().map(|(index, line)| at(index, parsed(line))).collect(),
    }
}

fn parsed(line: &OrderLine) -> Result<PlacedLine, WireError> {
    let invalid = |field: &str, problem: &dyn std::fmt::Display| WireError::invalid(field, problem);
    let quantity = parse_quantity("quantity", line.quantity)?;
    let unit_price = amount("unit_price", line.unit_price.clone())?;
    let discount = amount("promotion_discount", line.promotion_discount.clone())?;
    let price = unit_price.checked_mul_qty(quantity.get()).map_err(|error| invalid("unit_price", &error))?;
    if price.minor() > MAX_AMOUNT {
        return Err(invalid(
            "unit_price",
            &format!("makes {price} with the quantity; USD 100000000.00 at most"),
        ));
    }
    if discount.minor() > price.minor() {
        return Err(invalid("promotion_discount", &format!("is {discount}, more than the line's {price}")));
    }
    Ok(PlacedLine {
        line_no: LineNo::new(line.line_no).map_err(|error| invalid("line_no", &error))?,
        sku: parse("sku", &line.sku)?,
        quantity,
        unit_price,
        discount,
    })
}

fn amount(field: &str, money: Option<wire::common::v1::Money>) -> Result<Money, WireError> {
    let amount = parse_usd(field, money)?;
    if amount.minor() > MAX_AMOUNT {
        return Err(WireError::invalid(field, format!("is {amount}; USD 100000000.00 at most")));
    }
    Ok(amount)
}

/// Names the line in a field's path. The path is only made when there is an error.
fn at<T>(index: usize, result: Result<T, WireError>) -> Result<T, WireError> {
    result.map_err(|error| WireError { field: format!("lines[{index}].{}", error.field), ..error })
}

/// A line's numbers as a cancellation names them.
pub(crate) fn line_nos<C: FromIterator<LineNo>>(numbers: &[u32]) -> Result<C, WireError> {
    let line = |number: &u32| LineNo::new(*number).map_err(|error| WireError::invalid("line_nos", error));
    numbers.iter().map(line).collect()
}
