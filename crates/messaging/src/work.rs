//! Work that waits in a service's own tables and has no time at which it is due.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chassis::Shutdown;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::HandleError;
use crate::database::still_valid;
use crate::retry::Retry;
use crate::service::Core;

/// How often it is looked whether there is something to do.
const POLL: Duration = Duration::from_secs(1);

/// Does what waits, piece by piece.
pub trait Worker: Send + Sync + 'static {
    /// What the work is, in logs and metrics.
    const NAME: &'static str;

    /// Does a piece, of less than a second, and says how much that was; 0: nothing waits. Called in a transaction of its
    /// own, by every replica: rows are to be locked, and those that others hold passed over (`SKIP LOCKED`). When it
    /// fails, all work of this worker waits and is tried again. `now` is business time. A piece that cannot be that short
    /// uses its transaction now and then, so that it does not count as left alone, and ends early at a shutdown.
    fn work(
        &self,
        db: &mut PgConnection,
        now: Timestamp,
    ) -> impl Future<Output = Result<usize, HandleError>> + Send;
}

/// A worker whose type is forgotten.
pub(crate) trait AnyWorker: Send + Sync {
    fn name(&self) -> &'static str;

    fn work_boxed<'a>(
        &'a self,
        db: &'a mut PgConnection,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<usize, HandleError>>;
}

impl<W: Worker> AnyWorker for W {
    fn name(&self) -> &'static str {
        W::NAME
    }

    fn work_boxed<'a>(
        &'a self,
        db: &'a mut PgConnection,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<usize, HandleError>> {
        self.work(db, now).boxed()
    }
}

/// Works until `stop`.
pub(crate) async fn run(core: Core, worker: Arc<dyn AnyWorker>, stop: Shutdown) -> anyhow::Result<()> {
    let mut retry = Retry::new(worker.name());
    while !stop.is_cancelled() {
        let pause = match piece(&core, worker.as_ref()).await {
            Ok(done) => {
                retry.succeeded();
                if done > 0 {
                    continue;
                }
                POLL
            }
            Err(error) => retry.failed(&error),
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    Ok(())
}

async fn piece(core: &Core, worker: &dyn AnyWorker) -> Result<usize, HandleError> {
    let mut tx = core.begin().await?;
    let done = worker.work_boxed(&mut tx, core.clock.now()).await?;
    still_valid(&mut tx).await?;
    tx.commit().await?;
    core.acted(done);
    Ok(done)
}
