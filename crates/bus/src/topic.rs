//! Topics: what they must look like, and making them where they are missing.

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::error::RDKafkaErrorCode;
use wire::Event;

use crate::context::LogContext;
use crate::{Bus, BusArgs, BusError, limits};

/// The topic whose records are the system's business time, one line of time, so one partition.
const CLOCK_PACKAGE: &str = "fbaexport.clock.events.v1";

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
    /// The event topic of `E`: as many partitions as are configured, the clock's 1.
    pub fn events<E: Event>() -> Self {
        let partitions = (E::PACKAGE == CLOCK_PACKAGE).then_some(1);
        Self { name: E::PACKAGE.to_owned(), partitions, settings: Vec::new() }
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
    /// Creates the topics that do not exist yet. Topics that exist stay as they are.
    pub async fn ensure_topics(&self, specs: &[TopicSpec]) -> Result<(), BusError> {
        if specs.is_empty() {
            return Ok(());
        }
        let admin: AdminClient<LogContext> = self
            .admin_config()
            .create_with_context(LogContext::default())
            .map_err(BusError::kafka("open an admin client"))?;
        let names: Vec<String> = specs.iter().map(|spec| self.name(&spec.name)).collect();
        let topics: Vec<NewTopic<'_>> =
            specs.iter().zip(&names).map(|(spec, name)| new_topic(spec, name, self.args())).collect();
        let options = AdminOptions::new()
            .request_timeout(Some(limits::REQUEST_TIMEOUT))
            .operation_timeout(Some(limits::REQUEST_TIMEOUT));
        let results =
            admin.create_topics(&topics, &options).await.map_err(BusError::kafka("create topics"))?;
        for result in results {
            match result {
                Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((topic, code)) => return Err(BusError::Topic { topic, code }),
            }
        }
        Ok(())
    }
}

fn new_topic<'a>(spec: &'a TopicSpec, name: &'a str, args: &BusArgs) -> NewTopic<'a> {
    let partitions = spec.partitions.unwrap_or(args.topic_partitions);
    let topic = NewTopic::new(name, partitions, TopicReplication::Fixed(args.topic_replication));
    spec.settings.iter().fold(topic, |topic, (key, value)| topic.set(key, value))
}
