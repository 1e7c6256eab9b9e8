//! Whether the database is at this build's version: nothing is started before, so that a process that came up ahead of its
//! migration waits, not ready, and says what it waits for. A newer database is fine: an older build goes on beside it.

use sqlx::migrate::{Migrate as _, MigrateError, Migrator};
use sqlx::{Connection as _, PgPool};

/// Why nothing can be started yet.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotCurrent {
    #[error(
        "the database lacks {missing} of this version's {all} migrations ({table}): run `{service} migrate` with the \
         same database"
    )]
    Behind { service: &'static str, missing: usize, all: usize, table: String },
    #[error("the database cannot be asked for its version: {0}")]
    Away(#[from] sqlx::Error),
}

/// Returns when all migrations of these sets are there.
pub(crate) async fn check(
    pool: &PgPool,
    service: &'static str,
    sets: &[&'static Migrator],
) -> Result<(), NotCurrent> {
    for set in sets {
        let applied = applied(pool, set).await?;
        let missing = set
            .iter()
            .filter(|ours| {
                !applied.iter().any(|(version, sum)| *version == ours.version && *sum == *ours.checksum)
            })
            .count();
        if missing > 0 {
            let (all, table) = (set.iter().count(), set.table_name.to_string());
            return Err(NotCurrent::Behind { service, missing, all, table });
        }
    }
    Ok(())
}

/// Versions and checksums of what was applied; none where nothing ever was.
async fn applied(pool: &PgPool, set: &Migrator) -> sqlx::Result<Vec<(i64, Vec<u8>)>> {
    let mut conn = pool.acquire().await?;
    // In a transaction of its own, so that a missing table fails this and nothing else.
    let mut tx = conn.begin().await?;
    match tx.list_applied_migrations(&set.table_name).await {
        Ok(applied) => Ok(applied.into_iter().map(|one| (one.version, one.checksum.into_owned())).collect()),
        Err(MigrateError::Execute(error)) if is_undefined_table(&error) => Ok(Vec::new()),
        Err(MigrateError::Execute(error)) => Err(error),
        Err(error) => Err(sqlx::Error::Migrate(Box::new(error))),
    }
}

fn is_undefined_table(error: &sqlx::Error) -> bool {
    const UNDEFINED_TABLE: &str = "42P01";
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == UNDEFINED_TABLE)
}
