//! One seller, one product, four orders: delivered and partly returned; rejected; lost; cancelled before payment.

use kernel::{PayoutId, RefundId, ReimbursementId, RmaId, ShipmentId};
use uuid::Uuid;
use wire::brokerage::events::v1::{BrokerageEvent, ImportChargesAssessed};
use wire::carrier::events::v1::{CarrierEvent, ParcelScanned, ScanCode};
use wire::catalog::events::v1::{CatalogEvent, ItemListed};
use wire::common::v1::{PayoutRequest, RefundKind, RefundRequest};
use wire::customs::events::v1::{self as customs, CustomsEvent};
use wire::eligibility::events::v1::{
    ClassificationConfirmed, ClassificationSuggested, CycleCompleted, EligibilityEvent, VerdictChanged,
};
use wire::enrollment::events::v1::{EnrollmentEvent, SellerEnrolled};
use wire::fulfillment::events::v1::{self as fulfillment, FulfillmentEvent, PlannedLine};
use wire::orders::events::v1::{OrderPlaced, OrdersEvent};
use wire::payments::events::v1::{PaymentCaptured, PaymentsEvent, PayoutSettled, RefundSettled};
use wire::returns::events::v1::{self as returns, ReturnsEvent};
use wire::sellers::events::v1::{SellerRegistered, SellersEvent};
use wire::warehouse::events::v1::{ReturnUnitReceived, ShipmentPacked, StockReceived, WarehouseEvent};

use super::world::{Fill, World, usd};

pub(super) const SELLER: &str = "A2EXAMPLE0001";
pub(super) const SKU: &str = "KITE-1";
pub(super) const ASIN: &str = "B000000001";
pub(super) const FNSKU: &str = "X000000001";
pub(super) const FC: &str = "LEX1";
pub(super) const STOCK: &str = "LEX1/X000000001";
pub(super) const LPN: &str = "LPNRR0000000001";
/// Delivered; one of its two units came back.
pub(super) const DELIVERED: &str = "114-0000001-0000001";
pub(super) const REJECTED: &str = "114-0000002-0000002";
/// Lost on its way.
pub(super) const LOST: &str = "114-0000003-0000003";
/// Cancelled before it was paid.
pub(super) const CANCELLED: &str = "114-0000004-0000004";

const GOODS: i64 = 2_000;
const SHIPPING: i64 = 500;
const DEPOSIT: i64 = 300;
const CHARGES: i64 = 200;

pub(super) fn shipment(order: &str) -> ShipmentId {
    ShipmentId::new(uuid("shipment", order))
}

pub(super) fn refund(order: &str, kind: RefundKind) -> RefundId {
    RefundId::new(uuid(kind.as_str_name(), order))
}

pub(super) fn reimbursement() -> ReimbursementId {
    ReimbursementId::new(uuid("reimbursement", LOST))
}

pub(super) fn payout() -> PayoutId {
    PayoutId::new(uuid("payout", LOST))
}

pub(super) fn rma() -> RmaId {
    RmaId::new(uuid("rma", DELIVERED))
}

pub(super) fn cycle() -> Uuid {
    uuid("cycle", "2026-10")
}

pub(super) fn uuid(kind: &str, of: &str) -> Uuid {
    kernel::derive_uuid(kind, &[of])
}

/// The world in which everything holds.
pub(super) fn story() -> World {
    let mut world = World::default();
    catalogue(&mut world);
    for order in [DELIVERED, REJECTED, LOST, CANCELLED] {
        world.publish::<OrdersEvent>(
            "storefront",
            order,
            OrderPlaced { order_id: order.into(), ..Default::default() },
        );
    }
    for order in [DELIVERED, LOST, CANCELLED] {
        accept(&mut world, order);
    }
    let rejection = fulfillment::OrderRejected { order_id: REJECTED.into(), ..Default::default() };
    world.publish::<FulfillmentEvent>("fulfillment", REJECTED, rejection);
    for order in [DELIVERED, LOST] {
        pay(&mut world, order);
        dispatch(&mut world, order);
    }
    charge(&mut world, DELIVERED);
    send_back(&mut world);
    lose(&mut world);
    facts_of_orders(&mut world);
    facts_of_customs(&mut world);
    facts_of_returns(&mut world);
    world
}

