//! Records that were refused, kept until an operator replays or drops them.

use bus::{InRecord, Origin};
use futures::TryStreamExt as _;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::PgConnection;
use uuid::Uuid;
use wire::ErrorReason;
use wire::ops::v1::Fact;

use crate::FactSink;

/// Characters of `detail` that are kept.
const MAX_DETAIL: usize = 2_000;

/// A record that cannot be taken, and why.
#[derive(Debug, Clone)]
pub(crate) struct Rejected {
    pub(crate) record: InRecord,
    pub(crate) reason: ErrorReason,
    pub(crate) detail: String,
}

/// A dead letter as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct DeadLetter {
    pub(crate) id: Uuid,
    pub(crate) number: i64,
    pub(crate) consumer: String,
    pub(crate) topic: String,
    pub(crate) partition: i32,
    pub(crate) record_offset: i64,
    pub(crate) key: String,
    pub(crate) event_type: String,
    pub(crate) headers: serde_json::Value,
    pub(crate) payload: Vec<u8>,
    pub(crate) reason: String,
    pub(crate) detail: String,
    pub(crate) failed_time: Timestamp,
    pub(crate) attempts: i32,
}

impl DeadLetter {
    /// The record as it was read.
    pub(crate) fn record(&self) -> InRecord {
        let raw_headers = self.header_pairs();
        InRecord {
            origin: Origin {
                topic: self.topic.clone(),
                partition: self.partition,
                offset: self.record_offset,
            },
            machine_time_ms: 0,
            key: self.key.clone(),
            payload: self.payload.clone(),
            headers: bus::Headers::from_pairs(&raw_headers),
            raw_headers,
        }
    }

    pub(crate) fn header_pairs(&self) -> Vec<(String, Vec<u8>)> {
        let pairs = self.headers.as_array().map(Vec::as_slice).unwrap_or_default();
        let text =
            |value: Option<&serde_json::Value>| value.and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        pairs.iter().map(|pair| (text(pair.get(0)), text(pair.get(1)).into_bytes())).collect()
    }
}

