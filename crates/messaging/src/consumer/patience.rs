//! Waiting for a dependency without standing in the way of other partitions.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::HandleError;
use crate::retry::Retry;

/// The work was given up because the process stops or the partition is gone; its offset must not be committed.
pub(crate) struct Stopped;

/// One worker's turn to work, which it gives back while it waits.
pub(crate) struct Patience {
    retry: Retry,
    turns: Arc<Semaphore>,
    turn: Option<OwnedSemaphorePermit>,
    stop: CancellationToken,
}

impl Patience {
    pub(crate) fn new(what: String, turns: Arc<Semaphore>, stop: CancellationToken) -> Self {
        Self { retry: Retry::new(what), turns, turn: None, stop }
    }

    /// Waits for a turn.
    pub(crate) async fn take_turn(&mut self) -> Result<(), Stopped> {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Err(Stopped),
            turn = Arc::clone(&self.turns).acquire_owned() => {
                // Nobody closes the semaphore; were it closed, there would be no more turns.
                self.turn = Some(turn.map_err(|_| Stopped)?);
                Ok(())
            }
        }
    }

    /// Gives the turn back.
    pub(crate) fn end_turn(&mut self) {
        self.turn = None;
    }

    /// Records a failure, pauses without a turn, and takes the next one.
    pub(crate) async fn wait(&mut self, error: &HandleError) -> Result<(), Stopped> {
        self.end_turn();
        let pause = self.retry.failed(error);
        tokio::select! {
            biased;
            () = self.stop.cancelled() => return Err(Stopped),
            () = tokio::time::sleep(pause) => {}
        }
        self.take_turn().await
    }

    /// Records a success.
    pub(crate) fn succeeded(&mut self) {
        self.retry.succeeded();
    }
}
