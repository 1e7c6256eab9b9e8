//! Hearing what the service's database says, in every replica: for what a process keeps of its tables in memory, or must
//! look at when they change. What a transaction says (`pg_notify`) is heard when it was committed, and not otherwise.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chassis::Shutdown;
use sqlx::postgres::{PgListener, PgPoolOptions};

use crate::retry::Retry;
use crate::service::Core;

/// How often those that must not miss anything hear from themselves.
const BEAT: Duration = Duration::from_secs(1);
/// After so long without a beat a connection counts as lost.
const SILENCE: Duration = Duration::from_secs(5);

/// Hears what is said on a channel of the database.
pub trait Notices: Send + Sync + 'static {
    /// The channel's name.
    const CHANNEL: &'static str;
    /// Whether a connection that is silently lost must be noticed, within five seconds. It costs a query a second.
    const BEATS: bool;

    /// Something was said; never empty where there are beats.
    fn told(&self, payload: &str);

    /// Whether everything is heard: from `true` on, until `false`, after which some may have been missed.
    fn hears(&self, hears: bool);
}

/// Notices that wait for their database.
pub(crate) type Listener =
    Box<dyn FnOnce(Core, Shutdown) -> Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>> + Send>;

/// The task of notices.
pub(crate) fn listener(notices: Arc<impl Notices>) -> Listener {
    Box::new(move |core, stop| Box::pin(run(core, notices, stop)))
}

/// Listens until `stop`.
pub(crate) async fn run<N: Notices>(core: Core, notices: Arc<N>, stop: Shutdown) -> anyhow::Result<()> {
    let mut retry = Retry::new(format!("notices of {}", N::CHANNEL));
    while !stop.is_cancelled() {
        let outcome = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            outcome = listen(&core, notices.as_ref(), &mut retry) => outcome,
            Err(error) = beat::<N>(&core) => Err(error),
        };
        notices.hears(false);
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
async fn listen<N: Notices>(core: &Core, notices: &N, retry: &mut Retry) -> sqlx::Result<()> {
    // A connection of its own: one of the service's pool would be held for good.
    let pool =
        PgPoolOptions::new().max_connections(1).connect_lazy_with((*core.pool.connect_options()).clone());
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.eager_reconnect(false);
    listener.listen(N::CHANNEL).await?;
    retry.succeeded();
    notices.hears(true);
    loop {
        let heard = if N::BEATS {
            let heard = tokio::time::timeout(SILENCE, listener.try_recv()).await;
            heard.map_err(|_| std::io::Error::from(std::io::ErrorKind::TimedOut))??
        } else {
            listener.try_recv().await?
        };
        match heard {
            Some(notice) if N::BEATS && notice.payload().is_empty() => {}
            Some(notice) => notices.told(notice.payload()),
            None => return Ok(()),
        }
    }
}

/// Says something every second; returns only when it cannot.
async fn beat<N: Notices>(core: &Core) -> sqlx::Result<()> {
    if !N::BEATS {
        return std::future::pending().await;
    }
    loop {
        tokio::time::sleep(BEAT).await;
        sqlx::query("SELECT pg_notify($1, '')").bind(N::CHANNEL).execute(&core.pool).await?;
    }
}
