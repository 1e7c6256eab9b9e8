//! The order: the aggregate of fulfillment. Every command of this folder is a method of [`Order`]: it changes the
//! order, or says why not, and leaves what happened in [`Order::changes`].

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::{
    Asin, AuthorityId, Country, LineNo, Money, OrderId, Quantity, QuoteId, SellerId, ShipmentId, Sku,
};

use super::event::{Event, HistoryEntry, Recipient};
use super::policy::Policy;
use super::reason::Reason;
use super::refund::Refund;
use super::routing::ServiceLevel;
use super::shipment::{AuthorityHold, Shipment, ShipmentState, Stage};
use super::stock::{StockDelta, StockKey};

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum OrderState {
    /// Refused at acceptance; final.
    Rejected,
    /// Taken; waits for payment.
    Accepted,
    /// Paid; its shipments are on their way through their states.
    Paid,
    /// Every shipment was cancelled; final.
    Cancelled,
    /// Every shipment has its end, not all by cancellation; final.
    Closed,
}

impl OrderState {
    /// True when it never changes again.
    pub(crate) const fn is_final(self) -> bool {
        matches!(self, Self::Rejected | Self::Cancelled | Self::Closed)
    }
}

/// A line as ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderLine {
    /// Number in the order.
    pub(crate) line_no: LineNo,
    /// Seller's name of the offer.
    pub(crate) sku: Sku,
    /// Product; `None` when the SKU is unknown.
    pub(crate) asin: Option<Asin>,
    /// Units.
    pub(crate) quantity: Quantity,
    /// Price of one unit before promotions, USD.
    pub(crate) unit_price: Money,
    /// Discount on the whole line, USD.
    pub(crate) discount: Money,
    /// Why it was refused; empty when it was not.
    pub(crate) reasons: Vec<Reason>,
}

/// An export order of one seller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    /// Number the storefront gave it.
    pub(crate) id: OrderId,
    /// Seller.
    pub(crate) seller: SellerId,
    /// Where it stands.
    pub(crate) state: OrderState,
    /// Country it goes to.
    pub(crate) destination: Country,
    /// What the buyer was promised.
    pub(crate) level: ServiceLevel,
    /// When the buyer ordered.
    pub(crate) purchased_at: Timestamp,
    /// When it was accepted or rejected.
    pub(crate) decided_at: Timestamp,
    /// The authority it was accepted under; `None` when rejected.
    pub(crate) authority: Option<AuthorityId>,
    /// That authority was explicitly revoked since.
    pub(crate) authority_revoked: bool,
    /// The quote the buyer saw.
    pub(crate) quote: QuoteId,
    /// What was ordered, in the order of the line numbers; never changes.
    pub(crate) lines: Vec<OrderLine>,
    /// Shipping charged to the buyer, USD.
    pub(crate) shipping_price: Money,
    /// Import-fee deposit charged to the buyer, USD.
    pub(crate) deposit: Money,
    /// Why it was refused as a whole.
    pub(crate) reasons: Vec<Reason>,
    /// When the buyer's money came in.
    pub(crate) paid_at: Option<Timestamp>,
    /// Money of the buyer that came in, USD.
    pub(crate) captured: Money,
    /// When it is given up if no money comes in.
    pub(crate) payment_due: Option<Timestamp>,
    /// What it was split into; their positions never change.
    pub(crate) shipments: Vec<Shipment>,
    /// Number of events so far.
    pub(crate) version: i64,
    /// Number of history entries so far.
    pub(crate) history_length: i32,
    /// What the commands since loading did besides.
    pub(crate) changes: Changes,
}

/// What commands did: to be saved and published with the order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Events in the order they happened.
    pub(crate) events: Vec<Event>,
    /// History in the order it happened.
    pub(crate) history: Vec<HistoryEntry>,
    /// Stock to change.
    pub(crate) stock: BTreeMap<StockKey, StockDelta>,
    /// Refunds that are new.
    pub(crate) refunds: Vec<Refund>,
}

/// What every command is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    /// Business time.
    pub(crate) now: Timestamp,
    /// Who commands: a principal's subject, or the area whose event it is.
    pub(crate) actor: &'a str,
    /// Policy in force.
    pub(crate) policy: &'a Policy,
}

/// What a command did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Outcome {
    /// It changed the order.
    Applied,
    /// It had been applied before.
    AlreadyApplied,
    /// It came after what it is about had ended: no effect, at most a history entry.
    Late,
}

