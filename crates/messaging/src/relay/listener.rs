//! Hears of new outbox rows and wakes the lanes.

use chassis::Shutdown;
use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::sync::watch;

use crate::outbox::CHANNEL;
use crate::retry::Retry;
use crate::service::Core;

/// Listens until `stop`. While it cannot, the lanes poll.
pub(crate) async fn run(core: Core, wake: watch::Sender<()>, stop: Shutdown) -> anyhow::Result<()> {
    let mut retry = Retry::new("relay listener");
    while !stop.is_cancelled() {
        let outcome = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            outcome = listen(&core, &wake, &mut retry) => outcome,
        };
        let Err(error) = outcome else { continue };
        let pause = retry.failed(&error);
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    Ok(())
}

/// Returns when the connection was lost.
async fn listen(core: &Core, wake: &watch::Sender<()>, retry: &mut Retry) -> sqlx::Result<()> {
    // A connection of its own: one of the service's pool would be held for good.
    let pool =
        PgPoolOptions::new().max_connections(1).connect_lazy_with((*core.pool.connect_options()).clone());
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    retry.succeeded();
    // Armed now: whatever was written before is seen by the look that this causes.
    wake.send_replace(());
    while listener.try_recv().await?.is_some() {
        wake.send_replace(());
    }
    Ok(())
}
