//! The same seed plays the same events, in whatever order the services' events arrive.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use simulator::actors::{Actor, Answer, Call, Deeds, Heard, Said, cast};
use simulator::chance::Chance;
use simulator::import::{Inputs, load};
use simulator::world::World;
use wire::common::v1::{Money, RefundKind, RefundRequest};
use wire::customs::v1::{BatchQuoteLandedCostResponse, Quote, QuoteOutcome, quote_outcome::Outcome};
use wire::fulfillment::events::v1::fulfillment_event::Event;
use wire::fulfillment::events::v1::{
    OrderAccepted, PlannedLine, RefundRequested, ShipmentDelivered, ShipmentDispatched, ShipmentPlanned,
    ShipmentReadyForCarrier, ShipmentReleased,
};
use wire::fulfillment::v1::{BatchGetConsigneesResponse, Consignee};

fn usd(minor_units: i64) -> Option<Money> {
    Some(Money { currency_code: "USD".into(), minor_units })
}

/// Everything that happens to 40 orders, each in one shipment, as fulfillment would say it.
fn happenings() -> Vec<Vec<Heard>> {
    let mut steps = vec![Vec::new(); 5];
    for n in 0..40 {
        let (order_id, shipment_id) = (format!("114-{n:07}-0000000"), format!("shipment-{n}"));
        let (country, seller) = ("FR".to_owned(), "A1NORTHPINE01".to_owned());
        let lines =
            vec![PlannedLine { line_no: 1, sku: "MUG-01".into(), quantity: 3, ..PlannedLine::default() }];
        let tracking_numbers = vec![format!("TRACK{n:08}")];
        let events = [
            vec![
                Event::OrderAccepted(OrderAccepted {
                    order_id: order_id.clone(),
                    amount_due: usd(4_000),
                    ..OrderAccepted::default()
                }),
                Event::ShipmentPlanned(ShipmentPlanned {
                    shipment_id: shipment_id.clone(),
                    order_id: order_id.clone(),
                    deposit_share: usd(900),
                    ..ShipmentPlanned::default()
                }),
            ],
            vec![Event::ShipmentReleased(ShipmentReleased {
                shipment_id: shipment_id.clone(),
                order_id: order_id.clone(),
                seller_id: seller.clone(),
                fc: "LEX1".into(),
                carrier: "DHL_EXPRESS".into(),
                service: String::new(),
                destination_country_code: country.clone(),
                lines: lines.clone(),
            })],
            vec![Event::ShipmentReadyForCarrier(ShipmentReadyForCarrier {
                shipment_id: shipment_id.clone(),
                order_id: order_id.clone(),
                tracking_numbers: tracking_numbers.clone(),
                destination_country_code: country.clone(),
                ..ShipmentReadyForCarrier::default()
            })],
            vec![Event::ShipmentDispatched(ShipmentDispatched {
                shipment_id: shipment_id.clone(),
                order_id: order_id.clone(),
                seller_id: seller,
                destination_country_code: country,
                lines,
                tracking_numbers,
                ..ShipmentDispatched::default()
            })],
            vec![
                Event::ShipmentDelivered(ShipmentDelivered {
                    shipment_id,
                    order_id: order_id.clone(),
                    delivered_time: None,
                }),
                Event::RefundRequested(RefundRequested {
                    refund: Some(RefundRequest {
                        refund_id: format!("refund-{n}"),
                        order_id,
                        amount: usd(100),
                        kind: RefundKind::ImportFeesDeposit.into(),
                        requested_by: "customs".into(),
                        ..RefundRequest::default()
                    }),
                }),
            ],
        ];
        for (step, events) in steps.iter_mut().zip(events) {
            step.extend(events.into_iter().map(Heard::Fulfillment));
        }
    }
    steps
}

