//! Metrics of this crate, all of them.

use metrics::{counter, describe_counter};

const CLIENT_ERRORS: &str = "bus_client_errors_total";
const RECORDS_SENT: &str = "bus_records_sent_total";
const RECORDS_READ: &str = "bus_records_read_total";
const TRANSACTIONS: &str = "bus_transactions_total";

/// Tells the recorder what the metrics mean.
pub fn describe() {
    describe_counter!(CLIENT_ERRORS, "Errors that the Kafka clients reported");
    describe_counter!(RECORDS_SENT, "Records that the brokers acknowledged");
    describe_counter!(RECORDS_READ, "Records read from topics");
    describe_counter!(TRANSACTIONS, "Kafka transactions by outcome");
}

pub(crate) fn client_error() {
    counter!(CLIENT_ERRORS).increment(1);
}

pub(crate) fn sent(records: usize) {
    counter!(RECORDS_SENT).increment(records as u64);
}

pub(crate) fn read(records: usize) {
    counter!(RECORDS_READ).increment(records as u64);
}

pub(crate) fn transaction(outcome: &'static str) {
    counter!(TRANSACTIONS, "outcome" => outcome).increment(1);
}
