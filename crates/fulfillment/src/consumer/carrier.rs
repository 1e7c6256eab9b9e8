//! The carriers' scans.

use std::sync::Arc;

use messaging::{HandleError, Handler, Received, Refusal};
use sqlx::PgConnection;
use wire::WireError;
use wire::carrier::events::v1::carrier_event::Event;
use wire::carrier::events::v1::{CarrierEvent, ParcelScanned, ScanCode};
use wire::convert::{parse, parse_timestamp};

use super::Steps;
use crate::app::Rules;
use crate::app::change_orders::Step;
use crate::domain::command::Command;
use crate::domain::parcel::Scan;

/// Actor in the history.
const AREA: &str = "carrier";

/// Follows parcels.
pub(crate) struct CarrierHandler {
    pub(crate) rules: Arc<Rules>,
}

impl Handler<CarrierEvent> for CarrierHandler {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<CarrierEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let mut steps = Steps::default();
        for (record, received) in batch.iter().enumerate() {
            match &received.event.event {
                Some(Event::ParcelScanned(event)) => steps.push(record, scanned(event)),
                None => {}
            }
        }
        steps.run(db, &self.rules, AREA).await
    }
}

fn scanned(event: &ParcelScanned) -> Result<Step, WireError> {
    let command = Command::Scan {
        shipment: parse("shipment_id", &event.shipment_id)?,
        tracking: parse("tracking_number", &event.tracking_number)?,
        scan: scan(event.code())?,
        at: parse_timestamp("scanned_time", event.scanned_time)?,
    };
    Ok(Step { order: parse("order_id", &event.order_id)?, command })
}

fn scan(code: ScanCode) -> Result<Scan, WireError> {
    Ok(match code {
        ScanCode::Tendered => Scan::Tendered,
        ScanCode::InTransit => Scan::InTransit,
        ScanCode::ArrivedInDestination => Scan::Arrived,
        ScanCode::ClearanceStarted => Scan::ClearanceStarted,
        ScanCode::ClearanceDone => Scan::ClearanceDone,
        ScanCode::OutForDelivery => Scan::OutForDelivery,
        ScanCode::Delivered => Scan::Delivered,
        ScanCode::Refused => Scan::Refused,
        ScanCode::Lost => Scan::Lost,
        ScanCode::Returning => Scan::Returning,
        ScanCode::Returned => Scan::Returned,
        ScanCode::Unspecified => {
            return Err(WireError::invalid("code", "is not a scan code this version knows"));
        }
    })
}
