//! Returned units that go back to stock.

use jiff::Timestamp;
use kernel::Lpn;
use messaging::{HandleError, Handler, Received, Refusal};
use sqlx::PgConnection;
use wire::WireError;
use wire::convert::{parse, parse_quantity};
use wire::returns::events::v1::returns_event::Event;
use wire::returns::events::v1::{ReturnsEvent, UnitRestocked};

use super::invalid;
use crate::app::receive_stock::receive_stock;
use crate::store::stock::{Arrival, ArrivalKind};

/// Counts restocked units.
pub(crate) struct ReturnsHandler;

impl Handler<ReturnsEvent> for ReturnsHandler {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<ReturnsEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let (mut refused, mut arrivals) = (Vec::new(), Vec::new());
        for (record, received) in batch.iter().enumerate() {
            // Everything else is returns' own.
            if let Some(Event::UnitRestocked(event)) = &received.event.event {
                match restocked(event, received.headers.time) {
                    Ok(arrival) => arrivals.push(arrival),
                    Err(error) => refused.push(invalid(record, &error)),
                }
            }
        }
        receive_stock(db, arrivals).await?;
        Ok(refused)
    }
}

fn restocked(event: &UnitRestocked, at: Timestamp) -> Result<Arrival, WireError> {
    let lpn: Lpn = parse("lpn", &event.lpn)?;
    Ok(Arrival {
        kind: ArrivalKind::Restock,
        id: lpn.to_string(),
        fc: parse("fc", &event.fc)?,
        seller: parse("seller_id", &event.seller_id)?,
        sku: parse("sku", &event.sku)?,
        fnsku: parse("fnsku", &event.fnsku)?,
        units: parse_quantity("quantity", event.quantity)?.get(),
        at,
    })
}
