//! Events: none lost, none invented, none given up unnoticed.

use crate::facts::Facts;
use crate::topics::{Area, Topics};
use crate::{Check, Options};

/// The numbering on the topics, and its last number against the version of the aggregate, both ways.
pub(super) fn numbering(facts: &Facts, topics: &Topics) -> Check {
    let mut check = topics.sequences.numbering.clone();
    for area in Area::ALL {
        let service = area.service();
        for (subject, version) in facts.versions(area) {
            check.equal(topics.sequences.last(area, &subject), version, || {
                format!("{service}: last event of {subject} against its version")
            });
        }
        for (subject, last) in topics.sequences.subjects(area) {
            if facts.version(area, subject).is_none() {
                check.violate(format!(
                    "{service}: {subject} has {last} events, but the service does not know it"
                ));
            }
        }
    }
    if topics.sequences.repeats > 0 {
        check.note(format!("{} events stand on a topic more than once", topics.sequences.repeats));
    }
    check
}

/// Dead letters wait for an operator: the proof does not pass over them.
pub(super) fn dead_letters(facts: &Facts, options: &Options) -> Check {
    let mut check = Check::new("no dead letter waits");
    let letters = &facts.dead_letters;
    check.checked = letters.waiting;
    if options.allow_dead_letters {
        letters.first.iter().cloned().for_each(|letter| check.note(letter));
    } else if letters.waiting > 0 {
        letters.first.iter().cloned().for_each(|letter| check.violate(letter));
        check.violated = letters.waiting;
    }
    if letters.dropped > 0 {
        check.note(format!("{} were given up by an operator", letters.dropped));
    }
    check
}
