//! Metrics of this crate, all of them.

use std::time::Duration;

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

const OUTBOX_DEPTH: &str = "messaging_outbox_depth";
const OUTBOX_AGE: &str = "messaging_outbox_age_seconds";
const CONSUMER_LAG: &str = "messaging_consumer_lag";
const DEAD_LETTERS_WAITING: &str = "messaging_dead_letters_waiting";
const DEADLINES_DUE: &str = "messaging_deadlines_due";
const DEAD_LETTERS: &str = "messaging_dead_letters_total";
const EVENTS_HANDLED: &str = "messaging_events_handled_total";
const EVENTS_PUBLISHED: &str = "messaging_events_published_total";
const EVENTS_REPEATED: &str = "messaging_events_repeated_total";
const EVENTS_UNKNOWN: &str = "messaging_events_unknown_total";
const DEADLINES_FIRED: &str = "messaging_deadlines_fired_total";
const DEADLINES_FAILED: &str = "messaging_deadlines_failed_total";
const RETRIES: &str = "messaging_retries_total";
const PARTITIONS: &str = "messaging_partitions";
const LANES: &str = "messaging_relay_lanes";
const HANDLER_SECONDS: &str = "messaging_handler_seconds";
const BATCH_RECORDS: &str = "messaging_batch_records";
const POOL_WAIT_SECONDS: &str = "messaging_pool_wait_seconds";

/// Tells the recorder what the metrics mean.
pub fn describe() {
    describe_gauge!(OUTBOX_DEPTH, "Events written and not yet published");
    describe_gauge!(OUTBOX_AGE, Unit::Seconds, "Age of the oldest event not yet published");
    describe_gauge!(CONSUMER_LAG, "Offsets on the consumed topics not yet committed");
    describe_gauge!(DEAD_LETTERS_WAITING, "Dead letters that wait for an operator");
    describe_gauge!(DEADLINES_DUE, "Deadlines due and not yet fired");
    describe_counter!(DEAD_LETTERS, "Records that became dead letters, by topic and reason");
    describe_counter!(EVENTS_HANDLED, "Events handed to handlers, by topic; repeated attempts count again");
    describe_counter!(EVENTS_PUBLISHED, "Events published by the relay");
    describe_counter!(EVENTS_REPEATED, "Events the inbox took out because they had been applied, by topic");
    describe_counter!(EVENTS_UNKNOWN, "Events of types this build does not know, by topic");
    describe_counter!(DEADLINES_FIRED, "Deadlines fired");
    describe_counter!(DEADLINES_FAILED, "Deadlines put off because of a fault of ours");
    describe_counter!(RETRIES, "Attempts that failed because something was away, by activity");
    describe_gauge!(PARTITIONS, "Partitions this process works on");
    describe_gauge!(LANES, "Lanes of the relay this process publishes, by lane");
    describe_histogram!(HANDLER_SECONDS, Unit::Seconds, "Time a handler took for a batch, by topic");
    describe_histogram!(BATCH_RECORDS, "Records of a batch, by topic");
    describe_histogram!(POOL_WAIT_SECONDS, Unit::Seconds, "Wait for a database connection");
}

/// What is there at a moment.
pub(crate) struct Levels {
    pub(crate) outbox_depth: i64,
    pub(crate) outbox_age_seconds: f64,
    pub(crate) dead_letters: i64,
    pub(crate) deadlines_due: i64,
}

pub(crate) fn levels(levels: &Levels) {
    gauge!(OUTBOX_DEPTH).set(levels.outbox_depth as f64);
    gauge!(OUTBOX_AGE).set(levels.outbox_age_seconds);
    gauge!(DEAD_LETTERS_WAITING).set(levels.dead_letters as f64);
    gauge!(DEADLINES_DUE).set(levels.deadlines_due as f64);
}

/// Counts a partition as worked on until it is dropped.
pub(crate) struct Working(());

pub(crate) fn working() -> Working {
    gauge!(PARTITIONS).increment(1);
    Working(())
}

impl Drop for Working {
    fn drop(&mut self) {
        gauge!(PARTITIONS).decrement(1);
    }
}

pub(crate) fn lane(number: i16, held: bool) {
    gauge!(LANES, "lane" => number.to_string()).set(if held { 1.0 } else { 0.0 });
}

pub(crate) fn lag(offsets: i64) {
    gauge!(CONSUMER_LAG).set(offsets as f64);
}

pub(crate) fn dead_letter(topic: &'static str, reason: &'static str) {
    counter!(DEAD_LETTERS, "topic" => topic, "reason" => reason).increment(1);
}

pub(crate) fn handled(topic: &'static str, events: usize, took: Duration) {
    counter!(EVENTS_HANDLED, "topic" => topic).increment(events as u64);
    histogram!(HANDLER_SECONDS, "topic" => topic).record(took);
}

pub(crate) fn batch_taken(topic: &'static str, records: usize) {
    histogram!(BATCH_RECORDS, "topic" => topic).record(records as f64);
}

pub(crate) fn repeats(topic: &'static str, events: usize) {
    if events > 0 {
        counter!(EVENTS_REPEATED, "topic" => topic).increment(events as u64);
    }
}

pub(crate) fn unknown_events(topic: &'static str, events: usize) {
    if events > 0 {
        counter!(EVENTS_UNKNOWN, "topic" => topic).increment(events as u64);
    }
}

pub(crate) fn published(events: usize) {
    counter!(EVENTS_PUBLISHED).increment(events as u64);
}

pub(crate) fn deadlines_fired(deadlines: usize) {
    counter!(DEADLINES_FIRED).increment(deadlines as u64);
}

pub(crate) fn deadline_failed() {
    counter!(DEADLINES_FAILED).increment(1);
}

pub(crate) fn retried(what: &str) {
    counter!(RETRIES, "what" => what.to_owned()).increment(1);
}

pub(crate) fn pool_wait(took: Duration) {
    histogram!(POOL_WAIT_SECONDS).record(took);
}
