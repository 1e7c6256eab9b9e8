//! Events on their way out and in, with their types.

use bus::{Headers, Origin};
use jiff::Timestamp;
use uuid::Uuid;
use wire::Event;

/// An event to be published, encoded and ready for the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub(crate) id: Uuid,
    pub(crate) package: &'static str,
    pub(crate) ce_type: String,
    pub(crate) key: String,
    pub(crate) subject: String,
    pub(crate) sequence: i64,
    pub(crate) time: Timestamp,
    pub(crate) payload: Vec<u8>,
}

impl Outgoing {
    /// An event of `E`'s topic. `key` decides the partition and the order: events of one key are published in the order
    /// in which their transactions held the key's aggregate. `subject` is the aggregate, `sequence` its version after
    /// the event, from 1 without gaps; the event's id follows from package, subject and sequence. `time` is business
    /// time.
    pub fn event<E: Event>(
        key: &str,
        subject: &str,
        sequence: i64,
        time: Timestamp,
        event: impl Into<E>,
    ) -> Self {
        let event: E = event.into();
        Self {
            id: bus::event_id(E::PACKAGE, subject, sequence),
            package: E::PACKAGE,
            ce_type: event.ce_type().unwrap_or_else(|| E::PACKAGE.to_owned()),
            key: key.to_owned(),
            subject: subject.to_owned(),
            sequence,
            time,
            payload: event.encode_to_vec(),
        }
    }

    /// Whether the outbox takes it: a larger one is an error of the database's.
    pub fn fits(&self) -> bool {
        self.payload.len() <= bus::limits::MAX_PAYLOAD_BYTES
    }

    /// Its `ce_id`.
    pub fn id(&self) -> Uuid {
        self.id
    }
}

/// An event as a handler gets it: well-formed, known to this build, dated no later than five minutes from now, and
/// never seen before by this service.
#[derive(Debug, Clone)]
pub struct Received<E> {
    /// The envelope; `event.event` is there.
    pub event: E,
    /// CloudEvents headers.
    pub headers: Headers,
    /// Key of the record.
    pub key: String,
    /// Where the record stands.
    pub origin: Origin,
}
