//! Taking an order: whole or not at all, with a reason for everything that stands in the way.

use std::num::NonZeroU32;

use jiff::Timestamp;
use kernel::{
    Address, Asin, AuthorityId, Dimensions, Fnsku, HsCode, LineNo, MarketplaceId, Money, OrderId, Quantity,
    QuoteId, SellerId, ShipmentId, Sku, TaxId, Weight, derive_uuid,
};

use super::event::Event;
use super::order::{Changes, Context, Order, OrderLine, OrderState};
use super::policy::Policy;
use super::reason::{self, Reason};
use super::routing::{Destination, Network, NoPlan, Part, ServiceLevel, Unit, Wanted, plan};
use super::shares::{share_by_value, split_discounts};
use super::shipment::{AuthorityHold, Shipment, ShipmentLine, Stage};
use super::stock::{Oversold, StockKey, StockPool};

/// An order as the storefront placed it; well-formed, not judged yet.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    /// Number.
    pub(crate) order: OrderId,
    /// Shop it was placed in.
    pub(crate) marketplace: MarketplaceId,
    /// Seller of all its lines.
    pub(crate) seller: SellerId,
    /// When.
    pub(crate) purchased_at: Timestamp,
    /// One or more, numbers unique and ascending.
    pub(crate) lines: Vec<PlacedLine>,
    /// Consignee: personal data.
    pub(crate) ship_to: Address,
    /// Consignee's tax id: personal data.
    pub(crate) tax_id: Option<TaxId>,
    /// Shipping charged to the buyer, USD.
    pub(crate) shipping_price: Money,
    /// Import-fee deposit charged to the buyer, USD.
    pub(crate) deposit: Money,
    /// The quote the buyer saw.
    pub(crate) quote: QuoteId,
    /// What the buyer was promised.
    pub(crate) level: ServiceLevel,
}

/// A line as placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlacedLine {
    /// Number in the order.
    pub(crate) line_no: LineNo,
    /// Seller's name of the offer.
    pub(crate) sku: Sku,
    /// Units.
    pub(crate) quantity: Quantity,
    /// Price of one unit before promotions, USD.
    pub(crate) unit_price: Money,
    /// Discount on the whole line, at most its price.
    pub(crate) discount: Money,
}

/// What enrollment told us of a seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seller {
    /// The authority in force; `None` while the seller does not take part.
    pub(crate) authority: Option<AuthorityId>,
}

/// What the catalogue told us of a seller's offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// Product.
    pub(crate) asin: Asin,
    /// Label of the stored units.
    pub(crate) fnsku: Fnsku,
    /// Weight of a packaged unit, when known.
    pub(crate) weight: Option<Weight>,
    /// Sides of a packaged unit, when known.
    pub(crate) dimensions: Option<Dimensions>,
    /// Code the seller declares, when there is one.
    pub(crate) hs_code: Option<HsCode>,
    /// The offer is gone.
    pub(crate) delisted: bool,
}

/// What was found out about an order before stock and routes are looked at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Findings {
    /// Authority to accept it under; `None` when there is a reason against the order.
    pub(crate) authority: Option<AuthorityId>,
    /// Against the order as a whole.
    pub(crate) reasons: Vec<Reason>,
    /// Against each line, in line order.
    pub(crate) line_reasons: Vec<Vec<Reason>>,
}

impl Findings {
    /// True when nothing stands in the way so far.
    pub(crate) fn are_clear(&self) -> bool {
        self.reasons.is_empty() && self.line_reasons.iter().all(Vec::is_empty)
    }
}

/// What can be said without asking anybody: marketplace, bounds, seller, SKUs.
pub(crate) fn check(
    placed: &Placed,
    seller: Option<&Seller>,
    items: &[Option<&Item>],
    policy: &Policy,
) -> Findings {
    let mut reasons = Vec::new();
    if placed.order.is_mcf() {
        let detail =
            format!("{} is a multi-channel order; only Amazon.com orders are exported", placed.order);
        reasons.push(Reason::new(reason::MULTI_CHANNEL_NOT_SUPPORTED, detail));
    }
    if placed.marketplace != MarketplaceId::US {
        let detail = format!("marketplace {}; only Amazon.com orders are exported", placed.marketplace);
        reasons.push(Reason::new(reason::MARKETPLACE_NOT_SUPPORTED, detail));
    }
    reasons.extend(beyond_bounds(placed, policy));
    let authority = match seller {
        None => {
            let detail =
                format!("seller {} is not registered; register it and place the order again", placed.seller);
            reasons.push(Reason::new(reason::SELLER_UNKNOWN, detail));
            None
        }
        Some(Seller { authority: None }) => {
            let detail =
                format!("seller {} does not take part; enable export and place it again", placed.seller);
            reasons.push(Reason::new(reason::PROGRAM_DISABLED, detail));
            None
        }
        Some(Seller { authority }) => *authority,
    };
    let line_reasons = placed.lines.iter().zip(items).map(|(line, item)| {
        let reason = match item {
            // An unknown seller has no catalogue: its lines are not at fault.
            None if seller.is_none() => None,
            None => {
                Some(Reason::new(reason::SKU_UNKNOWN, format!("SKU {} is not in the catalogue", line.sku)))
            }
            Some(item) if item.delisted => {
                Some(Reason::new(reason::ITEM_DELISTED, format!("SKU {} is no longer offered", line.sku)))
            }
            Some(_) => None,
        };
        reason.into_iter().collect()
    });
    Findings { authority, line_reasons: line_reasons.collect(), reasons }
}

