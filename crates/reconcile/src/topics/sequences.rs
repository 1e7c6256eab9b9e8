//! Numbering: `ce_sequence` counts the events of each subject from 1 without gaps.

use std::collections::HashMap;

use bus::{Headers, event_id};
use wire::Event;

use crate::Check;

/// An area whose events a service of ours publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Area {
    Enrollment,
    Eligibility,
    Fulfillment,
    Customs,
    Returns,
}

impl Area {
    pub(crate) const ALL: [Self; 5] =
        [Self::Enrollment, Self::Eligibility, Self::Fulfillment, Self::Customs, Self::Returns];

    /// The service, which is also the `ce_source`.
    pub(crate) fn service(self) -> &'static str {
        match self {
            Self::Enrollment => "enrollment",
            Self::Eligibility => "eligibility",
            Self::Fulfillment => "fulfillment",
            Self::Customs => "customs",
            Self::Returns => "returns",
        }
    }
}

/// The last number of every subject.
#[derive(Debug)]
pub(crate) struct Sequences {
    last: HashMap<Area, HashMap<Box<str>, i64>>,
    /// Events that break the numbering.
    pub(crate) numbering: Check,
    /// Events that were published more than once, each repeat.
    pub(crate) repeats: u64,
}

impl Default for Sequences {
    fn default() -> Self {
        let numbering =
            Check::new("events are numbered from 1 without gaps, up to their aggregate's version");
        Self { last: HashMap::new(), numbering, repeats: 0 }
    }
}

impl Sequences {
    /// Counts an event of ours. False for a repeat, which has no effect.
    pub(crate) fn take<E: Event>(&mut self, area: Area, headers: &Headers) -> bool {
        let (sequence, subject) = (headers.sequence, headers.subject.as_str());
        let (service, check) = (area.service(), &mut self.numbering);
        check.checked += 1;
        if headers.source != service {
            check.violate(format!("{service}: event {} says it is from {:?}", headers.id, headers.source));
        }
        if headers.id != event_id(E::PACKAGE, subject, sequence) {
            check.violate(format!(
                "{service}: number {sequence} of {subject} has id {}, not its own",
                headers.id
            ));
        }
        let last = self.last.entry(area).or_default().entry(subject.into()).or_default();
        if sequence > *last + 1 {
            check.violate(format!("{service}: number {sequence} of {subject} follows number {last}"));
        }
        let is_new = sequence > *last;
        if is_new {
            *last = sequence;
        } else {
            self.repeats += 1;
        }
        is_new
    }

    /// The last number of a subject, 0 when it has no event.
    pub(crate) fn last(&self, area: Area, subject: &str) -> i64 {
        self.last.get(&area).and_then(|subjects| subjects.get(subject)).copied().unwrap_or_default()
    }

    /// All subjects of an area.
    pub(crate) fn subjects(&self, area: Area) -> impl Iterator<Item = (&str, i64)> {
        self.last.get(&area).into_iter().flatten().map(|(subject, last)| (&**subject, *last))
    }
}
