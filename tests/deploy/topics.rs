//! The topics of production are those of the bus.

use std::collections::BTreeSet;

use crate::overlay::{name, of_kind, render, root};

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
fn each_service_may_write_its_own_topic_and_read_those_it_consumes() {
    for user in of_kind(&render("production"), "KafkaUser") {
        let service = name(user).trim_end_matches("-user");
        let acls = user["spec"]["authorization"]["acls"].as_array().unwrap();
        let own = format!("fbaexport.{service}.events.v1");
        assert!(wire::AREAS.contains(&own.as_str()), "{own}");
        assert_eq!(acls.iter().map(resource).take(3).collect::<Vec<_>>(), [own.as_str(), service, service]);
        let read: BTreeSet<&str> = acls[3..].iter().map(resource).collect();
        let consumed = consumed(service);
        assert_eq!(read, consumed.iter().map(String::as_str).collect(), "{service}");
        assert!(acls[3..].iter().all(|acl| acl["operations"] == serde_json::json!(["Read", "Describe"])));
        let writes = |acl: &&serde_json::Value| acl["operations"].to_string().contains("Write");
        assert_eq!(
            acls.iter().filter(writes).count(),
            2,
            "{service} writes its topic, under its transactional ids"
        );
    }
}

fn resource(acl: &serde_json::Value) -> &str {
    acl["resource"]["name"].as_str().unwrap()
}

/// The topics that a service's own code subscribes to: `.consume::<CatalogEvent, _>` is that of the catalogue.
fn consumed(service: &str) -> BTreeSet<String> {
    let source = std::fs::read_to_string(root().join(format!("crates/{service}/src/lib.rs"))).unwrap();
    let events = source.split(".consume::<").skip(1).filter_map(|rest| rest.split("Event,").next());
    let topics: BTreeSet<_> =
        events.map(|area| format!("fbaexport.{}.events.v1", area.to_lowercase())).collect();
    assert!(
        !topics.is_empty() && topics.iter().all(|topic| wire::AREAS.contains(&topic.as_str())),
        "{topics:?}"
    );
    topics
}
