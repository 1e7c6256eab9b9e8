//! Databases for tests and services.

use std::sync::atomic::{AtomicU32, Ordering};

use backing::{Backing, TestDatabase, ensure_service_database};
use futures::future::join_all;
use sqlx::{Connection, PgConnection};
use tokio::sync::OnceCell;

use crate::servers::postgres_only;

/// One PostgreSQL for all tests of this file.
async fn postgres() -> &'static Backing {
    static POSTGRES: OnceCell<Backing> = OnceCell::const_new();
    POSTGRES.get_or_init(async || Backing::start(postgres_only()).await.unwrap()).await
}

async fn migrate(url: &str) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql("CREATE TABLE thing (n int)").execute(&mut connection).await?;
    // Left open on purpose: a pool that `prepare` forgot must not keep clones from being made.
    std::mem::forget(connection);
    Ok(())
}

async fn things(database: &TestDatabase) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM thing").fetch_one(&database.pool().await).await.unwrap()
}

#[tokio::test]
async fn each_test_gets_its_own_copy_of_a_template_prepared_once() {
    let backing = postgres().await;
    let prepared = AtomicU32::new(0);
    let one = || {
        backing.test_database("each", 1_u64, async |url| {
            prepared.fetch_add(1, Ordering::SeqCst);
            migrate(url).await
        })
    };
    let databases: Vec<TestDatabase> =
        join_all((0..8).map(|_| one())).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(prepared.load(Ordering::SeqCst), 1);

    sqlx::query("INSERT INTO thing VALUES (1)").execute(&databases[0].pool().await).await.unwrap();
    assert_eq!(things(&databases[0]).await, 1);
    assert_eq!(things(&databases[1]).await, 0);
}

#[tokio::test]
async fn another_fingerprint_is_another_template() {
    let backing = postgres().await;
    drop(backing.test_database("changed", "v1", migrate).await.unwrap());
    let changed = backing
        .test_database("changed", "v2", async |url| {
            migrate(url).await?;
            let mut connection = PgConnection::connect(url).await?;
            sqlx::raw_sql("INSERT INTO thing VALUES (7)").execute(&mut connection).await?;
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(things(&changed).await, 1);
}

#[tokio::test]
async fn a_preparation_that_fails_leaves_no_template() {
    let backing = postgres().await;
    let failed =
        backing.test_database("broken", 1_u64, async |_| anyhow::bail!("migration 0003 is wrong")).await;
    assert!(failed.unwrap_err().to_string().contains("migration 0003 is wrong"));
    let repaired = backing.test_database("broken", 1_u64, migrate).await.unwrap();
    assert_eq!(things(&repaired).await, 0);
}

#[tokio::test]
async fn a_test_database_is_dropped_with_its_value() {
    let backing = postgres().await;
    let database = backing.test_database("dropped", 1_u64, migrate).await.unwrap();
    let name = database.name().to_owned();
    let pool = database.pool().await;
    drop(database);

    let mut connection = PgConnection::connect(backing.postgres_url()).await.unwrap();
    let gone = async {
        loop {
            let there: bool =
                sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
                    .bind(&name)
                    .fetch_one(&mut connection)
                    .await
                    .unwrap();
            if !there {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), gone).await.unwrap();
    drop(pool);
}

#[tokio::test]
async fn a_service_owns_its_database_and_cannot_enter_another_ones() {
    let backing = postgres().await;
    let superuser = backing.postgres_url();
    let customs = ensure_service_database(superuser, "customs").await.unwrap();
    let again = join_all((0..4).map(|_| ensure_service_database(superuser, "returns"))).await;
    let returns = again.into_iter().map(Result::unwrap).next().unwrap();
    assert_eq!(customs, ensure_service_database(superuser, "customs").await.unwrap());

    migrate(&customs).await.unwrap();
    let foreign = format!("{}/fba_customs", returns.rsplit_once('/').unwrap().0);
    let refused = PgConnection::connect(&foreign).await.unwrap_err().to_string();
    assert!(refused.contains("permission denied"), "{refused}");
}
