//! Does a server answer? Each probe speaks the server's protocol: an open port alone says little.

use std::time::Duration;

use sqlx::{ConnectOptions, Connection, postgres::PgConnectOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::Kind;

/// The bound of one probe.
const ONE_PROBE: Duration = Duration::from_secs(5);

/// How to tell whether a server of our own answers.
#[derive(Debug)]
pub(crate) struct Probe {
    kind: Kind,
    address: String,
}

impl Probe {
    /// For a server on this port of 127.0.0.1.
    pub(crate) fn on_loopback(kind: Kind, port: u16) -> Self {
        Probe { kind, address: kind.address_on_loopback(port) }
    }

    /// Whether it does.
    pub(crate) async fn answers(&self) -> bool {
        match self.kind {
            Kind::Postgres => postgres(&self.address).await.is_ok(),
            Kind::Kafka => kafka(&self.address).await.is_ok(),
        }
    }
}

/// The version PostgreSQL reports, e.g. `15.18`.
pub(crate) async fn postgres(url: &str) -> Result<String, String> {
    let options: PgConnectOptions = url.parse().map_err(|error: sqlx::Error| error.to_string())?;
    let asked = async {
        let mut connection = options.disable_statement_logging().connect().await?;
        let version: String = sqlx::query_scalar("SHOW server_version").fetch_one(&mut connection).await?;
        connection.close().await?;
        Ok::<_, sqlx::Error>(version)
    };
    let version = bounded(asked).await?;
    Ok(version.split_whitespace().next().unwrap_or_default().to_owned())
}

/// Whether something accepts connections at `address` (`host:port`).
pub(crate) async fn accepts(address: &str) -> Result<(), String> {
    bounded(TcpStream::connect(address)).await.map(drop)
}

/// Whether a plain-text broker serves: it names at least one live broker, itself, in its metadata.
async fn kafka(broker: &str) -> Result<(), String> {
    match bounded(kafka_live_brokers(broker)).await? {
        0 => Err("it names no live broker yet".to_owned()),
        _ => Ok(()),
    }
}

/// Asks for the cluster's metadata without any topic (Metadata, version 4) and returns how many brokers it names.
async fn kafka_live_brokers(broker: &str) -> std::io::Result<i32> {
    const METADATA_V4: [u8; 4] = [0, 3, 0, 4];
    const CORRELATION_AND_NO_CLIENT_ID: [u8; 6] = [0, 0, 0, 1, 0xff, 0xff];
    const NO_TOPICS_NO_CREATION: [u8; 5] = [0, 0, 0, 0, 0];
    let request = [&METADATA_V4[..], &CORRELATION_AND_NO_CLIENT_ID, &NO_TOPICS_NO_CREATION].concat();

    let mut stream = TcpStream::connect(broker).await?;
    stream.write_i32(request.len() as i32).await?;
    stream.write_all(&request).await?;
    let _length = stream.read_i32().await?;
    let _correlation = stream.read_i32().await?;
    let _throttle_ms = stream.read_i32().await?;
    stream.read_i32().await
}

async fn bounded<T, E: std::fmt::Display>(asked: impl Future<Output = Result<T, E>>) -> Result<T, String> {
    match tokio::time::timeout(ONE_PROBE, asked).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} s", ONE_PROBE.as_secs())),
    }
}
