use bus::Headers;
use uuid::Uuid;

use super::broken;
use super::story::{ASIN, CANCELLED, DELIVERED, SELLER, rma, shipment, story};
use super::world::{Fill, World};

const NUMBERED: &str = "events are numbered from 1 without gaps, up to their aggregate's version";
const CONTRACT: &str = "every fact keeps its contract (docs/events.md)";

fn headers<'a>(world: &'a mut World, name: &str, subject: impl ToString) -> &'a mut Headers {
    let at = world.record(name, subject);
    world.records[at].headers.as_mut().unwrap()
}

#[test]
fn the_story_holds_in_every_check_and_every_check_looks_at_something() {
    let report = story().report();
    let failing: Vec<_> = report.checks.iter().filter(|check| !check.held).collect();
    assert!(report.held(), "{failing:#?}");
    for check in report.checks {
        assert!(check.checked > 0 || check.name == "no dead letter waits", "{}", check.name);
    }
}

#[test]
fn an_event_that_was_lost_is_found() {
    assert_eq!(broken(|world| world.lose("ReturnAuthorised", rma())), [NUMBERED]);
    assert_eq!(broken(|world| world.lose("SellerEnrolled", SELLER)), [NUMBERED]);
}

#[test]
fn the_last_event_that_was_lost_is_found_by_the_version() {
    assert_eq!(broken(|world| world.lose("ReturnClosed", rma())), [NUMBERED]);
}

#[test]
fn a_repeated_event_counts_once_and_is_told() {
    let mut world = story();
    for (name, subject) in [("UnitRestocked", rma().to_string()), ("OrderAccepted", DELIVERED.to_owned())] {
        world.repeat(name, subject);
    }
    for name in ["StockReceived", "PaymentCaptured", "ReturnUnitReceived"] {
        let at =
            world.records.iter().position(|record| record.headers.as_ref().unwrap().ce_type.ends_with(name));
        let record = world.records[at.unwrap()].clone();
        world.records.push(record);
    }
    let report = world.report();
    assert!(report.held(), "{report:#?}");
    let numbering = report.checks.into_iter().find(|check| check.name == NUMBERED).unwrap();
    assert_eq!(numbering.notes, ["2 events stand on a topic more than once"]);
}

#[test]
fn a_second_event_with_a_taken_number_is_found() {
    assert_eq!(
        broken(|world| {
            world.repeat("ReturnClosed", rma());
            world.records.last_mut().unwrap().headers.as_mut().unwrap().id = Uuid::from_u128(7);
        }),
        [NUMBERED]
    );
}

#[test]
fn an_event_of_another_source_is_found() {
    assert_eq!(
        broken(|world| headers(world, "ReturnClosed", rma()).source = "fulfillment".to_owned()),
        [NUMBERED]
    );
}

#[test]
fn an_event_about_an_aggregate_that_its_service_does_not_know_is_found() {
    assert_eq!(broken(|world| world.forget("enrollment", SELLER)).first(), Some(&NUMBERED));
}

#[test]
fn an_event_of_ours_that_cannot_be_read_is_found() {
    let failing = broken(|world| {
        let at = world.record("ReturnClosed", rma());
        world.records[at].payload = vec![0xff; 5];
    });
    assert!(failing.contains(&"every event of ours can be read and says the right currency"), "{failing:?}");
}

#[test]
fn a_fact_said_twice_is_found() {
    assert_eq!(broken(|world| world.repeat_fact("invoice", format!("INV-{DELIVERED}"))), [CONTRACT]);
}

#[test]
fn a_fact_of_an_unknown_kind_or_state_is_found() {
    assert_eq!(
        broken(|world| {
            world.fact("customs", "parcel", "1", "");
        }),
        [CONTRACT]
    );
    assert!(broken(|world| world.find("order", CANCELLED).state = "LIMBO".to_owned()).contains(&CONTRACT));
}

#[test]
fn an_amount_in_another_currency_is_found() {
    let failing = broken(|world| {
        let deposit = world.find("deposit", shipment(CANCELLED));
        deposit.usd("deposit", 0).amounts.get_mut("deposit").unwrap().currency_code = "EUR".to_owned();
    });
    assert_eq!(failing, [CONTRACT]);
}

#[test]
fn a_dead_letter_is_found_and_its_record_does_not_count_as_applied() {
    let refuse = |world: &mut World| {
        let at = world.record("OrderPlaced", CANCELLED);
        world.repeat("OrderPlaced", CANCELLED);
        let mut refused = world.records.pop().unwrap();
        refused.origin.offset = 1_000;
        refused.headers.as_mut().unwrap().id = Uuid::from_u128(9);
        let (topic, offset) = (refused.origin.topic.clone(), refused.origin.offset);
        world.records.insert(at, refused);
        let fact = world.fact("fulfillment", "dead_letter", Uuid::from_u128(1), "WAITING");
        fact.link("topic", topic)
            .link("partition", 0)
            .link("offset", offset)
            .link("reason", "INVALID_RECORD");
    };
    assert_eq!(broken(refuse), ["no dead letter waits"]);
    let mut world = story();
    refuse(&mut world);
    world.options.allow_dead_letters = true;
    assert!(world.report().held());
}

#[test]
fn a_code_that_is_not_told_is_found() {
    for (kind, event) in
        [("classification", "ClassificationConfirmed"), ("suggestion", "ClassificationSuggested")]
    {
        let subject = format!("{ASIN}/{kind}");
        assert_eq!(broken(|world| world.lose(event, &subject)), [NUMBERED]);
        assert_eq!(broken(|world| world.forget(kind, &subject)), [NUMBERED]);
    }
}