fn catalogue(world: &mut World) {
    let registered = SellerRegistered { seller_id: SELLER.into(), ..Default::default() };
    world.publish::<SellersEvent>("registry", SELLER, registered);
    let enrolled = SellerEnrolled { seller_id: SELLER.into(), ..Default::default() };
    world.publish::<EnrollmentEvent>("enrollment", SELLER, enrolled);
    world.fact("enrollment", "enrollment", SELLER, "ENABLED");

    let item = format!("{SELLER}/{SKU}");
    let listed = ItemListed { seller_id: SELLER.into(), sku: SKU.into(), ..Default::default() };
    world.publish::<CatalogEvent>("catalogue", &item, listed);
    world.publish::<EligibilityEvent>(
        "eligibility",
        ASIN,
        VerdictChanged { asin: ASIN.into(), ..Default::default() },
    );
    let completed = CycleCompleted { cycle_id: cycle().to_string(), ..Default::default() };
    world.publish::<EligibilityEvent>("eligibility", cycle(), completed);
    let classification = format!("{ASIN}/classification");
    let confirmed = ClassificationConfirmed { asin: ASIN.into(), ..Default::default() };
    world.publish::<EligibilityEvent>("eligibility", &classification, confirmed);
    world.fact("eligibility", "classification", &classification, "CONFIRMED").link("asin", ASIN);
    let suggestion = format!("{ASIN}/suggestion");
    let suggested = ClassificationSuggested { asin: ASIN.into(), ..Default::default() };
    world.publish::<EligibilityEvent>("eligibility", &suggestion, suggested);
    world.fact("eligibility", "suggestion", &suggestion, "SUGGESTED").link("asin", ASIN);
    world.fact("eligibility", "item", &item, "EXPORTABLE").link("asin", ASIN);
    world.fact("eligibility", "verdict", ASIN, "EXPORTABLE");
    world.fact("eligibility", "cycle", cycle(), "COMPLETED").units("evaluated", 1).units("exportable", 1);

    let receipt_id = uuid("receipt", "1").to_string();
    let (fc, fnsku) = (FC.to_owned(), FNSKU.to_owned());
    let received = StockReceived { receipt_id, fc, fnsku, quantity: 10, ..Default::default() };
    world.publish::<WarehouseEvent>("warehouse", STOCK, received);
}

fn accept(world: &mut World, order: &str) {
    let accepted = fulfillment::OrderAccepted {
        order_id: order.into(),
        amount_due: Some(usd(GOODS + SHIPPING + DEPOSIT)),
        shipment_count: 1,
        ..Default::default()
    };
    world.publish::<FulfillmentEvent>("fulfillment", order, accepted);
    let line = PlannedLine {
        quantity: 2,
        unit_price: Some(usd(1_100)),
        discount: Some(usd(200)),
        fnsku: FNSKU.into(),
        ..Default::default()
    };
    let planned = fulfillment::ShipmentPlanned {
        shipment_id: shipment(order).to_string(),
        order_id: order.into(),
        lines: vec![line],
        shipping_share: Some(usd(SHIPPING)),
        deposit_share: Some(usd(DEPOSIT)),
        ..Default::default()
    };
    world.publish::<FulfillmentEvent>("fulfillment", order, planned);
    let cleared = customs::ShipmentCleared { shipment_id: shipment(order).to_string(), ..Default::default() };
    world.publish::<CustomsEvent>("customs", shipment(order), cleared);
}

fn pay(world: &mut World, order: &str) {
    let captured = PaymentCaptured {
        payment_id: format!("payment of {order}"),
        order_id: order.into(),
        amount: Some(usd(GOODS + SHIPPING + DEPOSIT)),
        ..Default::default()
    };
    world.publish::<PaymentsEvent>("payments", order, captured);
    let held = customs::DepositHeld { shipment_id: shipment(order).to_string(), ..Default::default() };
    world.publish::<CustomsEvent>("customs", shipment(order), held);
}

