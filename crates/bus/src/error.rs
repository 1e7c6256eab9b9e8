//! What can go wrong with Kafka.

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// Why an operation on Kafka failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BusError {
    /// The client library or a broker refused it.
    #[error("kafka: {action}: {source}")]
    Kafka {
        /// What was tried, in the words of a log line.
        action: &'static str,
        /// The library's error.
        source: KafkaError,
    },
    /// One topic of several could not be created.
    #[error(
        "kafka: create topic {topic}: {code}. Check the topic's name, the brokers' policies and the rights"
    )]
    Topic {
        /// Full name of the topic.
        topic: String,
        /// The brokers' answer.
        code: RDKafkaErrorCode,
    },
    /// The topic does not exist and nothing may create it here.
    #[error("kafka: topic {topic} does not exist: ensure_topics must run before it is read")]
    UnknownTopic {
        /// Full name of the topic.
        topic: String,
    },
    /// The library broke its own contract; the consumer must be opened anew.
    #[error("kafka: record {topic}/{partition}@{offset} bypassed its partition queue")]
    Stray {
        /// Full name of the topic.
        topic: String,
        /// Its partition.
        partition: i32,
        /// Its offset.
        offset: i64,
    },
    /// A blocking call was cut off because the runtime stops.
    #[error("kafka: {action}: the process is stopping")]
    Stopping {
        /// What was tried.
        action: &'static str,
    },
}

impl BusError {
    pub(crate) fn kafka(action: &'static str) -> impl FnOnce(KafkaError) -> Self {
        move |source| Self::Kafka { action, source }
    }
}

/// Whether the error is only about a broker that does not answer now; the library reconnects by itself.
pub(crate) fn is_transient(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::BrokerTransportFailure
            | RDKafkaErrorCode::AllBrokersDown
            | RDKafkaErrorCode::Resolve
            | RDKafkaErrorCode::OperationTimedOut
            | RDKafkaErrorCode::RequestTimedOut
    )
}

/// Runs a blocking call of the client library away from the async workers.
pub(crate) async fn blocking<T: Send + 'static>(
    action: &'static str,
    call: impl FnOnce() -> Result<T, KafkaError> + Send + 'static,
) -> Result<T, BusError> {
    match tokio::task::spawn_blocking(call).await {
        Ok(result) => result.map_err(BusError::kafka(action)),
        Err(_) => Err(BusError::Stopping { action }),
    }
}
