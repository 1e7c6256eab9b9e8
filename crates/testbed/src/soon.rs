//! Waiting for what must happen.

use std::fmt::Debug;
use std::time::Duration;

/// How long a test waits for anything: far longer than it takes, also where many tests share a small machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);
/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Looks again and again until `happened` says yes.
///
/// # Panics
/// When it does not within two minutes.
pub async fn soon(what: &str, mut happened: impl AsyncFnMut() -> bool) {
    until(what, async || if happened().await { Ok(()) } else { Err(false) }).await;
}

/// Looks again and again until `look` finds what is waited for. What it sees instead is shown when patience ends.
///
/// # Panics
/// When it finds nothing within two minutes.
pub async fn until<T, D: Debug>(what: &str, mut look: impl AsyncFnMut() -> Result<T, D>) -> T {
    let mut seen = None;
    let looking = async {
        loop {
            match look().await {
                Ok(found) => return found,
                Err(instead) => seen = Some(instead),
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    match tokio::time::timeout(PATIENCE, looking).await {
        Ok(found) => found,
        Err(_) => panic!("{what}: not within {PATIENCE:?}, last seen: {seen:?}"),
    }
}
