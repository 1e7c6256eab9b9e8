//! The service's own database: connecting, and the tables of this crate.

use std::time::Duration;

use chassis::ConfigError;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::DatabaseArgs;

/// How long a task waits for a free connection. Consumers then back off and try again.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// A statement that runs longer is cancelled: nothing here is meant to take so long, and its locks are in the way.
const STATEMENT_TIMEOUT: &str = "120s";
/// A transaction that does nothing for so long has lost its owner.
const IDLE_IN_TRANSACTION_TIMEOUT: &str = "120s";
/// Settings of every session. Services reach rows through an index: without statistics, as in a new database, the planner
/// would rather read whole tables for a batch of some hundred keys. Compiling plans pays for reports, not for these.
const PLANNING: [(&str, &str); 2] = [("enable_seqscan", "off"), ("jit", "off")];

/// The tables of this crate.
pub(crate) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// Why there is no pool.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The options do not name a database.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The URL is not one. The error does not repeat it, for it may hold a password.
    #[error("--database-url is not a URL of the form postgres://role:password@host:port/database")]
    Url,
}

/// A pool of connections to the database. None is opened yet: a service starts while its database is away.
///
/// # Errors
/// When the options do not name a database.
pub fn connect(args: &DatabaseArgs) -> Result<PgPool, ConnectError> {
    Ok(PgPoolOptions::new()
        .max_connections(args.database_pool_size)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_lazy_with(options(args)?))
}

impl DatabaseArgs {
    /// Whether [`connect`] will take them. Opens nothing.
    ///
    /// # Errors
    /// When they do not name a database.
    pub fn validate(&self) -> Result<(), ConnectError> {
        options(self).map(drop)
    }
}

fn options(args: &DatabaseArgs) -> Result<PgConnectOptions, ConnectError> {
    let url = chassis::secret("database-url", args.database_url.as_ref(), args.database_url_file.as_deref())?;
    let options: PgConnectOptions = url.expose().parse().map_err(|_| ConnectError::Url)?;
    let timeouts = [
        ("statement_timeout", STATEMENT_TIMEOUT),
        ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_TIMEOUT),
    ];
    Ok(options.options(timeouts).options(PLANNING))
}

/// A transaction that reads one moment of the database: what its statements read fits together, whoever writes
/// meanwhile. It ends when it is dropped.
///
/// # Errors
/// When the database does not answer.
pub async fn snapshot(pool: &PgPool) -> sqlx::Result<sqlx::Transaction<'static, sqlx::Postgres>> {
    pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
}

/// Makes or updates the tables of this crate, in the schema `messaging`, with a migration table of their own. Safe to
/// run from several processes at once.
///
/// # Errors
/// When the database does not answer or its tables are newer than this build.
pub async fn migrate(pool: &PgPool) -> Result<(), sqlx::migrate::MigrateError> {
    MIGRATIONS.run(pool).await
}

/// Fails when a statement before failed and its error was swallowed: Postgres would turn the commit into a rollback
/// without a word.
pub(crate) async fn still_valid(db: &mut sqlx::PgConnection) -> sqlx::Result<()> {
    sqlx::query_scalar!(r#"SELECT 1 AS "one!""#).fetch_one(db).await?;
    Ok(())
}