fn dispatch(world: &mut World, order: &str) {
    let shipment_id = shipment(order).to_string();
    let packed = ShipmentPacked { shipment_id: shipment_id.clone(), ..Default::default() };
    world.publish::<WarehouseEvent>("warehouse", order, packed);
    let issued = customs::InvoiceIssued { shipment_id: shipment_id.clone(), ..Default::default() };
    world.publish::<CustomsEvent>("customs", shipment(order), issued);
    let scan = ParcelScanned {
        shipment_id: shipment_id.clone(),
        code: ScanCode::Tendered.into(),
        ..Default::default()
    };
    world.publish::<CarrierEvent>("carrier", order, scan);
    let dispatched = fulfillment::ShipmentDispatched { shipment_id, ..Default::default() };
    world.publish::<FulfillmentEvent>("fulfillment", order, dispatched);
    world
        .fact("customs", "invoice", format!("INV-{order}"), "ISSUED")
        .is_final()
        .link("shipment_id", shipment(order));
}

/// Customs asks for `cents` of the deposit back, and payments settles it.
fn repay<E: wire::Event>(
    world: &mut World,
    (service, subject): (&'static str, &str),
    order: &str,
    kind: RefundKind,
    cents: i64,
    event: impl FnOnce(RefundRequest) -> E,
) {
    let refund_id = refund(order, kind).to_string();
    let request = RefundRequest {
        refund_id: refund_id.clone(),
        order_id: order.into(),
        amount: Some(usd(cents)),
        kind: kind.into(),
        requested_by: service.into(),
        ..Default::default()
    };
    world.publish::<E>(service, subject, event(request));
    let settled = RefundSettled {
        refund_id: refund_id.clone(),
        requested_by: service.into(),
        amount: Some(usd(cents)),
        ..Default::default()
    };
    world.publish::<PaymentsEvent>("payments", &refund_id, settled);
    world
        .fact(service, "refund", refund_id, "SETTLED")
        .is_final()
        .units("attempts", 1)
        .usd("amount", cents)
        .link("order_id", order)
        .link("shipment_id", shipment(order))
        .link("purpose", kind.as_str_name().trim_start_matches("REFUND_KIND_"));
}

fn repay_deposit(world: &mut World, order: &str, cents: i64) {
    let subject = shipment(order).to_string();
    repay(world, ("customs", &subject), order, RefundKind::ImportFeesDeposit, cents, |request| {
        CustomsEvent::from(customs::RefundRequested { refund: Some(request) })
    });
}

fn charge(world: &mut World, order: &str) {
    let assessed = ImportChargesAssessed { shipment_id: shipment(order).to_string(), ..Default::default() };
    world.publish::<BrokerageEvent>("broker", order, assessed);
    repay_deposit(world, order, DEPOSIT - CHARGES);
}

fn send_back(world: &mut World) {
    let (rma_id, lpn) = (rma().to_string(), LPN.to_owned());
    let authorised = returns::ReturnAuthorised { rma_id: rma_id.clone(), ..Default::default() };
    world.publish::<ReturnsEvent>("returns", rma(), authorised);
    let received = ReturnUnitReceived { rma_id: rma_id.clone(), lpn: lpn.clone(), ..Default::default() };
    world.publish::<WarehouseEvent>("warehouse", rma(), received);
    let disposed =
        returns::ReturnUnitDisposed { rma_id: rma_id.clone(), lpn: lpn.clone(), ..Default::default() };
    world.publish::<ReturnsEvent>("returns", rma(), disposed);
    let (fc, fnsku) = (FC.to_owned(), FNSKU.to_owned());
    let restocked = returns::UnitRestocked { lpn, fc, fnsku, quantity: 1, ..Default::default() };
    world.publish::<ReturnsEvent>("returns", rma(), restocked);
    repay(world, ("returns", &rma_id), DELIVERED, RefundKind::Return, 1_000, |request| {
        ReturnsEvent::from(returns::RefundRequested { refund: Some(request) })
    });
    world.publish::<ReturnsEvent>("returns", rma(), returns::ReturnClosed { rma_id, ..Default::default() });
}

fn lose(world: &mut World) {
    let shipment_id = shipment(LOST).to_string();
    let lost = fulfillment::ShipmentLost { shipment_id: shipment_id.clone(), ..Default::default() };
    world.publish::<FulfillmentEvent>("fulfillment", LOST, lost);
    repay(world, ("fulfillment", LOST), LOST, RefundKind::Order, GOODS + SHIPPING, |request| {
        FulfillmentEvent::from(fulfillment::RefundRequested { refund: Some(request) })
    });
    repay_deposit(world, LOST, DEPOSIT);
    let reimbursed = returns::UnitReimbursed {
        reimbursement_id: reimbursement().to_string(),
        amount: Some(usd(1_500)),
        ..Default::default()
    };
    world.publish::<ReturnsEvent>("returns", &shipment_id, reimbursed);
    let request = PayoutRequest {
        payout_id: payout().to_string(),
        amount: Some(usd(1_500)),
        requested_by: "returns".into(),
        ..Default::default()
    };
    world.publish::<ReturnsEvent>(
        "returns",
        &shipment_id,
        returns::PayoutRequested { payout: Some(request) },
    );
    let settled = PayoutSettled {
        payout_id: payout().to_string(),
        requested_by: "returns".into(),
        amount: Some(usd(1_500)),
        ..Default::default()
    };
    world.publish::<PaymentsEvent>("payments", SELLER, settled);
}

fn facts_of_orders(world: &mut World) {
    let due = GOODS + SHIPPING + DEPOSIT;
    for (order, state, captured) in
        [(DELIVERED, "CLOSED", due), (LOST, "CLOSED", due), (CANCELLED, "CANCELLED", 0)]
    {
        let fact = world.fact("fulfillment", "order", order, state).is_final().units("shipments", 1);
        fact.usd("amount_due", due).usd("captured", captured);
    }
    world.fact("fulfillment", "order", REJECTED, "REJECTED").is_final();
    for (order, state, units, retained) in
        [(DELIVERED, "DELIVERED", 2, GOODS + SHIPPING), (LOST, "LOST", 2, 0), (CANCELLED, "CANCELLED", 0, 0)]
    {
        let fact = world.fact("fulfillment", "shipment", shipment(order), state).is_final();
        fact.units("units", units).usd("deposit_share", DEPOSIT).usd("retained", retained);
        fact.link("order_id", order).link("fc", FC);
        if units > 0 {
            fact.units(&format!("fnsku:{FNSKU}"), units);
        }
    }
    let stock = world.fact("fulfillment", "stock", STOCK, "");
    stock.units("received", 10).units("restocked", 1).units("dispatched", 4).units("on_hand", 7);
    let restock = world.fact("fulfillment", "restock", LPN, "APPLIED").is_final();
    restock.units("units", 1).link("fc", FC).link("fnsku", FNSKU);
}

fn facts_of_customs(world: &mut World) {
    for order in [DELIVERED, LOST, CANCELLED] {
        world.fact("customs", "customs_shipment", shipment(order), "CLEARED").link("order_id", order);
    }
    let fact = world.fact("customs", "deposit", shipment(DELIVERED), "SETTLED").is_final();
    fact.usd("deposit", DEPOSIT).usd("charges", CHARGES).usd("charges_from_deposit", CHARGES);
    fact.usd("refund", DEPOSIT - CHARGES).usd("refunded", DEPOSIT - CHARGES).link("order_id", DELIVERED);
    let fact = world.fact("customs", "deposit", shipment(LOST), "RETURNED").is_final();
    fact.usd("deposit", DEPOSIT).usd("refund", DEPOSIT).usd("refunded", DEPOSIT).link("order_id", LOST);
    world.fact("customs", "deposit", shipment(CANCELLED), "EXPECTED").is_final().link("order_id", CANCELLED);
    world.fact("customs", "ledger", "payments:clearing", "").usd("USD", 200);
    world.fact("customs", "ledger", "authority:payable", "").usd("USD", -200);
}

fn facts_of_returns(world: &mut World) {
    let fact = world.fact("returns", "return", rma(), "CLOSED").is_final();
    fact.units("authorised", 1).units("received", 1).units("disposed", 1).link("order_id", DELIVERED);
    let fact = world.fact("returns", "return_unit", LPN, "SELLABLE").is_final();
    fact.units("restocked", 1).link("rma_id", rma()).link("order_id", DELIVERED);
    world.fact("returns", "lost_shipment", shipment(LOST), "REIMBURSED").is_final().link("order_id", LOST);
    let fact = world.fact("returns", "reimbursement", reimbursement(), "PAID").is_final();
    fact.usd("amount", 1_500).link("payout_id", payout());
    let fact = world.fact("returns", "payout", payout(), "SETTLED").is_final();
    fact.units("attempts", 1).usd("amount", 1_500).link("seller_id", SELLER);
}
