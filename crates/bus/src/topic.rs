//! Topics: what they must look like, and making them where they are missing.

use std::sync::Arc;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::error::{KafkaResult, RDKafkaErrorCode};
use rdkafka::metadata::MetadataPartition;
use wire::Event;

use crate::context::LogContext;
use crate::error::blocking;
use crate::{Bus, BusArgs, BusError, limits};

/// The topic whose records are the system's business time, one line of time, so one partition.
const CLOCK_PACKAGE: &str = "fbaexport.clock.events.v1";

/// How often a new topic is looked at until it has leaders, and the pause between two looks: ten seconds in all.
const LEADER_LOOKS: u32 = 200;
const LEADER_PAUSE: Duration = Duration::from_millis(50);

/// A topic as its creator wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicSpec {
    /// Name without the prefix.
    pub name: String,
    /// How many partitions it gets when it is created; none: as many as are configured. One that exists keeps its own
    /// number.
    pub partitions: Option<i32>,
    settings: Vec<(&'static str, String)>,
}

impl TopicSpec {
    /// The topic of `E`: as many partitions as are configured, the clock's 1; a state topic is compacted.
    pub fn of<E: Event>() -> Self {
        let partitions = (E::PACKAGE == CLOCK_PACKAGE).then_some(1);
        let spec = Self { name: E::PACKAGE.to_owned(), partitions, settings: Vec::new() };
        if E::is_state() { spec.compacted() } else { spec }
    }

    /// A topic by its name without the prefix.
    pub fn named(name: impl Into<String>, partitions: i32) -> Self {
        Self { name: name.into(), partitions: Some(partitions), settings: Vec::new() }
    }

    /// Keeps the latest record of each key instead of the records of some days: a state topic.
    #[must_use]
    pub fn compacted(self) -> Self {
        self.setting("cleanup.policy", "compact")
    }

    /// Takes records up to this size, where the brokers' bound is another.
    #[must_use]
    pub fn max_message_bytes(self, bytes: usize) -> Self {
        self.setting("max.message.bytes", bytes.to_string())
    }

    fn setting(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.settings.push((key, value.into()));
        self
    }
}

impl Bus {
    /// Creates the topics that do not exist yet, and returns when all of them have leaders: who subscribes to a topic
    /// that its broker does not know yet hears of it much later. Topics that exist stay as they are; where all do, no
    /// right to create any is needed.
    pub async fn ensure_topics(&self, specs: &[TopicSpec]) -> Result<(), BusError> {
        if specs.is_empty() {
            return Ok(());
        }
        let admin: AdminClient<LogContext> = self
            .admin_config()
            .create_with_context(LogContext::default())
            .map_err(BusError::kafka("open an admin client"))?;
        let admin = Arc::new(admin);
        let names: Vec<String> = specs.iter().map(|spec| self.name(&spec.name)).collect();
        let absent = looked_at(&admin, names.clone(), |partitions| partitions.is_empty()).await?;
        let absent: Vec<NewTopic<'_>> = (specs.iter().zip(&names))
            .filter(|(_, name)| absent.contains(name))
            .map(|(spec, name)| new_topic(spec, name, self.args()))
            .collect();
        if !absent.is_empty() {
            create(&admin, &absent).await?;
        }
        led(&admin, names).await
    }
}

async fn create(admin: &AdminClient<LogContext>, topics: &[NewTopic<'_>]) -> Result<(), BusError> {
    let options = AdminOptions::new()
        .request_timeout(Some(limits::REQUEST_TIMEOUT))
        .operation_timeout(Some(limits::REQUEST_TIMEOUT));
    let results = admin.create_topics(topics, &options).await.map_err(BusError::kafka("create topics"))?;
    for result in results {
        match result {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, code)) => return Err(BusError::Topic { topic, code }),
        }
    }
    Ok(())
}

/// Waits until every partition of the topics has a leader.
async fn led(admin: &Arc<AdminClient<LogContext>>, mut topics: Vec<String>) -> Result<(), BusError> {
    let leaderless = |partitions: &[MetadataPartition]| {
        partitions.is_empty() || partitions.iter().any(|partition| partition.leader() < 0)
    };
    for _ in 0..LEADER_LOOKS {
        topics = looked_at(admin, topics, leaderless).await?;
        if topics.is_empty() {
            return Ok(());
        }
        tokio::time::sleep(LEADER_PAUSE).await;
    }
    Err(BusError::Topic { topic: topics.swap_remove(0), code: RDKafkaErrorCode::LeaderNotAvailable })
}

/// Those topics whose partitions look as asked for. A topic that does not exist has none.
async fn looked_at(
    admin: &Arc<AdminClient<LogContext>>,
    topics: Vec<String>,
    wanted: impl Fn(&[MetadataPartition]) -> bool + Send + 'static,
) -> Result<Vec<String>, BusError> {
    let admin = Arc::clone(admin);
    let look = move || -> KafkaResult<Vec<String>> {
        let mut found = Vec::new();
        for topic in topics {
            let metadata = admin.inner().fetch_metadata(Some(&topic), limits::REQUEST_TIMEOUT)?;
            if wanted(metadata.topics().first().map_or(&[][..], |topic| topic.partitions())) {
                found.push(topic);
            }
        }
        Ok(found)
    };
    blocking("look at topics", look).await
}

fn new_topic<'a>(spec: &'a TopicSpec, name: &'a str, args: &BusArgs) -> NewTopic<'a> {
    let partitions = spec.partitions.unwrap_or(args.topic_partitions);
    let topic = NewTopic::new(name, partitions, TopicReplication::Fixed(args.topic_replication));
    spec.settings.iter().fold(topic, |topic, (key, value)| topic.set(key, value))
}
