//! The one handle on Kafka that a process has.

use std::sync::Arc;

use rdkafka::ClientConfig;
use wire::Event;

use crate::follow::Start;
use crate::{BusArgs, BusError, Follower, GroupConsumer, LagMeter, config};

/// Names and settings from which clients are opened. Opens no connection itself; cheap to clone.
#[derive(Debug, Clone)]
pub struct Bus {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    args: BusArgs,
    client_id: String,
}

impl Bus {
    /// A handle for the process `client_id`, e.g. `fulfillment`; brokers see the name in their logs and quotas.
    pub fn new(args: BusArgs, client_id: impl Into<String>) -> Self {
        Self { inner: Arc::new(Inner { args, client_id: client_id.into() }) }
    }

    /// Full name of `E`'s topic: prefix and package.
    pub fn topic<E: Event>(&self) -> String {
        self.name(E::PACKAGE)
    }

    /// A topic, group or transactional id with the prefix before it.
    pub fn name(&self, unprefixed: &str) -> String {
        format!("{}{unprefixed}", self.inner.args.topic_prefix)
    }

    /// Name of this process among the brokers' clients.
    pub fn client_id(&self) -> &str {
        &self.inner.client_id
    }

    /// Reads all partitions of a topic from the start, without a group. `topic` is a full name.
    pub async fn follow(&self, topic: &str) -> Result<Follower, BusError> {
        Follower::open(self, topic, Start::Beginning).await
    }

    /// As [`Bus::follow`], from now on: what was committed before is left out, and some of it may come all the same.
    pub async fn follow_on(&self, topic: &str) -> Result<Follower, BusError> {
        Follower::open(self, topic, Start::Now).await
    }

    /// Joins `group` (its prefix is added here) on the topics (full names).
    pub fn join(&self, group: &str, topics: &[String]) -> Result<GroupConsumer, BusError> {
        GroupConsumer::join(self, group, topics)
    }

    /// Records on the topics (full names) that `group` has not committed, over all its members. Opens a client for this
    /// one reading; who asks again and again keeps a [`LagMeter`].
    pub async fn lag(&self, group: &str, topics: &[String]) -> Result<i64, BusError> {
        LagMeter::new(self, group)?.lag(topics).await
    }

    pub(crate) fn args(&self) -> &BusArgs {
        &self.inner.args
    }

    pub(crate) fn consumer_config(&self, group: &str) -> ClientConfig {
        config::consumer(&self.inner.args, &self.inner.client_id, group)
    }

    pub(crate) fn group_config(&self, group: &str) -> ClientConfig {
        config::group_member(&self.inner.args, &self.inner.client_id, group)
    }

    pub(crate) fn producer_config(&self) -> ClientConfig {
        config::producer(&self.inner.args, &self.inner.client_id)
    }

    pub(crate) fn transactional_config(&self, transactional_id: &str) -> ClientConfig {
        config::transactional(&self.inner.args, &self.inner.client_id, transactional_id)
    }

    pub(crate) fn admin_config(&self) -> ClientConfig {
        config::common(&self.inner.args, &self.inner.client_id)
    }
}
