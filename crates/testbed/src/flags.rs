//! Flags, as an operator gives them.

use std::path::Path;

use chassis::Service;
use clap::{Args, Command, FromArgMatches};

/// Partitions of the topics: enough to be shared by workers, few enough for a broker that many tests use.
const PARTITIONS: usize = 3;

/// What every service is told of its database and its callers; enough to migrate.
pub(crate) fn of_database(url: &str, jwks: &Path) -> Vec<String> {
    vec![format!("--database-url={url}"), format!("--jwks-file={}", jwks.display())]
}

/// What every service is told besides to serve: where Kafka is, and to answer on free ports.
pub(crate) fn of_serving(kafka_brokers: &str, topic_prefix: &str) -> Vec<String> {
    vec![
        format!("--kafka-brokers={kafka_brokers}"),
        format!("--topic-prefix={topic_prefix}"),
        format!("--topic-partitions={PARTITIONS}"),
        "--grpc-addr=127.0.0.1:0".to_owned(),
        "--admin-addr=127.0.0.1:0".to_owned(),
    ]
}

/// The configuration of a service that is started with these flags. Variables of the environment are for real services:
/// they are not looked at.
pub(crate) fn parse<S: Service>(flags: &[String]) -> S::Config {
    let command = S::Config::augment_args(Command::new(S::NAME)).no_binary_name(true);
    let command = command.mut_args(|flag| flag.env(None::<&'static str>));
    let config = command.try_get_matches_from(flags).and_then(|flags| S::Config::from_arg_matches(&flags));
    config.unwrap_or_else(|error| panic!("{} is not started with {flags:?}: {error}", S::NAME))
}
