//! The world outside the service under test, as far as it meets it on topics.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Mutex;

use bus::{Bus, Follower, InRecord, OutRecord, Producer};
use wire::Event;

use crate::{Time, until};

/// Sends events to the service, and reads what is published.
pub struct Outside {
    bus: Bus,
    producer: Producer,
    time: Time,
    told: Mutex<HashMap<(&'static str, String), i64>>,
}

/// An event on a topic.
#[derive(Debug, Clone)]
pub struct Said<E> {
    /// The record's key.
    pub key: String,
    /// Id of the aggregate.
    pub subject: String,
    /// Version of the aggregate after the event.
    pub sequence: i64,
    /// The envelope.
    pub event: E,
}

impl Outside {
    pub(crate) fn new(bus: Bus, time: &Time) -> Self {
        let producer = Producer::new(&bus).unwrap();
        Self { bus, producer, time: time.clone(), told: Mutex::default() }
    }

    /// Sends an event that happened just now.
    pub async fn tell<E: Event>(&self, key: &str, event: E) {
        self.tell_all([(key.to_owned(), event)]).await;
    }

    /// Sends events that happened just now, each with its key, in this order.
    pub async fn tell_all<E: Event>(&self, events: impl IntoIterator<Item = (String, E)>) {
        let records = events.into_iter().map(|(key, event)| self.record(&key, event)).collect();
        self.producer.send_all(records).await.unwrap();
    }

    /// An event is about its key, and the next of it: what is told twice are two events.
    fn record<E: Event>(&self, key: &str, event: E) -> OutRecord {
        let mut told = self.told.lock().unwrap();
        let sequence = told.entry((E::PACKAGE, key.to_owned())).or_default();
        *sequence += 1;
        OutRecord::event::<E>(&self.bus, key, key, *sequence, "outside", self.time.now(), event)
    }

    /// Everything on `E`'s topic so far, in order per key.
    pub async fn said<E: Event>(&self) -> Vec<Said<E>> {
        let mut said = Vec::new();
        let mut follower = self.follow::<E>().await;
        follower.read_to_end(|record| said.push(Said::of(record))).await.unwrap();
        said
    }

    /// What `pick` takes of `E`'s topic, once that is `enough`.
    pub async fn hear<E: Event, T: Debug + Clone>(
        &self,
        pick: impl Fn(Said<E>) -> Option<T>,
        enough: impl Fn(&[T]) -> bool,
    ) -> Vec<T> {
        let (mut follower, mut heard) = (self.follow::<E>().await, Vec::new());
        until("the events are published", async || {
            follower.read_to_end(|record| heard.extend(pick(Said::of(record)))).await.unwrap();
            if enough(&heard) { Ok(heard.clone()) } else { Err(heard.clone()) }
        })
        .await
    }

    async fn follow<E: Event>(&self) -> Follower {
        self.bus.follow(&self.bus.topic::<E>()).await.unwrap()
    }
}

impl<E: Event> Said<E> {
    fn of(record: InRecord) -> Self {
        let headers = record.headers.unwrap();
        let event = E::decode(record.payload.as_slice()).unwrap();
        Self { key: record.key, subject: headers.subject, sequence: headers.sequence, event }
    }
}
