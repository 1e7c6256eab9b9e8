//! Records on their way out and in.

use jiff::Timestamp;
use rdkafka::Message as _;
use rdkafka::message::BorrowedMessage;
use wire::Event;

use crate::headers::copy_pairs;
use crate::{Bus, HeaderError, Headers, event_id};

/// A record to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutRecord {
    /// Full name of the topic, prefix included.
    pub topic: String,
    /// Decides the partition: records of one key keep their order.
    pub key: String,
    /// The encoded envelope.
    pub payload: Vec<u8>,
    /// CloudEvents headers.
    pub headers: Headers,
}

impl OutRecord {
    /// An event of `E`'s topic. Its id follows from package, subject and sequence.
    pub fn event<E: Event>(
        bus: &Bus,
        key: &str,
        subject: &str,
        sequence: i64,
        source: &str,
        time: Timestamp,
        event: impl Into<E>,
    ) -> Self {
        let event: E = event.into();
        let headers = Headers {
            id: event_id(E::PACKAGE, subject, sequence),
            ce_type: event.ce_type().unwrap_or_else(|| E::PACKAGE.to_owned()),
            source: source.to_owned(),
            subject: subject.to_owned(),
            time,
            sequence,
            traceparent: None,
        };
        Self { topic: bus.topic::<E>(), key: key.to_owned(), payload: event.encode_to_vec(), headers }
    }
}

/// Where a record stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Full name of the topic, prefix included.
    pub topic: String,
    /// Partition, from 0.
    pub partition: i32,
    /// Offset in the partition.
    pub offset: i64,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}@{}", self.topic, self.partition, self.offset)
    }
}

/// A record as it was read, good or bad.
#[derive(Debug, Clone)]
pub struct InRecord {
    /// Where it stands.
    pub origin: Origin,
    /// Milliseconds since 1970 by the broker's or the sender's machine; 0 when the record has none.
    pub machine_time_ms: i64,
    /// The key; empty when it has none, with U+FFFD where it is not UTF-8.
    pub key: String,
    /// The encoded envelope; empty when it has none.
    pub payload: Vec<u8>,
    /// CloudEvents headers, or what is wrong with them.
    pub headers: Result<Headers, HeaderError>,
    /// All headers as they came.
    pub raw_headers: Vec<(String, Vec<u8>)>,
}

impl InRecord {
    pub(crate) fn copy(message: &BorrowedMessage<'_>) -> Self {
        let origin = Origin {
            topic: message.topic().to_owned(),
            partition: message.partition(),
            offset: message.offset(),
        };
        let pairs = copy_pairs(message.headers());
        let headers = pairs.as_ref().map_err(Clone::clone).and_then(|pairs| Headers::from_pairs(pairs));
        Self {
            origin,
            machine_time_ms: message.timestamp().to_millis().unwrap_or_default(),
            key: message.key().map(|key| String::from_utf8_lossy(key).into_owned()).unwrap_or_default(),
            payload: message.payload().unwrap_or_default().to_vec(),
            headers,
            raw_headers: pairs.unwrap_or_default(),
        }
    }
}
