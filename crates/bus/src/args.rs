//! What a process is told about Kafka.

use std::fmt;

/// Partitions of a topic where a broker of one node serves hundreds of tests.
const LAPTOP_PARTITIONS: i32 = 3;

/// Flags and environment of the connection to Kafka.
#[derive(Clone, clap::Args)]
pub struct BusArgs {
    /// Kafka brokers to start from, `host:port`, comma-separated.
    #[arg(long, env = "FBA_KAFKA_BROKERS", default_value = "127.0.0.1:9092")]
    pub kafka_brokers: String,

    /// Put before every topic, consumer group and transactional id, so that several systems can share one cluster.
    #[arg(long, env = "FBA_TOPIC_PREFIX", default_value = "")]
    pub topic_prefix: String,

    /// Copies the brokers keep of topics created here; -1 is the cluster's default.
    #[arg(long, env = "FBA_TOPIC_REPLICATION", default_value_t = -1, allow_negative_numbers = true)]
    pub topic_replication: i32,

    /// Partitions of event topics created here, 1 to 1,000: how many workers can share a topic. The clock topic has one.
    #[arg(long, env = "FBA_TOPIC_PARTITIONS", default_value_t = 12,
          value_parser = clap::value_parser!(i32).range(1..=1_000))]
    pub topic_partitions: i32,

    /// More librdkafka settings for every client, `key=value`, comma-separated: TLS, SASL.
    #[arg(long, env = "FBA_KAFKA_EXTRA", value_delimiter = ',', value_parser = key_value)]
    pub kafka_extra: Vec<(String, String)>,
}

impl BusArgs {
    /// Brokers and prefix, for one process beside many others on a small broker: tests, a laptop. Topics get few
    /// partitions; everything else is as by default.
    pub fn new(kafka_brokers: impl Into<String>, topic_prefix: impl Into<String>) -> Self {
        Self {
            kafka_brokers: kafka_brokers.into(),
            topic_prefix: topic_prefix.into(),
            topic_replication: -1,
            topic_partitions: LAPTOP_PARTITIONS,
            kafka_extra: Vec::new(),
        }
    }
}

/// Values of `--kafka-extra` may be passwords: only the keys are shown.
impl fmt::Debug for BusArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<&str> = self.kafka_extra.iter().map(|(key, _)| key.as_str()).collect();
        f.debug_struct("BusArgs")
            .field("kafka_brokers", &self.kafka_brokers)
            .field("topic_prefix", &self.topic_prefix)
            .field("topic_replication", &self.topic_replication)
            .field("topic_partitions", &self.topic_partitions)
            .field("kafka_extra", &keys)
            .finish()
    }
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("must be key=value, a setting of librdkafka".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_value_of_an_extra_setting() {
        let mut args = BusArgs::new("broker:9092", "");
        args.kafka_extra.push(key_value("sasl.password=geheim").unwrap_or_default());
        let shown = format!("{args:?}");
        assert!(shown.contains("sasl.password") && !shown.contains("geheim"), "{shown}");
    }

    #[test]
    fn an_extra_setting_needs_a_key() {
        assert!(key_value("=x").is_err());
        assert!(key_value("novalue").is_err());
    }
}
