//! The database session that holds a lane. Lock, reading and deleting share one connection: when the lock is lost the
//! connection is, so nothing is read or deleted without it.

use std::time::Duration;

use bus::{Bus, Headers, OutRecord};
use jiff::Timestamp;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};

/// First key of the advisory locks of all lanes; the second is the lane. ("outb")
const LOCK_CLASS: i32 = 0x6f75_7462;
/// Payload bytes of a batch, after which no more rows are read: memory of a lane, several times over while it is published.
/// A batch of ordinary events is smaller; the largest event fits.
const MAX_BATCH_BYTES: i64 = 1024 * 1024;
/// A server that does not answer for so long is taken for gone.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// Rows of a lane, ready to be sent.
pub(super) struct Rows {
    pub(super) seqs: Vec<i64>,
    pub(super) records: Vec<OutRecord>,
}

/// A session of one lane.
pub(super) struct Session {
    db: PgConnection,
    lane: i16,
}

impl Session {
    pub(super) async fn open(options: &PgConnectOptions, lane: i16) -> sqlx::Result<Self> {
        // The server notices within a minute when this machine is gone, and gives the lock to another.
        let options = options.clone().application_name(&format!("relay lane {lane}")).options([
            ("tcp_keepalives_idle", "20"),
            ("tcp_keepalives_interval", "10"),
            ("tcp_keepalives_count", "3"),
            // It only deletes what is published: a delete that a crash undoes is a repeat, which inboxes take out.
            ("synchronous_commit", "off"),
        ]);
        let db = bounded(PgConnection::connect_with(&options)).await?;
        Ok(Self { db, lane })
    }

    /// Takes the lane if nobody holds it. It is held until the connection ends.
    pub(super) async fn try_lock(&mut self) -> sqlx::Result<bool> {
        let locked = sqlx::query_scalar!(
            r#"SELECT pg_try_advisory_lock($1, $2) AS "locked!""#,
            LOCK_CLASS,
            i32::from(self.lane)
        );
        bounded(locked.fetch_one(&mut self.db)).await
    }

    /// How many processes hold this lane or wait for it: each has a session for it.
    pub(super) async fn processes(&mut self) -> sqlx::Result<i64> {
        let counted = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM pg_stat_activity
               WHERE datname = current_database() AND application_name = current_setting('application_name')"#
        );
        bounded(counted.fetch_one(&mut self.db)).await
    }

    /// The lane's first rows.
    pub(super) async fn read(&mut self, bus: &Bus, most: i64) -> sqlx::Result<Rows> {
        let rows = sqlx::query!(
            r#"SELECT seq AS "seq!", id AS "id!", aggregatetype AS "topic!", aggregateid AS "subject!",
                      type AS "ce_type!", key AS "key!", payload AS "payload!", source AS "source!",
                      time AS "time!", sequence AS "sequence!", traceparent
               FROM (SELECT *, sum(octet_length(payload)) OVER (ORDER BY seq) - octet_length(payload) AS bytes_before
                     FROM messaging.outbox WHERE lane = $1 ORDER BY seq LIMIT $2) first
               WHERE bytes_before < $3
               ORDER BY seq"#,
            self.lane,
            most,
            MAX_BATCH_BYTES,
        );
        let rows = bounded(rows.fetch_all(&mut self.db)).await?;
        let seqs = rows.iter().map(|row| row.seq).collect();
        let records = rows.into_iter().map(|row| {
            let time: Timestamp = row.time.to_jiff();
            let headers = Headers {
                id: row.id,
                ce_type: row.ce_type,
                source: row.source,
                subject: row.subject,
                time,
                sequence: row.sequence,
                traceparent: row.traceparent,
            };
            OutRecord { topic: bus.name(&row.topic), key: row.key, payload: row.payload, headers }
        });
        Ok(Rows { seqs, records: records.collect() })
    }

    /// Deletes rows that are published.
    pub(super) async fn delete(&mut self, seqs: &[i64]) -> sqlx::Result<()> {
        let delete =
            sqlx::query!("DELETE FROM messaging.outbox WHERE lane = $1 AND seq = ANY($2)", self.lane, seqs);
        bounded(delete.execute(&mut self.db)).await?;
        Ok(())
    }
}

async fn bounded<T>(answer: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    match tokio::time::timeout(ANSWER_TIMEOUT, answer).await {
        Ok(result) => result,
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}
