//! Hears of new outbox rows and wakes the lanes.

use tokio::sync::watch;

use crate::Notices;
use crate::outbox::CHANNEL;

/// Wakes the lanes. While nothing is heard they poll.
pub(super) struct Waker(pub(super) watch::Sender<()>);

impl Notices for Waker {
    const CHANNEL: &'static str = CHANNEL;
    const BEATS: bool = false;

    fn told(&self, _: &str) {
        self.0.send_replace(());
    }

    fn hears(&self, hears: bool) {
        // Whatever was written before is seen by the look that this causes.
        if hears {
            self.0.send_replace(());
        }
    }
}
