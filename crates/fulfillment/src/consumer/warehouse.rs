//! The centers' events: stock that came in, shipments that were packed.

use std::sync::Arc;

use kernel::LineNo;
use messaging::{HandleError, Handler, Received, Refusal};
use sqlx::PgConnection;
use uuid::Uuid;
use wire::WireError;
use wire::convert::{parse, parse_timestamp};
use wire::warehouse::events::v1::warehouse_event::Event;
use wire::warehouse::events::v1::{Parcel, ShipmentPacked, StockReceived, WarehouseEvent};

use super::{Steps, invalid};
use crate::app::Rules;
use crate::app::change_orders::Step;
use crate::app::receive_stock::receive_stock;
use crate::domain::command::Command;
use crate::domain::packing::PackedParcel;
use crate::store::stock::{Arrival, ArrivalKind};

/// Actor in the history.
const AREA: &str = "warehouse";
/// Most units of one receipt.
const MAX_UNITS: u32 = 1_000_000;

/// Takes stock in and books packing.
pub(crate) struct WarehouseHandler {
    pub(crate) rules: Arc<Rules>,
}

impl Handler<WarehouseEvent> for WarehouseHandler {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<WarehouseEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let (mut steps, mut arrivals) = (Steps::default(), Vec::new());
        for (record, received) in batch.iter().enumerate() {
            match &received.event.event {
                Some(Event::StockReceived(event)) => match arrival(event) {
                    Ok(arrival) => arrivals.push(arrival),
                    Err(error) => steps.refused.push(invalid(record, &error)),
                },
                Some(Event::ShipmentPacked(event)) => steps.push(record, packed(event)),
                // Returned units are judged by returns.
                _ => {}
            }
        }
        // Orders before stock (see `app::hold_orders`); packing changes no stock.
        let refused = steps.run(db, &self.rules, AREA).await?;
        receive_stock(db, arrivals).await?;
        Ok(refused)
    }
}

fn arrival(event: &StockReceived) -> Result<Arrival, WireError> {
    if !(1..=MAX_UNITS).contains(&event.quantity) {
        let problem = format!("is {}; 1 to {MAX_UNITS} units are received at a time", event.quantity);
        return Err(WireError::invalid("quantity", problem));
    }
    let id: Uuid = parse("receipt_id", &event.receipt_id)?;
    Ok(Arrival {
        kind: ArrivalKind::Receipt,
        id: id.to_string(),
        fc: parse("fc", &event.fc)?,
        seller: parse("seller_id", &event.seller_id)?,
        sku: parse("sku", &event.sku)?,
        fnsku: parse("fnsku", &event.fnsku)?,
        units: event.quantity,
        at: parse_timestamp("received_time", event.received_time)?,
    })
}

fn packed(event: &ShipmentPacked) -> Result<Step, WireError> {
    let parcels = event.parcels.iter().map(parcel).collect::<Result<_, _>>()?;
    let command = Command::Pack { shipment: parse("shipment_id", &event.shipment_id)?, parcels };
    Ok(Step { order: parse("order_id", &event.order_id)?, command })
}

fn parcel(parcel: &Parcel) -> Result<PackedParcel, WireError> {
    let contents = parcel.contents.iter().map(|content| {
        let line = LineNo::new(content.line_no).map_err(|e| WireError::invalid("contents.line_no", e))?;
        Ok((line, content.quantity))
    });
    Ok(PackedParcel {
        tracking: parse("tracking_number", &parcel.tracking_number)?,
        contents: contents.collect::<Result<_, WireError>>()?,
    })
}
