//! Units that come back: restocked, reimbursed, refunded, paid.

use chassis::Role;
use testbed::usd;
use wire::ErrorReason;
use wire::catalog::events::v1::{CatalogEvent, ItemListed};
use wire::common::v1::{Dimensions, Weight};
use wire::convert::timestamp;
use wire::eligibility::events::v1::{EligibilityEvent, VerdictChanged};
use wire::fulfillment::events::v1::{FulfillmentEvent, PlannedLine, ShipmentDelivered, ShipmentPlanned};
use wire::payments::events::v1::{PaymentsEvent, PayoutSettled, RefundFailed, RefundSettled};
use wire::returns::events::v1::returns_event::Event;
use wire::returns::v1::{AuthoriseReturnRequest, Return, ReturnLine, ReturnState};
use wire::warehouse::events::v1::{ReturnCondition, ReturnUnitInspected, ReturnUnitReceived, WarehouseEvent};

use crate::support::World;

pub(crate) const ORDER: &str = "114-0000001-0000001";
pub(crate) const SELLER: &str = "A2EUQ1WTGCTBG2";
pub(crate) const SHIPMENT: &str = "11111111-1111-5111-8111-111111111111";

/// Two units of one product, sold at 30.00 each less 1.00.
pub(crate) async fn sell(world: &World) {
    sell_at(world, 3_000).await;
}

/// As [`sell`], at another price of a unit in cents, of which a dollar is given off.
pub(crate) async fn sell_at(world: &World, price: i64) {
    let item = ItemListed {
        seller_id: SELLER.into(),
        sku: "TOY-1".into(),
        asin: "B000000001".into(),
        fnsku: "X000000001".into(),
        item_version: 1,
        category: "Toys".into(),
        package_dimensions: Some(Dimensions { length_um: 152_400, width_um: 101_600, height_um: 50_800 }),
        package_weight: Some(Weight { milligrams: 453_592 }),
        ..ItemListed::default()
    };
    world.outside.tell("A/TOY-1", CatalogEvent::from(item)).await;
    let verdict = VerdictChanged {
        asin: "B000000001".into(),
        size_tier: "LARGE_STANDARD".into(),
        ..VerdictChanged::default()
    };
    world.outside.tell("B000000001", EligibilityEvent::from(verdict)).await;
    world.service.caught_up().await;
    let line = PlannedLine {
        line_no: 1,
        sku: "TOY-1".into(),
        asin: "B000000001".into(),
        fnsku: "X000000001".into(),
        quantity: 2,
        unit_price: usd(price),
        discount: usd(100),
    };
    let planned = ShipmentPlanned {
        shipment_id: SHIPMENT.into(),
        order_id: ORDER.into(),
        seller_id: SELLER.into(),
        lines: vec![line],
        planned_time: Some(timestamp(world.time.now())),
        ..ShipmentPlanned::default()
    };
    world.outside.tell(ORDER, FulfillmentEvent::from(planned)).await;
}

async fn deliver(world: &World) {
    let delivered_time = Some(timestamp(world.time.now()));
    let delivered =
        ShipmentDelivered { shipment_id: SHIPMENT.into(), order_id: ORDER.into(), delivered_time };
    world.outside.tell(ORDER, FulfillmentEvent::from(delivered)).await;
    world.service.caught_up().await;
}

fn request(id: &str, quantity: u32) -> AuthoriseReturnRequest {
    let line = ReturnLine { line_no: 1, quantity, reason_code: "DEFECTIVE".into() };
    AuthoriseReturnRequest {
        request_id: id.into(),
        order_id: ORDER.into(),
        lines: vec![line],
        exception_reason: String::new(),
    }
}

async fn authorise(world: &World, quantity: u32) -> Return {
    let response = world.returns(Role::Storefront).authorise_return(request("r-1", quantity)).await.unwrap();
    response.into_inner().r#return.unwrap()
}

