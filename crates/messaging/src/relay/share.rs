//! A process's fair share of the lanes. Whoever comes first takes every lane, so a process that holds more than its share
//! gives one up when others ask for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::metrics;
use crate::outbox::LANES;

/// Lanes that this process holds, counted by all of its lanes.
#[derive(Debug, Clone, Default)]
pub(super) struct Share(Arc<AtomicI64>);

/// A lane that counts as held until this is dropped, or given up.
pub(super) struct Held {
    share: Share,
    lane: i16,
    counted: bool,
}

impl Share {
    /// One more is held.
    pub(super) fn hold(&self, lane: i16) -> Held {
        self.0.fetch_add(1, Ordering::Relaxed);
        metrics::lane(lane, true);
        Held { share: self.clone(), lane, counted: true }
    }
}

impl Held {
    /// True, once for each lane too many, when so many processes share the lanes that this one is not needed here.
    pub(super) fn is_surplus(&mut self, processes: i64) -> bool {
        let most = fair(processes);
        let less = |held| if held > most { Some(held - 1) } else { None };
        let given_up = self.share.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok();
        self.counted &= !given_up;
        given_up
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        metrics::lane(self.lane, false);
        if self.counted {
            self.share.0.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// The most lanes a process holds when so many share them.
fn fair(processes: i64) -> i64 {
    let (lanes, processes) = (i64::from(LANES), processes.max(1));
    (lanes + processes - 1) / processes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_gives_up_what_is_over_its_share_and_no_more() {
        let share = Share::default();
        let mut held: Vec<Held> = (0..LANES).map(|lane| share.hold(lane)).collect();
        assert!(!held.iter_mut().any(|held| held.is_surplus(1)));
        let given_up = |held: &mut Vec<Held>, processes| {
            let before = held.len();
            held.retain_mut(|held| !held.is_surplus(processes));
            before - held.len()
        };
        assert_eq!(given_up(&mut held, 2), 2);
        assert_eq!(given_up(&mut held, 2), 0);
        assert_eq!(given_up(&mut held, 3), 0);
        assert_eq!(given_up(&mut held, 9), 1);
        held.push(share.hold(0));
        assert_eq!(given_up(&mut held, 2), 0);
    }
}