fn beyond_bounds(placed: &Placed, policy: &Policy) -> Option<Reason> {
    let units: u64 = placed.lines.iter().map(|line| u64::from(line.quantity.get())).sum();
    let (max_lines, max_units) = (policy.order_max_lines, policy.order_max_units);
    (placed.lines.len() > max_lines || units > u64::from(max_units)).then(|| {
        let lines = placed.lines.len();
        let detail =
            format!("{lines} lines and {units} units; at most {max_lines} and {max_units}: split the order");
        Reason::new(reason::ORDER_LIMIT_EXCEEDED, detail)
    })
}

/// Takes or refuses the order. Taken, its units are reserved in `pool`.
///
/// # Errors
/// When a planned unit is not free: a fault of ours, since the plan was made on the same pool.
pub(crate) fn place(
    placed: &Placed,
    items: &[Option<&Item>],
    mut findings: Findings,
    network: &Network,
    pool: &mut StockPool,
    context: &Context<'_>,
) -> Result<Order, Oversold> {
    if let (true, Some(authority)) = (findings.are_clear(), findings.authority) {
        match planned(placed, items, network, pool, context.policy) {
            Ok(parts) => return accept(placed, items, authority, &parts, pool, context),
            Err(refusal) => refusal.add_to(&mut findings),
        }
    }
    Ok(reject(placed, items, findings, context))
}

/// Reasons that came up while planning.
struct Refusal {
    order: Option<Reason>,
    lines: Vec<(usize, Reason)>,
}

impl Refusal {
    fn add_to(self, findings: &mut Findings) {
        findings.reasons.extend(self.order);
        for (line, reason) in self.lines {
            findings.line_reasons[line].push(reason);
        }
    }

    fn no_route(detail: String, lines: Vec<(usize, Reason)>) -> Self {
        Self { order: Some(Reason::new(reason::NO_ROUTE, detail)), lines }
    }
}

fn planned(
    placed: &Placed,
    items: &[Option<&Item>],
    network: &Network,
    pool: &StockPool,
    policy: &Policy,
) -> Result<Vec<Part>, Refusal> {
    let wanted = wanted(placed, items, policy.dimensional_divisor)?;
    let (country, postal_code) = (placed.ship_to.country(), placed.ship_to.postal_code());
    let destination = Destination { country, postal_code, level: placed.level };
    plan(network, policy, destination, placed.seller, &wanted, pool).map_err(|no_plan| match no_plan {
        NoPlan::OutOfStock(lines) => {
            let lacking = |line: usize| {
                let PlacedLine { sku, quantity, .. } = &placed.lines[line];
                let detail = format!("fewer than {quantity} units of {sku} are free; order fewer, or later");
                (line, Reason::new(reason::OUT_OF_STOCK, detail))
            };
            Refusal { order: None, lines: lines.into_iter().map(lacking).collect() }
        }
        NoPlan::NotServed => {
            Refusal::no_route(format!("no carrier goes to {country} as {}", placed.level), Vec::new())
        }
        NoPlan::NoCarrier => {
            let detail = "no carrier takes it: too heavy, too large, or it needs an export filing";
            Refusal::no_route(format!("{detail} (to {country})"), Vec::new())
        }
        NoPlan::TooManyShipments(count) => {
            let detail =
                format!("{count} shipments; at most {}: split the order", policy.order_max_shipments);
            let reason = Reason::new(reason::ORDER_LIMIT_EXCEEDED, detail);
            Refusal { order: Some(reason), lines: Vec::new() }
        }
    })
}

/// What routing needs of each line. Weights and sides are never guessed.
fn wanted(placed: &Placed, items: &[Option<&Item>], divisor: NonZeroU32) -> Result<Vec<Wanted>, Refusal> {
    let mut wanted = Vec::with_capacity(placed.lines.len());
    let mut lacking = Vec::new();
    for (position, (line, item)) in placed.lines.iter().zip(items).enumerate() {
        match item.ok_or(reason::SKU_UNKNOWN).and_then(|item| unit(item, divisor).map(|unit| (item, unit))) {
            Ok((item, unit)) => wanted.push(Wanted {
                fnsku: item.fnsku,
                units: line.quantity.get(),
                unit,
                unit_price: line.unit_price,
            }),
            Err(code) => {
                let detail =
                    format!("SKU {}: the catalogue has no package measures to route it by", line.sku);
                lacking.push((position, Reason::new(code, detail)));
            }
        }
    }
    if lacking.is_empty() {
        return Ok(wanted);
    }
    Err(Refusal::no_route("a line has no known weight or sides; complete the catalogue".to_owned(), lacking))
}

