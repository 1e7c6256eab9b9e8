//! The outbox: events written in the caller's transaction, published afterwards by the relay.

use jiff_sqlx::ToSqlx as _;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Outgoing;

/// Lanes that the relay publishes in, in parallel. All events of a key are in one lane. The number is fixed: a change
/// while rows are waiting would let a key's new rows overtake its old ones.
pub const LANES: i16 = 4;

/// Channel on which a commit with new rows wakes the relay.
pub(crate) const CHANNEL: &str = "messaging_outbox";

/// Writes events into the outbox, in order, in one statement. They are published after the transaction's commit, or
/// not at all. `source` is the service's name. The key's aggregate must be locked by this transaction (a row lock or
/// an insert), or the order of events of one key is not kept.
///
/// # Errors
/// The database's; a payload above [`bus::limits::MAX_PAYLOAD_BYTES`] breaks the constraint `outbox_payload_fits`.
pub async fn enqueue(db: &mut PgConnection, source: &str, events: &[Outgoing]) -> sqlx::Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let lanes: Vec<i16> = events.iter().map(|event| lane_of(event.package, &event.key)).collect();
    let ids: Vec<Uuid> = events.iter().map(|event| event.id).collect();
    let packages: Vec<&str> = events.iter().map(|event| event.package).collect();
    let subjects: Vec<&str> = events.iter().map(|event| event.subject.as_str()).collect();
    let types: Vec<&str> = events.iter().map(|event| event.ce_type.as_str()).collect();
    let keys: Vec<&str> = events.iter().map(|event| event.key.as_str()).collect();
    let payloads: Vec<&[u8]> = events.iter().map(|event| event.payload.as_slice()).collect();
    let times: Vec<jiff_sqlx::Timestamp> = events.iter().map(|event| event.time.to_sqlx()).collect();
    let sequences: Vec<i64> = events.iter().map(|event| event.sequence).collect();
    let traceparent = chassis::traceparent();
    sqlx::query!(
        "WITH written AS (
             INSERT INTO messaging.outbox
                 (lane, id, aggregatetype, aggregateid, type, key, payload, time, sequence, source, traceparent)
             SELECT lane, id, package, subject, type, key, payload, time, sequence, $10, $11
             FROM unnest($1::smallint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[],
                         $8::timestamptz[], $9::bigint[])
                  WITH ORDINALITY
                  AS new (lane, id, package, subject, type, key, payload, time, sequence, place)
             ORDER BY place
         )
         SELECT pg_notify($12, '')",
        &lanes,
        &ids,
        &packages as &[&str],
        &subjects as &[&str],
        &types as &[&str],
        &keys as &[&str],
        &payloads as &[&[u8]],
        &times,
        &sequences,
        source,
        traceparent,
        CHANNEL,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The lane of a key, by the hash that also chooses its partition: where the number of partitions is a multiple of
/// [`LANES`], a lane's transaction touches only its share of them, and each gets one larger batch. Must never change while
/// rows are waiting.
fn lane_of(package: &str, key: &str) -> i16 {
    // Below LANES, so it fits.
    (bus::partition_hash(package, key.as_bytes()) % u32::from(LANES.unsigned_abs())) as i16
}

/// How much waits to be published.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Depth {
    /// Rows.
    pub(crate) rows: i64,
    /// Seconds since the oldest row of any lane was written, 0 when there is none.
    pub(crate) oldest_seconds: f64,
}

/// Rows and age of what waits.
pub(crate) async fn depth(db: &mut PgConnection) -> sqlx::Result<Depth> {
    let row = sqlx::query!(
        r#"SELECT count(*) AS "rows!",
                  coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS "oldest_seconds!"
           FROM messaging.outbox"#
    )
    .fetch_one(db)
    .await?;
    Ok(Depth { rows: row.rows, oldest_seconds: row.oldest_seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_keeps_its_lane_forever() {
        let lanes = ["", "foobar", "114-1234567-1234567", "B08N5WRWNW"]
            .map(|key| lane_of("fbaexport.orders.events.v1", key));
        assert_eq!(lanes, [1, 2, 2, 0]);
    }

    #[test]
    fn keys_spread_over_all_lanes() {
        let mut rows = [0; LANES as usize];
        for order in 0..4_000 {
            rows[lane_of("fbaexport.orders.events.v1", &format!("114-{order:07}-0000001")) as usize] += 1;
        }
        assert!(rows.iter().all(|rows| (800..1_200).contains(rows)), "{rows:?}");
    }
}