/// Why a command was refused; nothing changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// The order has no such shipment.
    #[error("order {0} has no shipment {1}")]
    UnknownShipment(OrderId, ShipmentId),
    /// It cannot be done in this state.
    #[error("{0}")]
    WrongState(String),
    /// What it says does not fit the order.
    #[error("{0}")]
    Invalid(String),
}

impl Order {
    /// What the buyer owes: goods after promotions, shipping and deposit. Zero when rejected.
    pub(crate) fn amount_due(&self) -> Money {
        if self.state == OrderState::Rejected {
            return Money::usd(0);
        }
        let goods: i64 = self.lines.iter().map(|line| line_price(line).minor()).sum();
        Money::usd(goods + self.shipping_price.minor() + self.deposit.minor())
    }

    /// True once the buyer's money is in.
    pub(crate) fn is_paid(&self) -> bool {
        self.paid_at.is_some()
    }

    /// The line with this number.
    pub(crate) fn line(&self, line_no: LineNo) -> Option<&OrderLine> {
        let found = self.lines.binary_search_by_key(&line_no, |line| line.line_no).ok()?;
        self.lines.get(found)
    }

    /// Goods of a shipment after promotions.
    pub(crate) fn goods(&self, shipment: &Shipment) -> Money {
        let of_line = |line: &super::shipment::ShipmentLine| {
            let price = self.line(line.line_no).map_or(0, |ordered| ordered.unit_price.minor());
            price * i64::from(line.quantity.get()) - line.discount.minor()
        };
        Money::usd(shipment.lines.iter().map(of_line).sum())
    }

    /// Of what the buyer paid for this shipment's goods and shipping, what was not given back on cancellation or loss.
    pub(crate) fn retained(&self, shipment: &Shipment) -> Money {
        let given_back = matches!(shipment.stage, Stage::Cancelled | Stage::Lost);
        if !self.is_paid() || given_back {
            return Money::usd(0);
        }
        Money::usd(self.goods(shipment).minor() + shipment.shipping_share.minor())
    }

    /// True when every shipment that has units of the line was cancelled.
    pub(crate) fn is_line_cancelled(&self, line_no: LineNo) -> bool {
        let mut holders = self
            .shipments
            .iter()
            .filter(|shipment| shipment.lines.iter().any(|line| line.line_no == line_no))
            .peekable();
        holders.peek().is_some() && holders.all(|shipment| shipment.stage == Stage::Cancelled)
    }

    /// Position of a shipment.
    ///
    /// # Errors
    /// When the order has no such shipment.
    pub(crate) fn position(&self, shipment: ShipmentId) -> Result<usize, Fault> {
        let found = self.shipments.iter().position(|own| own.id == shipment);
        found.ok_or(Fault::UnknownShipment(self.id, shipment))
    }

    /// True when there is something to save.
    pub(crate) fn is_changed(&self) -> bool {
        !self.changes.history.is_empty()
            || !self.changes.events.is_empty()
            || self.shipments.iter().any(|shipment| shipment.changed)
    }

    /// Adds an event and its history entry.
    pub(super) fn emit(&mut self, event: Event, context: &Context<'_>) {
        if let Some(name) = event.history_name() {
            self.record(name, event.shipment(), event.history_detail(), context);
        }
        self.version += 1;
        self.changes.events.push(event);
    }

    /// Adds a history entry without an event.
    pub(super) fn record(
        &mut self,
        event: &'static str,
        shipment: Option<usize>,
        detail: String,
        context: &Context<'_>,
    ) {
        self.history_length += 1;
        self.changes.history.push(HistoryEntry {
            at: context.now,
            event,
            actor: context.actor.to_owned(),
            shipment: shipment.map(|position| self.shipments[position].id),
            detail,
        });
    }

    /// Tells buyer and seller.
    pub(super) fn notify(&mut self, template: &'static str, reasons: &[String], context: &Context<'_>) {
        for recipient in [Recipient::Buyer, Recipient::Seller] {
            let reasons = reasons.to_vec();
            self.emit(Event::Notified { recipient, template, reasons }, context);
        }
    }

    /// Asks payments to pay back; nothing when there is nothing to pay.
    pub(super) fn request_refund(
        &mut self,
        shipment: Option<ShipmentId>,
        amount: Money,
        context: &Context<'_>,
    ) {
        if amount.minor() > 0 {
            let refund = Refund::request(self.id, shipment, amount);
            self.changes.refunds.push(refund.clone());
            self.emit(Event::RefundRequested(refund), context);
        }
    }

