//! Settings of every client, chosen for correctness first: idempotent writes, committed reads, bounded queues.

use std::time::Duration;

use rdkafka::ClientConfig;

use crate::{BusArgs, limits};

fn millis(duration: Duration) -> String {
    duration.as_millis().to_string()
}

/// What all clients share.
pub(crate) fn common(args: &BusArgs, client_id: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", &args.kafka_brokers)
        .set("client.id", client_id)
        .set("socket.keepalive.enable", "true")
        .set("reconnect.backoff.ms", "100")
        .set("reconnect.backoff.max.ms", millis(limits::RECONNECT_MAX))
        .set("receive.message.max.bytes", limits::MAX_RESPONSE_BYTES.to_string())
        // Topics are created by `ensure_topics`, with their partitions, or not at all.
        .set("allow.auto.create.topics", "false")
        // A topic that was created a moment ago is looked for again soon.
        .set("topic.metadata.refresh.fast.interval.ms", "100")
        .set("topic.metadata.propagation.max.ms", "10000")
        .set("log.connection.close", "false");
    for (key, value) in &args.kafka_extra {
        config.set(key, value);
    }
    config
}

/// A producer whose records are stored once, in order, by all in-sync replicas.
pub(crate) fn producer(args: &BusArgs, client_id: &str) -> ClientConfig {
    let mut config = common(args, client_id);
    config
        .set("enable.idempotence", "true")
        .set("acks", "all")
        // The Java clients' partitioner, so that everybody puts a key into the same partition.
        .set("partitioner", "murmur2_random")
        .set("compression.type", "lz4")
        .set("linger.ms", "2")
        .set("message.timeout.ms", millis(limits::DELIVERY_TIMEOUT))
        .set("queue.buffering.max.kbytes", limits::PRODUCE_QUEUE_KBYTES.to_string())
        .set("queue.buffering.max.messages", limits::PRODUCE_QUEUE_RECORDS.to_string());
    config
}

/// A producer whose batches become visible whole or not at all, and whose predecessor is fenced.
pub(crate) fn transactional(args: &BusArgs, client_id: &str, transactional_id: &str) -> ClientConfig {
    let mut config = producer(args, client_id);
    config
        .set("transactional.id", transactional_id)
        // One request at a time. A broker takes any number as the first of a producer that it does not know on a partition.
        // Were the first of two requests on their way refused, by a leader that is just coming up, and the second taken,
        // then the first one's repeat would count as a duplicate: its records lost, its transaction committed.
        .set("max.in.flight.requests.per.connection", "1")
        .set("transaction.timeout.ms", millis(limits::TRANSACTION_TIMEOUT))
        .set("message.timeout.ms", millis(limits::TRANSACTION_TIMEOUT));
    config
}

/// A reader of committed records, whose offsets are committed by us or not at all.
pub(crate) fn consumer(args: &BusArgs, client_id: &str, group: &str) -> ClientConfig {
    let mut config = common(args, client_id);
    config
        .set("group.id", group)
        .set("isolation.level", "read_committed")
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "earliest")
        .set("enable.partition.eof", "true")
        .set("fetch.wait.max.ms", "250")
        .set("fetch.max.bytes", limits::FETCH_BYTES.to_string())
        .set("max.partition.fetch.bytes", limits::FETCH_PARTITION_BYTES.to_string())
        .set("queued.max.messages.kbytes", limits::PREFETCH_KBYTES.to_string())
        .set("queued.min.messages", limits::PREFETCH_RECORDS.to_string())
        // Once the queue is full the client looks again after so long; by default a second, in which a reader starves.
        .set("fetch.queue.backoff.ms", "5");
    config
}

/// A member of a consumer group.
pub(crate) fn group_member(args: &BusArgs, client_id: &str, group: &str) -> ClientConfig {
    let mut config = consumer(args, client_id, group);
    config
        // KIP-848: the broker hands out partitions one by one. A member keeps its id while the coordinator is away, so
        // that nobody waits for the sessions of former selves to end when it is back.
        .set("group.protocol", "consumer")
        // So soon it hears of partitions that are added, and of topics that were made after it subscribed.
        .set("topic.metadata.refresh.interval.ms", "5000");
    config
}
