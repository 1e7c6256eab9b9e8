//! The servers themselves: they answer, keep their data over stops and kills, and go when they shall.

use backing::{Backing, BackingOptions, Need};
use sqlx::{Connection, PgConnection};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

async fn execute(url: &str, statement: &'static str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
}

async fn kafka_listens(backing: &Backing) -> bool {
    match TcpStream::connect(backing.kafka_brokers()).await {
        Ok(mut stream) => stream.shutdown().await.is_ok(),
        Err(_) => false,
    }
}

#[tokio::test]
async fn both_servers_answer_and_are_gone_after_shutdown() {
    let backing = Backing::start(BackingOptions::private()).await.unwrap();
    assert!(backing.describe().contains("PostgreSQL ") && backing.describe().contains("Apache Kafka "));
    let url = backing.postgres_url().to_owned();
    let brokers = backing.kafka_brokers().to_owned();
    execute(&url, "SELECT 1").await;
    assert!(kafka_listens(&backing).await);

    backing.shutdown().await;
    assert!(PgConnection::connect(&url).await.is_err());
    assert!(TcpStream::connect(&brokers).await.is_err());
}

#[tokio::test]
async fn committed_rows_survive_a_stop_and_a_kill_of_postgres() {
    let backing = Backing::start(postgres_only()).await.unwrap();
    let url = backing.postgres_url().to_owned();
    execute(&url, "CREATE TABLE kept (n int)").await;

    execute(&url, "INSERT INTO kept VALUES (1)").await;
    backing.stop_postgres().await.unwrap();
    assert!(PgConnection::connect(&url).await.is_err());
    backing.start_postgres().await.unwrap();

    execute(&url, "INSERT INTO kept VALUES (2)").await;
    backing.kill_postgres().await.unwrap();
    backing.start_postgres().await.unwrap();

    let mut connection = PgConnection::connect(&url).await.unwrap();
    let sum: i64 = sqlx::query_scalar("SELECT sum(n) FROM kept").fetch_one(&mut connection).await.unwrap();
    assert_eq!(sum, 3);
}

#[tokio::test]
async fn kafka_comes_back_on_its_port_after_a_stop_and_a_kill() {
    let backing = Backing::start(BackingOptions { postgres: Need::NotNeeded, ..BackingOptions::private() })
        .await
        .unwrap();
    backing.stop_kafka().await.unwrap();
    assert!(!kafka_listens(&backing).await);
    backing.start_kafka().await.unwrap();
    assert!(kafka_listens(&backing).await);

    backing.kill_kafka().await.unwrap();
    assert!(!kafka_listens(&backing).await);
    backing.start_kafka().await.unwrap();
    assert!(kafka_listens(&backing).await);
}

#[tokio::test]
async fn tests_get_a_postgres_of_300_connections_or_more() {
    let backing = Backing::start(postgres_only()).await.unwrap();
    let mut connection = PgConnection::connect(backing.postgres_url()).await.unwrap();
    let limit: String = sqlx::query_scalar("SHOW max_connections").fetch_one(&mut connection).await.unwrap();
    assert!(limit.parse::<u32>().unwrap() >= 300);
}

pub(crate) fn postgres_only() -> BackingOptions {
    BackingOptions { kafka: Need::NotNeeded, ..BackingOptions::private() }
}
