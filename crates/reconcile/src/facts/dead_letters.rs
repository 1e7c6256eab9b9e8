//! Records that services refused and still keep, or gave up: they count as not applied.

use std::collections::{BTreeMap, HashSet};

use bus::Origin;

use super::Field;
use crate::report::MAX_VIOLATIONS;

/// Dead letters of all services.
#[derive(Debug, Default, Clone)]
pub(crate) struct DeadLetters {
    refused: BTreeMap<String, HashSet<Origin>>,
    /// How many wait for an operator.
    pub(crate) waiting: u64,
    /// How many were given up.
    pub(crate) dropped: u64,
    /// The first that wait, for people.
    pub(crate) first: Vec<String>,
}

impl DeadLetters {
    pub(super) fn take(&mut self, service: &str, fact: Field<'_>) -> Result<(), String> {
        let origin = Origin {
            topic: fact.link("topic")?,
            partition: fact.link("partition")?,
            offset: fact.link("offset")?,
        };
        match fact.state() {
            "WAITING" => {
                self.waiting += 1;
                if self.first.len() < MAX_VIOLATIONS {
                    let reason: String = fact.link("reason")?;
                    self.first.push(format!("{service}: {} ({reason}) of {origin}", fact.text()));
                }
            }
            "DROPPED" => self.dropped += 1,
            other => return Err(format!("state {other:?} is not known")),
        }
        // A record may be refused by several handlers of a service; it is one record.
        self.refused.entry(service.to_owned()).or_default().insert(origin);
        Ok(())
    }

    /// Whether `service` refused the record at `origin`.
    pub(crate) fn refused(&self, service: &str, origin: &Origin) -> bool {
        self.refused.get(service).is_some_and(|origins| origins.contains(origin))
    }
}
