//! A batch between Kafka and the handler: sifted, decoded, its type forgotten.

use std::collections::HashSet;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use bus::{InRecord, limits};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;
use wire::{ErrorReason, Event};

use super::{Handler, Refusal};
use crate::dead_letters::Rejected;
use crate::{HandleError, Received};

/// How far ahead of business time an event may be dated: senders' clocks differ a little.
pub(crate) const MAX_AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// A handler whose event type is forgotten.
pub(crate) trait AnyHandler: Send + Sync {
    /// Package of the events, also the topic without its prefix.
    fn package(&self) -> &'static str;

    /// Records that the handler takes at once.
    fn most(&self) -> usize;

    /// Separates what can be handed to the handler from what cannot.
    fn sift(self: Arc<Self>, records: Vec<InRecord>, now: Timestamp) -> Sifted;
}

/// Decoded events whose type is forgotten, with the records they came in.
pub(crate) trait AnyBatch: Send + Sync {
    fn records(&self) -> &[InRecord];

    /// Keeps, once each, the events with these ids.
    fn keep(&mut self, fresh: &HashSet<Uuid>);

    /// Hands a part of the batch to the handler.
    fn handle<'a>(
        &'a self,
        db: &'a mut PgConnection,
        part: Range<usize>,
    ) -> BoxFuture<'a, Result<Vec<Refusal>, HandleError>>;
}

/// What became of the records of a batch before any handler saw them.
pub(crate) struct Sifted {
    pub(crate) batch: Box<dyn AnyBatch>,
    pub(crate) rejected: Vec<Rejected>,
    /// Events of types that this build does not know: a newer sender's, none of ours to handle.
    pub(crate) unknown: usize,
}

/// A handler and the type of its events.
pub(crate) struct Typed<E, H> {
    handler: H,
    event: PhantomData<fn() -> E>,
}

impl<E, H> Typed<E, H> {
    pub(crate) fn new(handler: H) -> Self {
        Self { handler, event: PhantomData }
    }
}

impl<E: Event, H: Handler<E>> AnyHandler for Typed<E, H> {
    fn package(&self) -> &'static str {
        E::PACKAGE
    }

    fn most(&self) -> usize {
        H::MOST
    }

    fn sift(self: Arc<Self>, records: Vec<InRecord>, now: Timestamp) -> Sifted {
        let mut batch = TypedBatch { handler: self, received: Vec::new(), records: Vec::new() };
        let (mut rejected, mut unknown) = (Vec::new(), 0);
        for record in records {
            match receive::<E>(&record, now) {
                Ok(Some(received)) => {
                    batch.received.push(received);
                    batch.records.push(record);
                }
                Ok(None) => unknown += 1,
                Err((reason, detail)) => rejected.push(Rejected { record, reason, detail }),
            }
        }
        Sifted { batch: Box::new(batch), rejected, unknown }
    }
}

/// Checks and decodes one record; none when its event is unknown to this build.
fn receive<E: Event>(
    record: &InRecord,
    now: Timestamp,
) -> Result<Option<Received<E>>, (ErrorReason, String)> {
    let size = record.payload.len();
    if size > limits::MAX_PAYLOAD_BYTES {
        let most = limits::MAX_PAYLOAD_BYTES;
        return Err((
            ErrorReason::LimitExceeded,
            format!("the payload has {size} bytes, at most {most} are taken: the sender must split it"),
        ));
    }
    let malformed = |problem: String| (ErrorReason::MalformedRecord, problem);
    let headers = record.headers.clone().map_err(|error| malformed(error.to_string()))?;
    if headers.time.duration_since(now) > MAX_AHEAD {
        return Err((
            ErrorReason::FutureEvent,
            format!("dated {}, more than 5 minutes ahead of the clock, which is at {now}", headers.time),
        ));
    }
    let event = E::decode(record.payload.as_slice())
        .map_err(|error| malformed(format!("the payload is no message of {}: {error}", E::PACKAGE)))?;
    if event.name().is_none() {
        return Ok(None);
    }
    let (key, origin) = (record.key.clone(), record.origin.clone());
    Ok(Some(Received { event, headers, key, origin }))
}

struct TypedBatch<E, H> {
    handler: Arc<Typed<E, H>>,
    /// Same length and order as `records`.
    received: Vec<Received<E>>,
    records: Vec<InRecord>,
}

impl<E: Event, H: Handler<E>> AnyBatch for TypedBatch<E, H> {
    fn records(&self) -> &[InRecord] {
        &self.records
    }

    fn keep(&mut self, fresh: &HashSet<Uuid>) {
        let mut left = fresh.clone();
        let kept: Vec<bool> = self.received.iter().map(|event| left.remove(&event.headers.id)).collect();
        let mut of_events = kept.iter();
        self.received.retain(|_| of_events.next().is_some_and(|kept| *kept));
        let mut of_records = kept.iter();
        self.records.retain(|_| of_records.next().is_some_and(|kept| *kept));
    }

    fn handle<'a>(
        &'a self,
        db: &'a mut PgConnection,
        part: Range<usize>,
    ) -> BoxFuture<'a, Result<Vec<Refusal>, HandleError>> {
        let Some(part) = self.received.get(part) else { return async { Ok(Vec::new()) }.boxed() };
        self.handler.handler.handle(db, part).boxed()
    }
}
