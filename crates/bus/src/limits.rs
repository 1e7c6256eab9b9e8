//! The stated bounds of everything that queues, waits or grows in this crate.

use std::time::Duration;

/// Largest payload that an event may have, in bytes. Below the brokers' default `message.max.bytes` (1,048,588) so
/// that key, headers and framing fit. A larger record that reached a topic all the same is read, never a crash: its
/// consumer refuses it (`LIMIT_EXCEEDED`).
pub const MAX_PAYLOAD_BYTES: usize = 1_000_000;

/// Largest response that a client takes from a broker, in bytes: the hard bound on one record of a topic whose owner
/// raised `max.message.bytes`.
pub const MAX_RESPONSE_BYTES: usize = 64 * 1024 * 1024;

/// Bytes asked for in one fetch, over all partitions of a broker. One larger record is still delivered.
pub const FETCH_BYTES: usize = 4 * 1024 * 1024;

/// Bytes asked for per partition in one fetch. One larger record is still delivered.
pub const FETCH_PARTITION_BYTES: usize = 512 * 1024;

/// Kilobytes that a client keeps fetched ahead for each partition: 72 backlogged partitions take 36 MB at most.
pub const PREFETCH_KBYTES: usize = 512;

/// Records that a client keeps fetched ahead for each partition.
pub const PREFETCH_RECORDS: usize = 2_000;

/// Kilobytes that a producer queues before it makes its caller wait.
pub const PRODUCE_QUEUE_KBYTES: usize = 32 * 1024;

/// Records that a producer queues before it makes its caller wait.
pub const PRODUCE_QUEUE_RECORDS: usize = 50_000;

/// How long a plain producer tries to deliver a record before it gives up.
pub const DELIVERY_TIMEOUT: Duration = Duration::from_secs(120);

/// How long the broker waits for a transaction before it aborts it. Until then, an abandoned transaction holds back the
/// consumers of its partitions; a successor with the same transactional id ends it at once.
pub const TRANSACTION_TIMEOUT: Duration = Duration::from_secs(30);

/// How long one call to the transaction coordinator may take.
pub const TRANSACTION_STEP_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a request for metadata, offsets or topics may take.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest pause between two attempts to connect.
pub const RECONNECT_MAX: Duration = Duration::from_secs(2);

/// How long [`crate::LagMeter`] and [`crate::Follower`] trust their knowledge of how many partitions a topic has.
pub const PARTITION_COUNT_AGE: Duration = Duration::from_secs(60);
