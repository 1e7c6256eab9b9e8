//! Whether a failure passes by itself.

use wire::ErrorReason;

/// Why a handler could not deal with a batch.
#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    /// A dependency or the database is away: the whole batch is tried again, with back-off, for as long as it takes.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A fault of ours: the batch is tried record by record, and the one that fails alone becomes a dead letter.
    #[error("failed: {0:#}")]
    Failed(anyhow::Error),
}

impl HandleError {
    /// A fault of ours, in words.
    pub fn failed(message: impl std::fmt::Display) -> Self {
        Self::Failed(anyhow::anyhow!("{message}"))
    }

    /// A dependency that is away, in words.
    pub fn unavailable(message: impl std::fmt::Display) -> Self {
        Self::Unavailable(message.to_string())
    }
}

impl From<sqlx::Error> for HandleError {
    fn from(error: sqlx::Error) -> Self {
        if passes_by_itself(&error) { Self::unavailable(error) } else { Self::Failed(error.into()) }
    }
}

impl From<bus::BusError> for HandleError {
    fn from(error: bus::BusError) -> Self {
        Self::unavailable(error)
    }
}

impl From<tonic::Status> for HandleError {
    fn from(status: tonic::Status) -> Self {
        if chassis::is_away(&status) { Self::unavailable(status) } else { Self::Failed(status.into()) }
    }
}

impl From<chassis::Error> for HandleError {
    fn from(error: chassis::Error) -> Self {
        match error.reason {
            ErrorReason::Unavailable | ErrorReason::Overloaded | ErrorReason::DeadlineExceeded => {
                Self::unavailable(error)
            }
            _ => Self::Failed(error.into()),
        }
    }
}

/// Looks for a cause that passes by itself.
impl From<anyhow::Error> for HandleError {
    fn from(error: anyhow::Error) -> Self {
        let passes = error.chain().any(|cause| {
            let sql = cause.downcast_ref::<sqlx::Error>().is_some_and(passes_by_itself);
            let call = cause.downcast_ref::<tonic::Status>();
            sql || call.is_some_and(|status| matches!(Self::from(status.clone()), Self::Unavailable(_)))
        });
        if passes { Self::Unavailable(format!("{error:#}")) } else { Self::Failed(error) }
    }
}

/// Whether the same statement may succeed later without anybody changing data or program.
pub(crate) fn passes_by_itself(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_passing_state(&code)),
        _ => false,
    }
}

/// SQLSTATEs of a server that is away, overloaded, failing over, or made us lose a race.
fn is_passing_state(code: &str) -> bool {
    const CLASSES: [&str; 3] = [
        "08", // connection exception
        "53", // insufficient resources: too many connections, disk full, out of memory
        "58", // system error outside of Postgres
    ];
    const STATES: [&str; 10] = [
        "25006", // read-only transaction: a standby during failover
        "25P03", // idle in transaction for too long
        "40001", // serialization failure
        "40P01", // deadlock
        "55P03", // lock not available
        "57014", // cancelled: the statement timeout
        "57P01", // admin shutdown
        "57P02", // crash shutdown
        "57P03", // cannot connect now: starting or stopping
        "57P05", // idle session timeout
    ];
    CLASSES.iter().any(|class| code.starts_with(class)) || STATES.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_without_connections_passes_by_itself() {
        assert!(matches!(HandleError::from(sqlx::Error::PoolTimedOut), HandleError::Unavailable(_)));
        assert!(matches!(HandleError::from(sqlx::Error::RowNotFound), HandleError::Failed(_)));
    }

    #[test]
    fn a_wrapped_cause_is_found() {
        let wrapped = anyhow::Error::from(sqlx::Error::PoolTimedOut).context("load stock");
        assert!(matches!(HandleError::from(wrapped), HandleError::Unavailable(_)));
        assert!(matches!(HandleError::from(anyhow::anyhow!("no such rule")), HandleError::Failed(_)));
    }

    #[test]
    fn states_of_a_server_that_is_away_pass_and_broken_constraints_do_not() {
        assert!(is_passing_state("57P01") && is_passing_state("08006") && is_passing_state("53300"));
        assert!(!is_passing_state("23505") && !is_passing_state("25P02"));
    }

    #[test]
    fn a_call_that_was_refused_for_its_content_is_a_fault() {
        assert!(matches!(HandleError::from(tonic::Status::unavailable("x")), HandleError::Unavailable(_)));
        assert!(matches!(HandleError::from(tonic::Status::invalid_argument("x")), HandleError::Failed(_)));
    }
}
