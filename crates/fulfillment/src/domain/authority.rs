//! A seller revokes the authority under which shipments were accepted: what has not left is held until the seller lets
//! it finish or gives it up.

use jiff::Timestamp;

use super::event::Event;
use super::order::{Context, Order, Outcome};
use super::reason::AUTHORITY_REVOKED;
use super::shipment::AuthorityHold;

/// What the seller can do about the hold.
pub(super) const REMEDY: &str = "let the shipment finish (recheck), or give it up (cancel)";

impl Order {
    /// Holds every shipment that has not left the center. The seller's earlier choice for a shipment stands.
    pub(crate) fn revoke_authority(&mut self, context: &Context<'_>) -> Outcome {
        self.authority_revoked = true;
        let open: Vec<usize> = (0..self.shipments.len())
            .filter(|position| {
                let shipment = &self.shipments[*position];
                shipment.stage.is_in_center() && shipment.authority_hold == AuthorityHold::None
            })
            .collect();
        for &position in &open {
            self.hold_for_authority(position, context);
        }
        if open.is_empty() { Outcome::AlreadyApplied } else { Outcome::Applied }
    }

    pub(super) fn hold_for_authority(&mut self, position: usize, context: &Context<'_>) {
        let window = context.policy.authority_hold_window;
        let deadline = context.now.saturating_add(window).unwrap_or(Timestamp::MAX);
        self.shipments[position].authority_hold = AuthorityHold::Held(deadline);
        self.set_due(position, context);
        let (reason, remedy) = (AUTHORITY_REVOKED.to_owned(), REMEDY.to_owned());
        self.emit(Event::ShipmentHeld { shipment: position, reason, remedy, deadline }, context);
        self.notify("shipment_held", &[AUTHORITY_REVOKED.to_owned()], context);
    }
}
