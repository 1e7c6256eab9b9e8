//! What an actor will do and when, in simulated time.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// Things to do, in the order of (due time, id): the order never depends on when they were put in.
#[derive(Debug, Clone)]
pub struct Agenda<T> {
    entries: BTreeMap<(Timestamp, String), T>,
}

impl<T> Default for Agenda<T> {
    fn default() -> Self {
        Self { entries: BTreeMap::new() }
    }
}

impl<T> Agenda<T> {
    /// Puts a thing in. The id is unique among things due at the same time; the same again replaces it.
    pub fn put(&mut self, due: Timestamp, id: impl Into<String>, thing: T) {
        self.entries.insert((due, id.into()), thing);
    }

    /// Takes the first thing that is due by `now`, with its due time and id.
    pub fn take_due(&mut self, now: Timestamp) -> Option<(Timestamp, String, T)> {
        let entry = self.entries.first_entry()?;
        if entry.key().0 > now {
            return None;
        }
        let ((due, id), thing) = entry.remove_entry();
        Some((due, id, thing))
    }

    /// When the first thing is due.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.entries.first_key_value().map(|((due, _), _)| *due)
    }

    /// How many things wait.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True when nothing waits.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn things_come_out_by_due_time_then_id_and_not_before_they_are_due() {
        let mut agenda = Agenda::default();
        agenda.put(at(5), "b", 3);
        agenda.put(at(9), "a", 4);
        agenda.put(at(5), "a", 2);
        agenda.put(at(1), "z", 1);
        let mut taken = Vec::new();
        while let Some((_, _, thing)) = agenda.take_due(at(5)) {
            taken.push(thing);
        }
        assert_eq!(taken, [1, 2, 3]);
        assert_eq!(agenda.next_due(), Some(at(9)));
        assert_eq!(agenda.len(), 1);
    }
}
