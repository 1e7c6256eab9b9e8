//! Quoting and placing orders.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use kernel::{Address, Money, TaxId, derive_uuid};
use wire::convert::{address, money, timestamp};
use wire::customs::v1::quote_outcome::Outcome;
use wire::customs::v1::{
    BatchQuoteLandedCostRequest, BatchQuoteLandedCostResponse, Quote, QuoteLine, QuoteRequest,
};
use wire::orders::events::v1::{OrderCancellationRequested, OrderLine, OrderPlaced};

use super::super::{Call, Deeds, Envelope, Refusal};
use crate::agenda::Agenda;
use crate::chance::Chance;
use crate::world::{BuyerBook, Consignee, PlannedOrder, World};

/// Baskets in one call at most (contract of the RPC), and lines in all of them together, to stay below the servers'
/// message size.
const BASKETS_A_CALL: usize = 100;
const LINES_A_CALL: usize = 5_000;

/// Takes orders in the order of time.
pub(super) struct Counter {
    world: Arc<World>,
    chance: Chance,
    /// The next order that has not been quoted.
    next: usize,
    cancellations: Agenda<usize>,
    /// Orders of each quoting call.
    quoting: HashMap<String, Vec<usize>>,
}

impl Counter {
    pub(super) fn new(world: Arc<World>, chance: Chance) -> Self {
        Self { world, chance, next: 0, cancellations: Agenda::default(), quoting: HashMap::new() }
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let order = self.world.orders.get(self.next).map(|order| order.at);
        [order, self.cancellations.next_due()].into_iter().flatten().min()
    }

    pub(super) fn act(&mut self, now: Timestamp, deeds: &mut Deeds) {
        let due = self.world.orders[self.next..].iter().take_while(|order| order.at <= now).count();
        let due: Vec<usize> = (self.next..self.next + due).collect();
        self.next += due.len();
        self.quote(&due, deeds);
        while let Some((at, _, index)) = self.cancellations.take_due(now) {
            self.cancel(index, at, deeds);
        }
    }

    /// Whether due orders wait for their quotes.
    pub(super) fn is_quoting(&self) -> bool {
        !self.quoting.is_empty()
    }

    /// Asks for quotes, in calls within their bounds.
    fn quote(&mut self, due: &[usize], deeds: &mut Deeds) {
        let mut rest = due;
        while !rest.is_empty() {
            let mut lines = 0;
            let fitting = rest.iter().take(BASKETS_A_CALL).take_while(|index| {
                lines += self.world.orders[**index].lines.len();
                lines <= LINES_A_CALL
            });
            let (batch, later) = rest.split_at(fitting.count().max(1));
            rest = later;
            let first = self.world.orders[batch[0]].id;
            let request_id = derive_uuid("quotes", &[first.as_str()]).to_string();
            let baskets =
                batch.iter().map(|index| basket(&self.world.orders[*index], self.ship_to(*index))).collect();
            deeds.ask(Call::Quote(BatchQuoteLandedCostRequest { request_id: request_id.clone(), baskets }));
            self.quoting.insert(request_id, batch.to_vec());
        }
    }

    /// Places the orders of a call. A basket that cannot be quoted is ordered all the same, without a deposit and with a
    /// quote that does not exist: the storefront is careless, and fulfillment says why the order cannot be taken.
    pub(super) fn quoted(
        &mut self,
        request_id: &str,
        outcome: Result<BatchQuoteLandedCostResponse, Refusal>,
        deeds: &mut Deeds,
    ) {
        let batch = self.quoting.remove(request_id).unwrap_or_default();
        let mut outcomes = match outcome {
            Ok(response) => response.outcomes.into_iter(),
            Err(refusal) => {
                tracing::warn!(
                    reason = refusal.reason.name(),
                    message = refusal.message,
                    "quotes were refused"
                );
                Vec::new().into_iter()
            }
        };
        for index in batch {
            let quote = match outcomes.next().and_then(|outcome| outcome.outcome) {
                Some(Outcome::Quote(quote)) => Some(quote),
                Some(Outcome::Refusal(_)) | None => None,
            };
            self.place(index, quote.as_ref(), deeds);
        }
    }

    fn place(&mut self, index: usize, quote: Option<&Quote>, deeds: &mut Deeds) {
        let order = &self.world.orders[index];
        let key = order.id.to_string();
        let (ship_to, tax_id) = self.consignee(index);
        let event = OrderPlaced {
            order_id: key.clone(),
            marketplace_id: order.marketplace.to_string(),
            seller_id: order.seller.to_string(),
            buyer_id: order.buyer.clone(),
            purchase_time: Some(timestamp(order.at)),
            lines: order.lines.iter().map(line).collect(),
            ship_to: ship_to.as_ref().map(address),
            recipient_tax_id: tax_id.map(|id| id.as_str().to_owned()).unwrap_or_default(),
            shipping_price: Some(money(order.shipping_price)),
            import_fees_deposit: quote.map_or(Some(money(Money::usd(0))), |quote| quote.deposit.clone()),
            quote_id: match quote {
                Some(quote) => quote.quote_id.clone(),
                None => derive_uuid("no quote", &[&key]).to_string(),
            },
            ship_service_level: order.level.as_str().to_owned(),
        };
        deeds.say(&key, &key, order.at, Envelope::Orders(event.into()));
        if let Some(after) = order.cancelled_after {
            self.cancellations.put(order.at + after, key, index);
        }
    }

    fn cancel(&self, index: usize, at: Timestamp, deeds: &mut Deeds) {
        let key = self.world.orders[index].id.to_string();
        let event = OrderCancellationRequested {
            cancellation_id: derive_uuid("cancellation", &[&key]).to_string(),
            order_id: key.clone(),
            line_nos: Vec::new(),
            requested_time: Some(timestamp(at)),
        };
        deeds.say(&key, &key, at, Envelope::Orders(event.into()));
    }

    fn ship_to(&self, index: usize) -> Option<Address> {
        self.consignee(index).0
    }

    /// Name, address and tax id: as the source says, or by the buyers' rule.
    fn consignee(&self, index: usize) -> (Option<Address>, Option<TaxId>) {
        let order = &self.world.orders[index];
        match &order.consignee {
            Consignee::Given(address, tax_id) => (Some((**address).clone()), tax_id.clone()),
            Consignee::ByRule(country) => {
                let address = self.world.buyers.address(self.chance, *country, &order.buyer);
                let given =
                    self.chance.happens(self.world.behaviour.tax_id_given, "tax id given", order.id.as_str());
                let tax_id = given.then(|| BuyerBook::tax_id(self.chance, *country, &order.buyer)).flatten();
                (address, tax_id)
            }
        }
    }
}

fn basket(order: &PlannedOrder, ship_to: Option<Address>) -> QuoteRequest {
    QuoteRequest {
        seller_id: order.seller.to_string(),
        destination_country_code: order.consignee.country().to_string(),
        destination_region: ship_to.map(|address| address.region().to_owned()).unwrap_or_default(),
        lines: order
            .lines
            .iter()
            .map(|line| QuoteLine {
                line_no: line.line_no.get(),
                sku: line.sku.to_string(),
                quantity: line.quantity.get(),
                unit_price: Some(money(line.unit_price)),
            })
            .collect(),
        shipping_price: Some(money(order.shipping_price)),
    }
}

fn line(line: &crate::world::PlannedLine) -> OrderLine {
    OrderLine {
        line_no: line.line_no.get(),
        sku: line.sku.to_string(),
        quantity: line.quantity.get(),
        unit_price: Some(money(line.unit_price)),
        promotion_discount: Some(money(line.discount)),
    }
}
