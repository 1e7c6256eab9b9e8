//! The topics of production are those of the bus.

use std::collections::BTreeSet;

use serde_json::json;

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
    let wanted: BTreeSet<&str> = wire::PACKAGES.iter().copied().filter(|area| *area != CLOCK).collect();
    assert_eq!(there, wanted);
}

#[test]
fn topics_are_safe_and_kept_no_longer_than_inboxes_remember() {
    for topic in of_kind(&render("production"), "KafkaTopic") {
        let (name, spec) = (name(topic), &topic["spec"]);
        assert_eq!(spec["replicas"], 3, "{name}");
        assert_eq!(spec["config"]["min.insync.replicas"], 2, "{name}");
        if name.contains(".state.") {
            assert_eq!(spec["config"]["cleanup.policy"], "compact", "{name}");
            assert!(spec["config"]["retention.ms"].is_null(), "{name} stays");
            continue;
        }
        let days = spec["config"]["retention.ms"].as_u64().unwrap() / 86_400_000;
        assert!(days <= INBOX_DAYS, "{name} keeps {days} days");
    }
}

#[test]
fn each_service_may_write_its_own_topics_and_read_those_it_hears() {
    for user in of_kind(&render("production"), "KafkaUser") {
        let service = name(user).trim_end_matches("-user");
        let acls = user["spec"]["authorization"]["acls"].as_array().unwrap();
        let of = |kind: &str, operations: serde_json::Value| -> BTreeSet<String> {
            let wanted =
                |acl: &&serde_json::Value| acl["resource"]["type"] == kind && acl["operations"] == operations;
            acls.iter().filter(wanted).map(|acl| resource(acl).to_owned()).collect()
        };
        let own = format!("fbaexport.{service}.");
        let written = wire::PACKAGES.iter().filter(|area| area.starts_with(&own));
        assert_eq!(of("topic", json!(["Write"])), written.map(ToString::to_string).collect(), "{service}");
        assert_eq!(of("topic", json!(["Read", "Describe"])), heard(service), "{service}");
        let only = BTreeSet::from([service.to_owned()]);
        assert_eq!(of("group", json!(["Read", "Describe"])), only);
        assert_eq!(of("transactionalId", json!(["Write", "Describe"])), only);
        let counted = of("topic", json!(["Write"])).len() + heard(service).len() + 2;
        assert_eq!(acls.len(), counted, "{service} may do nothing else");
    }
}

fn resource(acl: &serde_json::Value) -> &str {
    acl["resource"]["name"].as_str().unwrap()
}

/// The topics that a service's own code hears: `.consume::<CatalogEvent, _>` and `.watch::<CatalogEvent>` are that of the
/// catalogue, `.rebuild::<EnrollmentState>` is enrollment's state, `.consume::<EligibilityWork, _>` eligibility's work.
fn heard(service: &str) -> BTreeSet<String> {
    let source = std::fs::read_to_string(root().join(format!("crates/{service}/src/lib.rs"))).unwrap();
    let calls = [".consume::<", ".watch::<", ".rebuild::<"];
    let named = calls.into_iter().flat_map(|call| source.split(call).skip(1));
    let envelopes = named.filter_map(|rest| rest.split([',', '>']).next());
    let topics: BTreeSet<_> = envelopes.filter_map(topic).collect();
    assert!(
        !topics.is_empty() && topics.iter().all(|topic| wire::PACKAGES.contains(&topic.as_str())),
        "{topics:?}"
    );
    topics
}

/// The topic of an envelope, by its name.
fn topic(envelope: &str) -> Option<String> {
    let kinds = [("Event", "events"), ("State", "state"), ("Work", "work")];
    kinds.into_iter().find_map(|(end, kind)| {
        let area = envelope.strip_suffix(end)?;
        Some(format!("fbaexport.{}.{kind}.v1", area.to_lowercase()))
    })
}
