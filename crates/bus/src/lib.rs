//! Kafka for the rest of the system: topics, records with CloudEvents headers, producers, the batch consumer. The only
//! user of `rdkafka`.
//!
//! - [`Producer`] sends what the outside world would send; [`TransactionalProducer`] is the relay's: one batch, one
//!   transaction, fenced by its transactional id.
//! - [`GroupConsumer`] shares topics with the other members of its group and hands out one [`PartitionStream`] for
//!   each partition it was given; [`Follower`] reads all partitions of a topic from the start, without a group.
//! - Everything reads committed records only. Every queue is bounded, see [`limits`].
//!
//! Streams are futures that their owner drives; only a [`TransactionalProducer`] has a thread, until it is closed.

mod args;
mod client;
mod config;
mod context;
mod error;
mod follow;
mod group;
mod headers;
mod lag;
pub mod limits;
pub mod metrics;
mod offsets;
mod partition;
mod partitioner;
mod producer;
mod record;
mod topic;
mod transaction;

pub use args::BusArgs;
pub use client::Bus;
pub use error::BusError;
pub use follow::Follower;
pub use group::GroupConsumer;
pub use headers::{HeaderError, Headers, event_id};
pub use lag::LagMeter;
pub use partition::{Batch, PartitionStream};
pub use partitioner::partition_hash;
pub use producer::Producer;
pub use record::{InRecord, Origin, OutRecord};
pub use topic::TopicSpec;
pub use transaction::{PublishError, TransactionalProducer};