/// Answers as services would.
fn answer(call: &Call) -> Option<Answer> {
    Some(match call {
        Call::Quote(request) => Answer::Quoted {
            request_id: request.request_id.clone(),
            outcome: Ok(BatchQuoteLandedCostResponse {
                outcomes: (request.baskets.iter().enumerate())
                    .map(|(n, _)| {
                        let quote_id = format!("{}/{n}", request.request_id);
                        let quote = Quote { quote_id, deposit: usd(500), ..Quote::default() };
                        QuoteOutcome { outcome: Some(Outcome::Quote(quote)) }
                    })
                    .collect(),
            }),
        },
        Call::ConsigneesToPack(request) => Answer::Consignees {
            shipment_ids: request.shipment_ids.clone(),
            outcome: Ok(BatchGetConsigneesResponse {
                consignees: (request.shipment_ids.iter())
                    .map(|id| Consignee {
                        shipment_id: id.clone(),
                        ship_to: Some(wire::common::v1::Address {
                            country_code: "FR".into(),
                            ..Default::default()
                        }),
                        recipient_tax_id: String::new(),
                    })
                    .collect(),
            }),
        },
        _ => return None,
    })
}

fn turn(actor: &mut dyn Actor, heard: &[Heard], now: Timestamp, said: &mut Vec<Said>) {
    let mut deeds = Deeds::default();
    heard.iter().for_each(|event| actor.hear(event, now, &mut deeds));
    actor.act(now, &mut deeds);
    while !deeds.is_empty() {
        said.append(&mut deeds.said);
        let calls = std::mem::take(&mut deeds.asked);
        calls.iter().filter_map(answer).for_each(|answer| actor.answered(answer, now, &mut deeds));
    }
}

/// What everybody says in sixty days; `reversed` lets the events of each step arrive the other way round.
fn play(world: &Arc<World>, seed: u64, reversed: bool) -> Vec<Said> {
    let mut cast = cast(world, Chance::new(seed));
    let mut said = Vec::new();
    let mut steps = happenings();
    if reversed {
        steps.iter_mut().for_each(|step| step.reverse());
    }
    let mut steps = steps.into_iter();
    for hours in (0..60 * 24).step_by(6) {
        let now = world.period.start + SignedDuration::from_hours(hours);
        // The events of 40 orders come on days of their own.
        let heard =
            if hours > 0 && hours % (24 * 5) == 0 { steps.next().unwrap_or_default() } else { Vec::new() };
        cast.iter_mut().for_each(|actor| turn(actor.as_mut(), &heard, now, &mut said));
    }
    said
}

fn sorted(mut said: Vec<Said>) -> Vec<Said> {
    said.sort_by_key(|said| (said.time, said.key.clone(), format!("{:?}", said.envelope)));
    said
}

#[test]
fn the_same_seed_says_the_same_and_another_seed_something_else() {
    let world = Arc::new(load(&Inputs { seed: 1, ..Inputs::default() }).unwrap());
    let first = play(&world, 1, false);
    assert!(first.len() > 2_000, "{}", first.len());
    assert_eq!(first, play(&world, 1, false));
    assert_ne!(first, play(&world, 2, false));
}

#[test]
fn the_order_in_which_events_arrive_changes_nothing() {
    let world = Arc::new(load(&Inputs { seed: 1, ..Inputs::default() }).unwrap());
    assert_eq!(sorted(play(&world, 1, false)), sorted(play(&world, 1, true)));
}

#[test]
fn nothing_is_said_that_lies_ahead_of_the_clock() {
    let world = Arc::new(load(&Inputs { seed: 1, ..Inputs::default() }).unwrap());
    let mut cast = cast(&world, Chance::new(1));
    for hours in (0..40 * 24).step_by(6) {
        let now = world.period.start + SignedDuration::from_hours(hours);
        let mut said = Vec::new();
        cast.iter_mut().for_each(|actor| turn(actor.as_mut(), &[], now, &mut said));
        assert!(said.iter().all(|said| said.time <= now));
    }
}