fn unit(item: &Item, divisor: NonZeroU32) -> Result<Unit, &'static str> {
    let weight = item.weight.ok_or(reason::WEIGHT_UNKNOWN)?;
    let dimensions = item.dimensions.ok_or(reason::DIMENSIONS_UNKNOWN)?;
    Unit::new(weight, dimensions, item.hs_code, divisor).ok_or(reason::DIMENSIONS_UNKNOWN)
}

fn accept(
    placed: &Placed,
    items: &[Option<&Item>],
    authority: AuthorityId,
    parts: &[Part],
    pool: &mut StockPool,
    context: &Context<'_>,
) -> Result<Order, Oversold> {
    let mut order = order(placed, items, OrderState::Accepted, context);
    order.authority = Some(authority);
    order.payment_due =
        Some(context.now.saturating_add(context.policy.payment_window).unwrap_or(Timestamp::MAX));
    order.shipments = shipments(placed, items, parts, context.now);
    for shipment in &order.shipments {
        for line in &shipment.lines {
            let key = StockKey { fc: shipment.route.fc, fnsku: line.fnsku, seller: order.seller };
            pool.reserve(key, line.quantity.get())?;
        }
    }
    order.emit(Event::OrderAccepted, context);
    for position in 0..order.shipments.len() {
        order.emit(Event::ShipmentPlanned(position), context);
    }
    Ok(order)
}

fn reject(placed: &Placed, items: &[Option<&Item>], findings: Findings, context: &Context<'_>) -> Order {
    let mut order = order(placed, items, OrderState::Rejected, context);
    let mut codes: Vec<String> = findings.reasons.iter().map(|reason| reason.code.to_string()).collect();
    order.reasons = findings.reasons;
    for (line, reasons) in order.lines.iter_mut().zip(findings.line_reasons) {
        codes.extend(reasons.iter().map(|reason| reason.code.to_string()));
        line.reasons = reasons;
    }
    codes.sort_unstable();
    codes.dedup();
    order.emit(Event::OrderRejected, context);
    order.notify("order_rejected", &codes, context);
    order
}

fn order(placed: &Placed, items: &[Option<&Item>], state: OrderState, context: &Context<'_>) -> Order {
    let lines = placed.lines.iter().zip(items).map(|(line, item)| OrderLine {
        line_no: line.line_no,
        sku: line.sku.clone(),
        asin: item.map(|item| item.asin),
        quantity: line.quantity,
        unit_price: line.unit_price,
        discount: line.discount,
        reasons: Vec::new(),
    });
    Order {
        id: placed.order,
        seller: placed.seller,
        state,
        destination: placed.ship_to.country(),
        level: placed.level,
        purchased_at: placed.purchased_at,
        decided_at: context.now,
        authority: None,
        authority_revoked: false,
        quote: placed.quote,
        lines: lines.collect(),
        shipping_price: placed.shipping_price,
        deposit: placed.deposit,
        reasons: Vec::new(),
        paid_at: None,
        captured: Money::usd(0),
        payment_due: None,
        shipments: Vec::new(),
        version: 0,
        history_length: 0,
        changes: Changes::default(),
    }
}

fn shipments(placed: &Placed, items: &[Option<&Item>], parts: &[Part], now: Timestamp) -> Vec<Shipment> {
    let values: Vec<u64> = parts.iter().map(|part| value(placed, part)).collect();
    let units: Vec<u64> =
        parts.iter().map(|part| part.units.iter().map(|(_, n)| u64::from(*n)).sum()).collect();
    let shipping = share_by_value(placed.shipping_price, &values, &units);
    let deposits = share_by_value(placed.deposit, &values, &units);
    let mut discounts = split_discounts(placed, parts).into_iter();
    let mut shipments = Vec::with_capacity(parts.len());
    for (position, part) in parts.iter().enumerate() {
        let id = derive_uuid("shipment", &[placed.order.as_str(), &position.to_string()]);
        let lines = part.units.iter().zip(discounts.by_ref()).filter_map(|((line, units), discount)| {
            Some(ShipmentLine {
                line_no: placed.lines[*line].line_no,
                fnsku: items[*line]?.fnsku,
                quantity: Quantity::new(*units).ok()?,
                discount,
            })
        });
        shipments.push(Shipment {
            id: ShipmentId::new(id),
            route: part.route.clone(),
            lines: lines.collect(),
            shipping_share: shipping[position],
            deposit_share: deposits[position],
            stage: Stage::Planned,
            cleared: false,
            customs_hold: None,
            authority_hold: AuthorityHold::None,
            invoice: None,
            parcels: Vec::new(),
            due: None,
            planned_at: now,
            dispatched_at: None,
            ended_at: None,
            changed: true,
        });
    }
    shipments
}

/// Goods of a part before promotions, in cents.
fn value(placed: &Placed, part: &Part) -> u64 {
    let of = |(line, units): &(usize, u32)| {
        placed.lines[*line].unit_price.minor().unsigned_abs().saturating_mul(u64::from(*units))
    };
    part.units.iter().map(of).fold(0, u64::saturating_add)
}
