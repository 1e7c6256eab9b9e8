//! Tables of rules that an operator brings, and puts in force: in every replica within a second, without a restart. What got
//! stricter by them counts at once (`reevaluate`); the next cycle looks at the rest.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chassis::Shutdown;
use jiff::Timestamp;
use sqlx::{PgConnection, PgPool};
use tokio::task::{JoinError, spawn_blocking};

use super::rules::{Book, Rules};
use crate::domain::data::{DataError, Tables, TablesError};
use crate::store;
use crate::store::rule_tables::{Activation, Imported};

/// How often a replica looks whether others put tables in force.
const LOOK: Duration = Duration::from_secs(1);

/// Which tables are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Which {
    InForce,
    /// Those that ship with the program.
    Shipped,
    Imported(String),
}

/// Why tables cannot be compiled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BookError {
    #[error("nobody has imported tables with the digest {0}")]
    Unknown(String),
    /// Of a version that reads tables otherwise.
    #[error(transparent)]
    Files(#[from] TablesError),
    #[error(transparent)]
    Data(#[from] DataError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    CutShort(#[from] JoinError),
}

/// Keeps tables that can be used; `false` where they are known.
pub(crate) async fn import_tables(
    db: &mut PgConnection,
    tables: &Tables,
    imported: &Imported,
) -> sqlx::Result<bool> {
    let files: BTreeMap<&str, &str> = tables.iter().map(|table| (table.file, table.text)).collect();
    store::rule_tables::insert(db, imported, &files).await
}

/// The tables that are meant, compiled.
pub(crate) async fn book(
    db: &mut PgConnection,
    rules: &Rules,
    which: &Which,
) -> Result<Arc<Book>, BookError> {
    match which {
        Which::InForce => Ok(rules.in_force()),
        Which::Shipped => Ok(Arc::new(compile(Tables::shipped(), 0).await?)),
        Which::Imported(digest) => Ok(Arc::new(compile_named(db, Some(digest), 0).await?)),
    }
}

/// Puts tables in force, those that ship with the program where no digest is named. What they open waits for the next cycle, which is a full
/// one even if its rules are those of the last.
pub(crate) async fn activate(
    db: &mut PgConnection,
    digest: Option<&str>,
    reason: &str,
    by: &str,
    now: Timestamp,
) -> sqlx::Result<Activation> {
    store::standing::forget_rule_set(db).await?;
    store::rule_tables::activate(db, digest, reason, by, now).await
}

/// Compiles the tables that somebody imported; without a digest those that ship with the program.
async fn compile_named(
    db: &mut PgConnection,
    digest: Option<&str>,
    activation: i64,
) -> Result<Book, BookError> {
    let tables = match digest {
        None => Tables::shipped(),
        Some(digest) => {
            let files = store::rule_tables::files(db, digest).await?;
            Tables::new(files.ok_or_else(|| BookError::Unknown(digest.to_owned()))?)?
        }
    };
    compile(tables, activation).await
}

/// Compiles tables on a thread of its own: those that answer calls would stand still meanwhile.
pub(crate) async fn compile(tables: Tables, activation: i64) -> Result<Book, BookError> {
    Ok(spawn_blocking(move || Book::read(&tables, activation)).await??)
}

/// The tables that were in force at a time: of an activation, or before the first those that ship with this version of the program.
pub(crate) async fn book_at(
    db: &mut PgConnection,
    rules: &Rules,
    at: Timestamp,
) -> Result<Arc<Book>, BookError> {
    let (activation, digest) = match store::rule_tables::activation_at(db, at).await? {
        Some(then) => (then.id, then.digest),
        None => (0, None),
    };
    match rules.known(activation) {
        Some(book) => Ok(book),
        None => Ok(rules.remember_past(compile_named(db, digest.as_deref(), activation).await?)),
    }
}

/// Puts the newest activation in force here.
pub(crate) async fn catch_up(db: &mut PgConnection, rules: &Rules) -> Result<(), BookError> {
    let newest = store::rule_tables::activations(db, 1).await?.pop();
    if let Some(newest) = newest.filter(|newest| rules.in_force().activation < newest.id) {
        let book = compile_named(db, newest.digest.as_deref(), newest.id).await?;
        tracing::info!(activation = newest.id, digest = book.digest(), by = newest.by, "rules.in_force");
        rules.put_in_force(book);
    }
    Ok(())
}

/// Waits until the tables that are in force are known, and returns; `false` at a shutdown.
pub(crate) async fn caught_up(pool: &PgPool, rules: &Rules, shutdown: &Shutdown) -> bool {
    let known = async {
        while let Err(error) = look(pool, rules).await {
            tracing::warn!(%error, "rules.unknown");
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => false,
        () = known => true,
    }
}

/// Hears of what others put in force, until a shutdown. While the database is away the last ones stay.
pub(crate) async fn follow(pool: &PgPool, rules: &Rules, shutdown: &Shutdown) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        if let Err(error) = look(pool, rules).await {
            tracing::warn!(%error, "rules.not_looked_at");
        }
    }
}

async fn look(pool: &PgPool, rules: &Rules) -> Result<(), BookError> {
    let mut db = pool.acquire().await?;
    catch_up(&mut db, rules).await
}
