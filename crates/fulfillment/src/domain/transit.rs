//! The carrier's scans: a shipment leaves, arrives, is refused, lost or brought back.

use jiff::Timestamp;
use kernel::{ShipmentId, TrackingNumber};

use super::event::Event;
use super::order::{Context, Fault, Order, Outcome};
use super::parcel::{Parcel, Scan};
use super::shipment::{AuthorityHold, Stage};
use super::stock::StockDelta;

impl Order {
    /// Takes a scan in. The first scan of any parcel says that the shipment has left, whatever it was held for.
    ///
    /// # Errors
    /// When the shipment may not have left (not packed, or without its invoice), or has no such parcel.
    pub(crate) fn scan(
        &mut self,
        shipment: ShipmentId,
        tracking: TrackingNumber,
        scan: Scan,
        scanned_at: Timestamp,
        context: &Context<'_>,
    ) -> Result<Outcome, Fault> {
        let position = self.position(shipment)?;
        let shipment = &mut self.shipments[position];
        match shipment.stage {
            Stage::Planned | Stage::Released | Stage::Packed => {
                let problem = format!(
                    "shipment {} is {:?}: it may not leave before it is packed and has its invoice",
                    shipment.id,
                    shipment.state()
                );
                return Err(Fault::WrongState(problem));
            }
            Stage::Cancelled => {
                self.record("SCANNED_AFTER_CANCELLATION", Some(position), format!("{scan:?}"), context);
                return Ok(Outcome::Late);
            }
            Stage::Delivered | Stage::Lost | Stage::Returned => return Ok(Outcome::Late),
            Stage::Ready | Stage::Dispatched | Stage::Refused => {}
        }
        let unknown = || Fault::Invalid(format!("shipment {} has no parcel {tracking}", shipment.id));
        let parcel =
            shipment.parcels.iter_mut().find(|parcel| parcel.tracking == tracking).ok_or_else(unknown)?;
        if !parcel.take(scan, scanned_at) {
            return Ok(Outcome::AlreadyApplied);
        }
        shipment.changed = true;
        if shipment.stage == Stage::Ready {
            self.dispatch(position, scanned_at, context);
        }
        self.follow(position, scan, scanned_at, context);
        Ok(Outcome::Applied)
    }

    fn dispatch(&mut self, position: usize, at: Timestamp, context: &Context<'_>) {
        let shipment = &mut self.shipments[position];
        shipment.dispatched_at = Some(at);
        let held = shipment.is_held();
        shipment.customs_hold = None;
        if matches!(shipment.authority_hold, AuthorityHold::Held(_)) {
            shipment.authority_hold = AuthorityHold::None;
        }
        self.change_stock(position, |units| StockDelta {
            dispatched: units,
            reserved: -units,
            ..StockDelta::default()
        });
        self.enter(position, Stage::Dispatched, context);
        if held {
            self.record("DISPATCHED_WHILE_HELD", Some(position), String::new(), context);
        }
        self.emit(Event::ShipmentDispatched(position), context);
    }

    /// What a scan means for the shipment as a whole.
    fn follow(&mut self, position: usize, scan: Scan, at: Timestamp, context: &Context<'_>) {
        let shipment = &self.shipments[position];
        match scan {
            Scan::Lost => self.lose(position, at, context),
            Scan::Refused if shipment.stage == Stage::Dispatched => {
                self.enter(position, Stage::Refused, context);
                self.emit(Event::ShipmentRefused(position, at), context);
            }
            Scan::Delivered | Scan::Returned => self.end_if_all_ended(position, context),
            _ => {}
        }
    }

    fn end_if_all_ended(&mut self, position: usize, context: &Context<'_>) {
        let ends: Option<Vec<_>> = self.shipments[position].parcels.iter().map(Parcel::end).collect();
        let Some(last) = ends.as_ref().and_then(|ends| ends.iter().map(|(_, at)| *at).max()) else { return };
        let returned = ends.iter().flatten().any(|(scan, _)| *scan == Scan::Returned);
        let (stage, event) = if returned {
            (Stage::Returned, Event::ShipmentReturned(position, last))
        } else {
            (Stage::Delivered, Event::ShipmentDelivered(position, last))
        };
        self.enter(position, stage, context);
        self.emit(event, context);
        self.close_if_done(None, context);
    }

    /// The shipment is lost: the buyer gets goods and shipping back; customs gives back the deposit.
    pub(super) fn lose(&mut self, position: usize, at: Timestamp, context: &Context<'_>) {
        let paid_for = self.retained(&self.shipments[position]);
        let id = self.shipments[position].id;
        self.enter(position, Stage::Lost, context);
        self.emit(Event::ShipmentLost(position, at), context);
        self.request_refund(Some(id), paid_for, context);
        self.notify("shipment_lost", &[], context);
        self.close_if_done(None, context);
    }
}
