//! Dead letters and progress.

use std::collections::BTreeMap;

use serde::Serialize;
use wire::ops::v1 as wire_ops;

use super::{Time, resources, views};
use crate::client::Service;

views! {
    /// A record that a consumer refused.
    DeadLetter of wire_ops::DeadLetter {
        dead_letter_id: String,
        consumer: String,
        topic: String,
        partition: i32,
        offset: i64,
        key: String,
        event_type: String,
        reason: String,
        detail: String,
        failed_time: Option<Time>,
        attempts: u32,
    }
}

/// A dead letter with its record.
#[derive(Debug, Serialize)]
pub(crate) struct DeadRecord {
    pub(crate) dead_letter: DeadLetter,
    pub(crate) headers: BTreeMap<String, String>,
    /// Decoded as text; empty when it cannot be.
    pub(crate) payload_text: String,
    /// Size of the record in bytes.
    pub(crate) payload_bytes: usize,
}

/// What a replay did.
#[derive(Debug, Serialize)]
pub(crate) struct Replayed {
    pub(crate) request_id: String,
    pub(crate) applied: i32,
    pub(crate) refused_again: i32,
}

/// What a drop did.
#[derive(Debug, Serialize)]
pub(crate) struct Dropped {
    pub(crate) request_id: String,
    pub(crate) dropped: i32,
}

/// The answer of one service, or why there is none.
#[derive(Debug, Serialize)]
pub(crate) struct ServiceProgress {
    pub(crate) service: Service,
    #[serde(flatten)]
    pub(crate) reached: Reached,
}

/// How far, or why not known.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Reached {
    Known {
        clock_time: Option<Time>,
        deadlines_due: i64,
        outbox_depth: i64,
        consumer_lag: i64,
        dead_letters: i64,
        activity: i64,
    },
    Unknown {
        error: String,
    },
}

resources! {
    reconcile::Check: "check", "checks", ["held", "checked", "violated", "name", "violations", "notes"];
    DeadLetter: "dead_letter", "dead_letters", [
        "dead_letter_id", "failed_time", "topic", "partition", "offset", "event_type", "reason", "attempts", "detail",
    ];
    ServiceProgress: "service", "services", [
        "service", "clock_time", "deadlines_due", "outbox_depth", "consumer_lag", "dead_letters", "activity", "error",
    ];
}
