//! The topics of production are those of the bus.

use std::collections::BTreeSet;

use crate::overlay::{name, of_kind, render};

/// Its records are ticks of a simulation.
const CLOCK: &str = "fbaexport.clock.events.v1";
/// How long an inbox remembers an event (`--inbox-days`).
const INBOX_DAYS: u64 = 14;

#[test]
fn every_event_topic_is_there_and_no_other() {
    let objects = render("production");
    if objects.is_empty() {
        return;
    }
    let there: BTreeSet<&str> = of_kind(&objects, "KafkaTopic").map(name).collect();
    let wanted: BTreeSet<&str> = wire::AREAS.iter().copied().filter(|area| *area != CLOCK).collect();
    assert_eq!(there, wanted);
}

#[test]
fn topics_are_safe_and_kept_no_longer_than_inboxes_remember() {
    for topic in of_kind(&render("production"), "KafkaTopic") {
        let (name, spec) = (name(topic), &topic["spec"]);
        assert_eq!(spec["replicas"], 3, "{name}");
        assert_eq!(spec["config"]["min.insync.replicas"], 2, "{name}");
        let days = spec["config"]["retention.ms"].as_u64().unwrap() / 86_400_000;
        assert!(days <= INBOX_DAYS, "{name} keeps {days} days");
    }
}

#[test]
fn each_service_may_write_its_own_topic() {
    for user in of_kind(&render("production"), "KafkaUser") {
        let service = name(user).trim_end_matches("-user");
        let acls = user["spec"]["authorization"]["acls"].as_array().unwrap();
        let names: Vec<&str> = acls.iter().map(|acl| acl["resource"]["name"].as_str().unwrap()).collect();
        let own = format!("fbaexport.{service}.events.v1");
        assert_eq!(names, ["fbaexport.", &own, service, service]);
        assert!(wire::AREAS.contains(&own.as_str()), "{own}");
    }
}
