//! Small statements on a maintenance database. Object names cannot be bound, so they are quoted here.

use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};

use crate::BackingError;
use crate::error::Trying;

/// How long an administrative connection may take to open.
const UNTIL_CONNECTED: Duration = Duration::from_secs(30);

/// Opens a connection that does not log its statements.
pub(crate) async fn connect(url: &str) -> Result<PgConnection, BackingError> {
    let options = url.parse::<PgConnectOptions>().trying("read the URL of PostgreSQL")?;
    let opening = options.disable_statement_logging();
    let opened = tokio::time::timeout(UNTIL_CONNECTED, opening.connect());
    opened.await.unwrap_or(Err(sqlx::Error::PoolTimedOut)).trying("connect to PostgreSQL")
}

/// Runs a statement without parameters.
pub(crate) async fn run(connection: &mut PgConnection, statement: String) -> Result<(), BackingError> {
    let outcome = sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(connection).await;
    outcome.map(drop).trying(statement)
}

/// Waits for the lock of this name, which the connection holds until it closes. Works across processes.
pub(crate) async fn lock(connection: &mut PgConnection, name: &str) -> Result<(), BackingError> {
    let locked =
        sqlx::query("SELECT pg_advisory_lock(hashtextextended($1, 0))").bind(name).execute(connection);
    locked.await.map(drop).trying(format!("lock {name}"))
}

/// Whether there is a database of this name.
pub(crate) async fn database_exists(connection: &mut PgConnection, name: &str) -> Result<bool, BackingError> {
    let found = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)").bind(name);
    found.fetch_one(connection).await.trying(format!("look for the database {name}"))
}

/// A quoted identifier.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
