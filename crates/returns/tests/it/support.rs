//! A running service, and what its tests wait for.

use chassis::{Channel, Role};
use returns::Returns;
use testbed::{Ground, Outside, Running, Said, Time, until};
use wire::ops::v1::Fact;
use wire::returns::events::v1::ReturnsEvent;
use wire::returns::events::v1::returns_event::Event;
use wire::returns::v1::returns_service_client::ReturnsServiceClient;

/// Business time of all tests.
const NOW: &str = "2026-10-05T08:00:00Z";

pub(crate) struct World {
    pub(crate) service: Running<Returns>,
    pub(crate) outside: Outside,
    pub(crate) time: Time,
    _ground: Ground<Returns>,
}

impl World {
    pub(crate) async fn start() -> Self {
        let time = Time::at(NOW);
        let ground = Ground::new(&time).await;
        let service = ground.run(&[]).await;
        Self { service, outside: ground.outside(), time, _ground: ground }
    }

    pub(crate) fn returns(&self, role: Role) -> ReturnsServiceClient<Channel> {
        ReturnsServiceClient::new(self.service.caller(role))
    }

    /// All facts of a kind, once `enough` says so.
    pub(crate) async fn facts(&self, kind: &str, enough: impl Fn(&[Fact]) -> bool) -> Vec<Fact> {
        until(kind, async || {
            let facts = self.service.facts_of(kind).await;
            if enough(&facts) { Ok(facts) } else { Err(facts) }
        })
        .await
    }

    /// Every event that returns has published, once `enough` says so.
    pub(crate) async fn published(&self, enough: impl Fn(&[Event]) -> bool) -> Vec<Event> {
        self.outside.hear(|said: Said<ReturnsEvent>| said.event.event, enough).await
    }
}
