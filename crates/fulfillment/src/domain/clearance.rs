//! Customs' answers about a shipment: cleared, held, invoice issued; and what a hold is resolved with.

use jiff::Timestamp;
use kernel::ShipmentId;

use super::event::{Event, Resolved};
use super::order::{Context, Fault, Order, Outcome};
use super::shipment::{AuthorityHold, Hold, Stage};

/// What is given to resolve a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resolution {
    /// The recipient's tax id, now stored with the consignee.
    TaxId,
    /// A corrected address, now stored with the consignee.
    Address,
    /// Customs looks again, or the seller lets a revoked shipment finish.
    Recheck,
    /// The shipment is given up.
    Cancel,
}

impl Order {
    /// Customs cleared the shipment.
    ///
    /// # Errors
    /// When the order has no such shipment.
    pub(crate) fn clear(&mut self, shipment: ShipmentId, context: &Context<'_>) -> Result<Outcome, Fault> {
        let position = self.position(shipment)?;
        let shipment = &mut self.shipments[position];
        if !shipment.stage.is_in_center() {
            return Ok(Outcome::Late);
        }
        if shipment.cleared && shipment.customs_hold.is_none() {
            return Ok(Outcome::AlreadyApplied);
        }
        shipment.cleared = true;
        shipment.customs_hold = None;
        self.record("SHIPMENT_CLEARED", Some(position), String::new(), context);
        self.set_due(position, context);
        self.advance(position, context);
        Ok(Outcome::Applied)
    }

    /// Customs holds the shipment: it goes no further until that is resolved.
    ///
    /// # Errors
    /// When the order has no such shipment.
    pub(crate) fn hold(
        &mut self,
        shipment: ShipmentId,
        hold: Hold,
        context: &Context<'_>,
    ) -> Result<Outcome, Fault> {
        let position = self.position(shipment)?;
        let shipment = &mut self.shipments[position];
        if !shipment.stage.is_in_center() {
            return Ok(Outcome::Late);
        }
        if shipment.customs_hold.as_ref() == Some(&hold) {
            return Ok(Outcome::AlreadyApplied);
        }
        shipment.cleared = false;
        shipment.customs_hold = Some(hold.clone());
        self.set_due(position, context);
        let Hold { reason, remedy, deadline } = hold;
        let reasons = [reason.clone()];
        self.emit(Event::ShipmentHeld { shipment: position, reason, remedy, deadline }, context);
        self.notify("shipment_held", &reasons, context);
        Ok(Outcome::Applied)
    }

    /// Takes what resolves a hold, or gives the shipment up for `cancel_reason`.
    ///
    /// # Errors
    /// When the shipment is not held, or what is given is not what it is held for.
    pub(crate) fn resolve_hold(
        &mut self,
        shipment: ShipmentId,
        resolution: Resolution,
        cancel_reason: &'static str,
        context: &Context<'_>,
    ) -> Result<Outcome, Fault> {
        let position = self.position(shipment)?;
        let held = &mut self.shipments[position];
        if held.hold().is_none() {
            let problem = format!("shipment {shipment} is {:?}, not held", held.state());
            return Err(Fault::WrongState(problem));
        }
        let by_customs = held.customs_hold.is_some();
        let resolved = match resolution {
            Resolution::Cancel => {
                self.cancel_shipments(&[position], cancel_reason, context);
                return Ok(Outcome::Applied);
            }
            Resolution::TaxId | Resolution::Address if !by_customs => {
                let problem = format!("shipment {shipment} is held by a revocation: recheck lets it finish");
                return Err(Fault::WrongState(problem));
            }
            Resolution::TaxId => Resolved::TaxId,
            Resolution::Address => Resolved::Address,
            Resolution::Recheck => Resolved::Recheck,
        };
        let by_authority = matches!(held.authority_hold, AuthorityHold::Held(_));
        if by_authority && resolved == Resolved::Recheck {
            held.authority_hold = AuthorityHold::Allowed;
            self.record("AUTHORITY_CONFIRMED", Some(position), String::new(), context);
        }
        if by_customs {
            let held = &mut self.shipments[position];
            held.customs_hold = None;
            held.cleared = false;
            self.emit(Event::HoldResolved(position, resolved), context);
        }
        self.set_due(position, context);
        self.advance(position, context);
        Ok(Outcome::Applied)
    }

    /// Customs issued the shipment's invoice. It may be known before the packing is: both come from elsewhere.
    ///
    /// # Errors
    /// When the shipment was not released, or has another invoice.
    pub(crate) fn issue_invoice(
        &mut self,
        shipment: ShipmentId,
        number: &str,
        issued_at: Timestamp,
        context: &Context<'_>,
    ) -> Result<Outcome, Fault> {
        let position = self.position(shipment)?;
        let shipment = &mut self.shipments[position];
        match (&shipment.invoice, shipment.stage) {
            (Some(known), _) if known == number => return Ok(Outcome::AlreadyApplied),
            (_, Stage::Cancelled) => return Ok(Outcome::Late),
            (Some(known), _) => {
                let problem = format!("shipment {} has invoice {known} already, not {number}", shipment.id);
                return Err(Fault::WrongState(problem));
            }
            (None, Stage::Planned) => {
                let problem = format!("shipment {} was not released: it cannot have an invoice", shipment.id);
                return Err(Fault::WrongState(problem));
            }
            (None, _) => {}
        }
        // Customs issues it only for what it has cleared and does not hold.
        shipment.cleared = true;
        shipment.customs_hold = None;
        shipment.invoice = Some(number.to_owned());
        self.set_due(position, context);
        self.record("INVOICE_ISSUED", Some(position), format!("{number} of {issued_at}"), context);
        self.advance(position, context);
        Ok(Outcome::Applied)
    }
}