/// Keeps the records in one statement; one that is already there stays as it is.
pub(crate) async fn insert(
    db: &mut PgConnection,
    consumer: &str,
    rejected: &[Rejected],
    now: Timestamp,
) -> sqlx::Result<()> {
    let column = |text: fn(&Rejected) -> String| -> Vec<String> { rejected.iter().map(text).collect() };
    let ids: Vec<Uuid> = rejected.iter().map(|r| letter_id(consumer, &r.record)).collect();
    let topics = column(|r| r.record.origin.topic.clone());
    let partitions: Vec<i32> = rejected.iter().map(|r| r.record.origin.partition).collect();
    let offsets: Vec<i64> = rejected.iter().map(|r| r.record.origin.offset).collect();
    let keys = column(|r| storable(&r.record.key));
    let types = column(|r| r.record.headers.as_ref().map(|h| storable(&h.ce_type)).unwrap_or_default());
    let headers: Vec<serde_json::Value> = rejected.iter().map(|r| headers_json(&r.record)).collect();
    let payloads: Vec<&[u8]> = rejected.iter().map(|r| r.record.payload.as_slice()).collect();
    let reasons = column(|r| r.reason.name().to_owned());
    let details = column(|r| shortened(&r.detail));
    sqlx::query!(
        "INSERT INTO messaging.dead_letters
             (id, consumer, topic, partition, record_offset, key, event_type, headers, payload, reason, detail,
              failed_time, attempts)
         SELECT id, $11, topic, partition, record_offset, key, event_type, headers, payload, reason, detail, $12, 1
         FROM unnest($1::uuid[], $2::text[], $3::int[], $4::bigint[], $5::text[], $6::text[], $7::jsonb[], $8::bytea[],
                     $9::text[], $10::text[])
              AS new (id, topic, partition, record_offset, key, event_type, headers, payload, reason, detail)
         ON CONFLICT DO NOTHING",
        &ids,
        &topics,
        &partitions,
        &offsets,
        &keys,
        &types,
        &headers,
        &payloads as &[&[u8]],
        &reasons,
        &details,
        consumer,
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Newest first: at most `most` letters numbered below `before`, of one reason or all (empty).
pub(crate) async fn list(
    db: &mut PgConnection,
    before: i64,
    reason: &str,
    most: i64,
) -> sqlx::Result<Vec<DeadLetter>> {
    sqlx::query_as!(
        DeadLetter,
        r#"SELECT id, number, consumer, topic, partition, record_offset, key, event_type,
                  '[]'::jsonb AS "headers!", ''::bytea AS "payload!", reason, detail, failed_time, attempts
           FROM messaging.dead_letters
           WHERE number < $1 AND ($2 = '' OR reason = $2)
           ORDER BY number DESC LIMIT $3"#,
        before,
        reason,
        most,
    )
    .fetch_all(db)
    .await
}

/// How many wait, of one reason or all (empty).
pub(crate) async fn count(db: &mut PgConnection, reason: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM messaging.dead_letters WHERE $1 = '' OR reason = $1"#,
        reason
    )
    .fetch_one(db)
    .await
}

/// One letter, whole.
pub(crate) async fn get(db: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<DeadLetter>> {
    sqlx::query_as!(
        DeadLetter,
        "SELECT id, number, consumer, topic, partition, record_offset, key, event_type, headers, payload, reason,
                detail, failed_time, attempts
         FROM messaging.dead_letters WHERE id = $1",
        id
    )
    .fetch_optional(db)
    .await
}

/// One letter, whole, locked for its replay; the oldest comes first when several are asked for in number order.
pub(crate) async fn lock(db: &mut PgConnection, id: Uuid) -> sqlx::Result<Option<DeadLetter>> {
    sqlx::query_as!(
        DeadLetter,
        "SELECT id, number, consumer, topic, partition, record_offset, key, event_type, headers, payload, reason,
                detail, failed_time, attempts
         FROM messaging.dead_letters WHERE id = $1 FOR UPDATE",
        id
    )
    .fetch_optional(db)
    .await
}

/// Those of the ids that exist, oldest record first.
pub(crate) async fn in_order(db: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!("SELECT id FROM messaging.dead_letters WHERE id = ANY($1) ORDER BY number", ids)
        .fetch_all(db)
        .await
}

/// The letter's record was applied.
pub(crate) async fn remove(db: &mut PgConnection, id: Uuid) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM messaging.dead_letters WHERE id = $1", id).execute(db).await?;
    Ok(())
}

/// The letter's record was refused again.
pub(crate) async fn refused_again(
    db: &mut PgConnection,
    id: Uuid,
    reason: ErrorReason,
    detail: &str,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE messaging.dead_letters
         SET reason = $2, detail = $3, failed_time = $4, attempts = attempts + 1 WHERE id = $1",
        id,
        reason.name(),
        shortened(detail),
        now.to_sqlx(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives letters up; who, when and why is kept, the payload is not. Returns how many there were.
pub(crate) async fn give_up(
    db: &mut PgConnection,
    ids: &[Uuid],
    who: &str,
    why: &str,
    now: Timestamp,
) -> sqlx::Result<u64> {
    let result = sqlx::query!(
        "WITH dropped AS (DELETE FROM messaging.dead_letters WHERE id = ANY($1) RETURNING *)
         INSERT INTO messaging.dropped_letters
             (id, consumer, topic, partition, record_offset, key, event_type, reason, detail, failed_time, attempts,
              dropped_by, dropped_time, drop_reason)
         SELECT id, consumer, topic, partition, record_offset, key, event_type, reason, detail, failed_time, attempts,
                $2, $3, $4
         FROM dropped",
        ids,
        who,
        now.to_sqlx(),
        why,
    )
    .execute(db)
    .await?;
    Ok(result.rows_affected())
}

/// What waits and what was given up, as audit facts.
pub(crate) async fn facts(db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
    let mut rows = sqlx::query!(
        r#"SELECT id AS "id!", 'WAITING' AS "state!", attempts AS "attempts!", topic AS "topic!",
                  partition AS "partition!", record_offset AS "record_offset!", key AS "key!",
                  event_type AS "event_type!", reason AS "reason!"
           FROM messaging.dead_letters
           UNION ALL
           SELECT id, 'DROPPED', attempts, topic, partition, record_offset, key, event_type, reason
           FROM messaging.dropped_letters"#
    )
    .fetch(db);
    while let Some(row) = rows.try_next().await? {
        let refs = [
            ("topic", row.topic),
            ("partition", row.partition.to_string()),
            ("offset", row.record_offset.to_string()),
            ("key", row.key),
            ("event_type", row.event_type),
            ("reason", row.reason),
        ];
        let fact = Fact {
            kind: "dead_letter".to_owned(),
            id: row.id.to_string(),
            r#final: row.state == "DROPPED",
            state: row.state,
            units: [("attempts".to_owned(), row.attempts.into())].into(),
            refs: refs.map(|(name, value)| (name.to_owned(), value)).into(),
            ..Fact::default()
        };
        sink.push(fact).await?;
    }
    Ok(())
}

/// The id of a record's dead letter: the same when it is refused again after a crash. The record's time keeps a topic
/// that was deleted and made anew, and counts its offsets from 0 again, apart from its former self.
fn letter_id(consumer: &str, record: &InRecord) -> Uuid {
    const NAMESPACE: Uuid = Uuid::from_u128(0x0f5c_2a43_7d5e_4f59_8f0c_55a1_3c7e_90d2);
    let name = format!("{consumer} {} {}", record.origin, record.machine_time_ms);
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

fn headers_json(record: &InRecord) -> serde_json::Value {
    let pair = |(name, value): &(String, Vec<u8>)| {
        serde_json::json!([storable(name), storable(&String::from_utf8_lossy(value))])
    };
    record.raw_headers.iter().map(pair).collect()
}

/// Postgres takes no NUL in text, and anybody may send one.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn shortened(detail: &str) -> String {
    storable(&detail.chars().take(MAX_DETAIL).collect::<String>())
}
