//! Servers whose URL was given: checked once, used, never touched.

use crate::server::Kind;
use crate::{BackingError, probe, url};

/// Checks that the given PostgreSQL answers; returns its version.
pub(crate) async fn postgres(given: &str) -> Result<String, BackingError> {
    probe::postgres(given).await.map_err(|cause| BackingError::NotAnswering {
        server: Kind::Postgres.name(),
        address: url::address(given),
        cause,
    })
}

/// Checks that one of the given brokers accepts a connection. No more: it may want TLS or a password.
pub(crate) async fn kafka(given: &str) -> Result<(), BackingError> {
    let mut causes = Vec::new();
    for broker in given.split(',').map(str::trim) {
        match probe::accepts(broker).await {
            Ok(()) => return Ok(()),
            Err(cause) => causes.push(cause),
        }
    }
    Err(BackingError::NotAnswering {
        server: Kind::Kafka.name(),
        address: given.to_owned(),
        cause: causes.join("; "),
    })
}