    /// Changes the stock of every line of a shipment by `delta` times its units.
    pub(super) fn change_stock(&mut self, position: usize, delta: impl Fn(i64) -> StockDelta) {
        let shipment = &self.shipments[position];
        for line in &shipment.lines {
            let key = StockKey { fc: shipment.route.fc, fnsku: line.fnsku, seller: self.seller };
            let change = self.changes.stock.entry(key).or_default();
            *change = change.and(delta(i64::from(line.quantity.get())));
        }
    }

    /// Takes the next step that the facts allow: releases for packing, or for the carrier. Revocations are looked at
    /// once more before both.
    pub(super) fn advance(&mut self, position: usize, context: &Context<'_>) {
        let (paid, revoked) = (self.is_paid(), self.authority_revoked);
        let shipment = &mut self.shipments[position];
        if shipment.is_held() || !shipment.cleared {
            return;
        }
        let next = match shipment.stage {
            Stage::Planned if paid => Stage::Released,
            Stage::Packed if shipment.invoice.is_some() => Stage::Ready,
            _ => return,
        };
        if revoked && shipment.authority_hold == AuthorityHold::None {
            self.hold_for_authority(position, context);
            return;
        }
        self.enter(position, next, context);
        let event = if next == Stage::Released {
            Event::ShipmentReleased(position)
        } else {
            Event::ShipmentReady(position)
        };
        self.emit(event, context);
    }

    /// Puts a shipment into a stage and sets its deadline.
    pub(super) fn enter(&mut self, position: usize, stage: Stage, context: &Context<'_>) {
        let shipment = &mut self.shipments[position];
        shipment.stage = stage;
        if stage.is_final() {
            shipment.ended_at = Some(context.now);
        }
        self.set_due(position, context);
    }

    /// Sets the deadline of the state a shipment is in now, from now.
    pub(super) fn set_due(&mut self, position: usize, context: &Context<'_>) {
        let (paid, policy) = (self.is_paid(), context.policy);
        let shipment = &mut self.shipments[position];
        let window = match shipment.state() {
            ShipmentState::Held => None,
            ShipmentState::Planned if paid => Some(policy.clearance_window),
            ShipmentState::Released => Some(policy.pack_window),
            ShipmentState::Packed | ShipmentState::Ready => Some(policy.handover_window),
            ShipmentState::Dispatched | ShipmentState::Refused => Some(policy.transit_window),
            // Unpaid: the order's own deadline counts. Final: nothing is waited for.
            ShipmentState::Planned | ShipmentState::Cleared => None,
            ShipmentState::Delivered
            | ShipmentState::Lost
            | ShipmentState::Returned
            | ShipmentState::Cancelled => None,
        };
        let held_until = if shipment.stage.is_in_center() { shipment.held_until() } else { None };
        let from_now = window.map(|window| context.now.saturating_add(window).unwrap_or(Timestamp::MAX));
        shipment.due = held_until.or(from_now);
        shipment.changed = true;
    }

    /// Closes the order when every shipment has its end.
    pub(super) fn close_if_done(&mut self, last_reason: Option<&'static str>, context: &Context<'_>) {
        if self.state.is_final() || !self.shipments.iter().all(|shipment| shipment.stage.is_final()) {
            return;
        }
        self.payment_due = None;
        let all_cancelled = self.shipments.iter().all(|shipment| shipment.stage == Stage::Cancelled);
        match last_reason {
            Some(reason) if all_cancelled => {
                self.state = OrderState::Cancelled;
                self.emit(Event::OrderCancelled(reason), context);
            }
            _ => {
                self.state = OrderState::Closed;
                self.emit(Event::OrderClosed, context);
            }
        }
    }
}

impl Shipment {
    /// When the earliest of its holds ends.
    fn held_until(&self) -> Option<Timestamp> {
        let authority = match self.authority_hold {
            AuthorityHold::Held(deadline) => Some(deadline),
            AuthorityHold::None | AuthorityHold::Allowed => None,
        };
        let customs = self.customs_hold.as_ref().map(|hold| hold.deadline);
        customs.into_iter().chain(authority).min()
    }
}

/// What a line costs after promotions.
pub(super) fn line_price(line: &OrderLine) -> Money {
    Money::usd(line.unit_price.minor() * i64::from(line.quantity.get()) - line.discount.minor())
}