async fn send_back(world: &World, rma: &str, lpn: &str, condition: ReturnCondition) {
    let received = ReturnUnitReceived {
        rma_id: rma.into(),
        lpn: lpn.into(),
        line_no: 1,
        fc: "LEX1".into(),
        postage: usd(850),
        received_time: Some(timestamp(world.time.now())),
    };
    world.outside.tell(rma, WarehouseEvent::from(received)).await;
    let inspected = ReturnUnitInspected {
        rma_id: rma.into(),
        lpn: lpn.into(),
        condition: condition.into(),
        inspected_time: Some(timestamp(world.time.now())),
    };
    world.outside.tell(rma, WarehouseEvent::from(inspected)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sellable_unit_is_restocked_and_a_damaged_one_reimbursed() {
    let world = World::start().await;
    sell(&world).await;
    deliver(&world).await;
    let rma = authorise(&world, 2).await;
    send_back(&world, &rma.rma_id, "LPN0000001", ReturnCondition::Sellable).await;
    send_back(&world, &rma.rma_id, "LPN0000002", ReturnCondition::CarrierDamaged).await;

    let closed = |events: &[Event]| events.iter().any(|event| matches!(event, Event::ReturnClosed(_)));
    let events = world.published(closed).await;

    let restocked: Vec<_> = events.iter().filter(|event| matches!(event, Event::UnitRestocked(_))).collect();
    assert_eq!(restocked.len(), 1);
    // 29.50 paid - 15 % (4.43) - fulfillment fee of the day.
    let owed = events.iter().find_map(|event| match event {
        Event::UnitReimbursed(owed) => owed.amount.clone(),
        _ => None,
    });
    assert!(owed.is_some_and(|owed| owed.minor_units > 0 && owed.minor_units < 2_950 - 443));
    let refunds: Vec<i64> = events.iter().filter_map(refund).map(|refund| refund.1).collect();
    assert_eq!(refunds, [2_950, 2_950, 850], "both prices, and the postage of the damaged one");

    let mut client = world.returns(Role::Operator);
    let seen = client.get_return(wire::returns::v1::GetReturnRequest { rma_id: rma.rma_id }).await.unwrap();
    assert_eq!(seen.into_inner().r#return.unwrap().state(), ReturnState::Closed);
}

fn refund(event: &Event) -> Option<(String, i64)> {
    match event {
        Event::RefundRequested(asked) => {
            let refund = asked.refund.as_ref()?;
            Some((refund.refund_id.clone(), refund.amount.as_ref()?.minor_units))
        }
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_payments_settles_is_booked_once_and_the_ledger_balances() {
    let world = World::start().await;
    sell(&world).await;
    deliver(&world).await;
    let rma = authorise(&world, 1).await;
    send_back(&world, &rma.rma_id, "LPN0000003", ReturnCondition::Damaged).await;
    let asked = |events: &[Event]| events.iter().any(|event| matches!(event, Event::ReturnClosed(_)));
    for event in world.published(asked).await {
        if let Some((refund_id, cents)) = refund(&event) {
            let settled = RefundSettled {
                refund_id,
                requested_by: "returns".into(),
                amount: usd(cents),
                settled_time: Some(timestamp(world.time.now())),
            };
            world.outside.tell(ORDER, PaymentsEvent::from(settled.clone())).await;
            world.outside.tell(ORDER, PaymentsEvent::from(settled)).await; // A repeat under another event id.
        }
        if let Event::PayoutRequested(asked) = event {
            let payout = asked.payout.unwrap();
            let settled = PayoutSettled {
                payout_id: payout.payout_id,
                requested_by: "returns".into(),
                amount: payout.amount,
                settled_time: Some(timestamp(world.time.now())),
            };
            world.outside.tell(SELLER, PaymentsEvent::from(settled)).await;
        }
    }
    let paid = world.facts("reimbursement", |facts| facts.iter().any(|fact| fact.state == "PAID")).await;
    assert_eq!(paid.len(), 1);
    let refunds = world.facts("refund", |facts| facts.iter().all(|fact| fact.state == "SETTLED")).await;
    assert_eq!(refunds.len(), 2);
    let ledger = world.facts("ledger", |facts| !facts.is_empty()).await;
    let sum: i64 = ledger.iter().map(|account| account.amounts["USD"].minor_units).sum();
    assert_eq!(sum, 0);
    let owed = ledger.iter().find(|account| account.id == "buyers:payable").unwrap();
    assert_eq!(owed.amounts["USD"].minor_units, 0, "what was owed to the buyer is paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_makes_one_return_and_a_failed_refund_stays_open() {
    let world = World::start().await;
    sell(&world).await;
    deliver(&world).await;
    let first = authorise(&world, 1).await;
    let mut client = world.returns(Role::Storefront);
    let repeat = client.authorise_return(request("r-1", 1)).await.unwrap().into_inner();
    assert!(repeat.already_applied);
    assert_eq!(repeat.r#return.unwrap().rma_id, first.rma_id);
    let other = client.authorise_return(request("r-1", 2)).await.unwrap_err();
    assert_eq!(chassis::reason_of(&other), Some(ErrorReason::RequestIdReused));

    send_back(&world, &first.rma_id, "LPN0000004", ReturnCondition::Sellable).await;
    let events = world.published(|events| events.iter().any(|event| refund(event).is_some())).await;
    let (refund_id, _) = events.iter().find_map(refund).unwrap();
    let failed = RefundFailed { refund_id, requested_by: "returns".into(), reason: "card closed".into() };
    world.outside.tell(ORDER, PaymentsEvent::from(failed)).await;
    let facts = world.facts("refund", |facts| !facts.is_empty()).await;
    assert_eq!(facts[0].state, "REQUESTED", "it is asked again when its time comes");
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_without_the_role_are_refused_with_the_reason() {
    let world = World::start().await;
    let mut carrier = world.returns(Role::Carrier);
    let refused = carrier.authorise_return(request("r-1", 1)).await.unwrap_err();
    assert_eq!(chassis::reason_of(&refused), Some(ErrorReason::RoleNotAllowed));
    let mut shop = world.returns(Role::Storefront);
    let mut exception = request("r-1", 1);
    exception.exception_reason = "goodwill".into();
    let refused = shop.authorise_return(exception).await.unwrap_err();
    assert_eq!(chassis::reason_of(&refused), Some(ErrorReason::RoleNotAllowed));
}
