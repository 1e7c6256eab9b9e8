//! CloudEvents binary headers: what a record says of itself beside its payload.

use jiff::Timestamp;
use rdkafka::message::{BorrowedHeaders, Header, Headers as _, OwnedHeaders};
use uuid::Uuid;

/// Version of the CloudEvents specification that the headers follow.
const SPEC_VERSION: &str = "1.0";
/// Media type of every payload.
const CONTENT_TYPE: &str = "application/protobuf";

/// Headers of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headers {
    /// `ce_id`: the same for every copy of the event; consumers drop repeats by it.
    pub id: Uuid,
    /// `ce_type`: package, dot, name.
    pub ce_type: String,
    /// `ce_source`: who says it, e.g. `fulfillment`.
    pub source: String,
    /// `ce_subject`: id of the aggregate.
    pub subject: String,
    /// `ce_time`: when it happened, in business time.
    pub time: Timestamp,
    /// `ce_sequence`: version of the aggregate after the event, from 1, without gaps.
    pub sequence: i64,
    /// W3C trace context of whoever caused the event.
    pub traceparent: Option<String>,
}

/// Why headers cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// A header that every event carries is absent.
    #[error("header {0} is missing")]
    Missing(&'static str),
    /// A header is not of its form.
    #[error("header {name} is not {wanted}")]
    Malformed {
        /// Its name.
        name: &'static str,
        /// What it must be.
        wanted: &'static str,
    },
    /// The name of a header is not UTF-8.
    #[error("a header's name is not UTF-8")]
    Name,
}

/// The id of the event with this package, subject and sequence: made again, it is the same.
pub fn event_id(package: &str, subject: &str, sequence: i64) -> Uuid {
    /// Namespace of event ids (a fixed random UUID of ours).
    const NAMESPACE: Uuid = Uuid::from_u128(0x6d1f_4f0a_94a5_4e0e_9a53_7d0c_0a1b_5c11);
    // Length-prefixed, so that no two triples share a text.
    let name = format!("{}:{package}{}:{subject}{sequence}", package.len(), subject.len());
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

impl Headers {
    /// The headers as Kafka takes them.
    pub(crate) fn to_kafka(&self) -> OwnedHeaders {
        let mut id = Uuid::encode_buffer();
        let headers = OwnedHeaders::new_with_capacity(9);
        let headers = insert(headers, "ce_specversion", SPEC_VERSION);
        let headers = insert(headers, "ce_id", self.id.hyphenated().encode_lower(&mut id));
        let headers = insert(headers, "ce_type", &self.ce_type);
        let headers = insert(headers, "ce_source", &self.source);
        let headers = insert(headers, "ce_subject", &self.subject);
        let headers = insert(headers, "ce_time", &self.time.to_string());
        let headers = insert(headers, "ce_sequence", &self.sequence.to_string());
        let headers = insert(headers, "content-type", CONTENT_TYPE);
        match &self.traceparent {
            Some(traceparent) => insert(headers, "traceparent", traceparent),
            None => headers,
        }
    }

    /// Reads the headers by name; unknown ones are left alone.
    pub fn from_pairs(pairs: &[(String, Vec<u8>)]) -> Result<Self, HeaderError> {
        let find = |name: &'static str| -> Result<Option<&str>, HeaderError> {
            let Some((_, value)) = pairs.iter().find(|(key, _)| key == name) else { return Ok(None) };
            let text = std::str::from_utf8(value);
            text.map(Some).map_err(|_| HeaderError::Malformed { name, wanted: "UTF-8 text" })
        };
        let need = |name| find(name)?.ok_or(HeaderError::Missing(name));
        let malformed = |name, wanted| HeaderError::Malformed { name, wanted };
        Ok(Self {
            id: need("ce_id")?.parse().map_err(|_| malformed("ce_id", "a UUID"))?,
            ce_type: need("ce_type")?.to_owned(),
            source: need("ce_source")?.to_owned(),
            subject: need("ce_subject")?.to_owned(),
            time: need("ce_time")?.parse().map_err(|_| malformed("ce_time", "an RFC 3339 time"))?,
            sequence: need("ce_sequence")?.parse().map_err(|_| malformed("ce_sequence", "a whole number"))?,
            traceparent: find("traceparent")?.map(str::to_owned),
        })
    }
}

fn insert(headers: OwnedHeaders, key: &str, value: &str) -> OwnedHeaders {
    headers.insert(Header { key, value: Some(value) })
}

/// Copies all headers of a record. The library panics on a header name that is not UTF-8, and anybody may send one:
/// that panic is caught here and becomes an error.
pub(crate) fn copy_pairs(headers: Option<&BorrowedHeaders>) -> Result<Vec<(String, Vec<u8>)>, HeaderError> {
    let Some(headers) = headers else { return Ok(Vec::new()) };
    let copy = || {
        let pair = |h: Header<'_, &[u8]>| (h.key.to_owned(), h.value.unwrap_or_default().to_vec());
        headers.iter().map(pair).collect()
    };
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(copy)).map_err(|_| HeaderError::Name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn pairs() -> Vec<(String, Vec<u8>)> {
        [
            ("ce_id", "6a2f41a3-c54c-4a54-9a53-7d0c0a1b5c11"),
            ("ce_type", "fbaexport.orders.events.v1.OrderPlaced"),
            ("ce_source", "storefront"),
            ("ce_subject", "114-1234567-1234567"),
            ("ce_time", "2026-01-02T03:04:05.678Z"),
            ("ce_sequence", "1"),
            ("x-of-somebody", "else"),
        ]
        .map(|(key, value)| (key.to_owned(), value.as_bytes().to_vec()))
        .to_vec()
    }

    #[test]
    fn known_headers_are_read_and_others_left_alone() {
        let headers = Headers::from_pairs(&pairs()).unwrap();
        assert_eq!(headers.subject, "114-1234567-1234567");
        assert_eq!(headers.time.to_string(), "2026-01-02T03:04:05.678Z");
        assert_eq!(headers.traceparent, None);
    }

    #[test]
    fn a_missing_or_malformed_header_is_named() {
        let mut without_id = pairs();
        without_id.remove(0);
        assert_eq!(Headers::from_pairs(&without_id), Err(HeaderError::Missing("ce_id")));
        let mut bad = pairs();
        bad[4].1 = b"yesterday".to_vec();
        assert_eq!(
            Headers::from_pairs(&bad).unwrap_err().to_string(),
            "header ce_time is not an RFC 3339 time"
        );
    }

    #[test]
    fn written_headers_read_back_the_same() {
        let mut headers = Headers::from_pairs(&pairs()).unwrap();
        headers.traceparent = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned());
        let written = headers.to_kafka();
        let read = copy_pairs(Some(written.as_borrowed())).unwrap();
        assert_eq!(Headers::from_pairs(&read).unwrap(), headers);
    }

    #[test]
    fn an_event_id_follows_from_package_subject_and_sequence_alone() {
        assert_eq!(event_id("p", "s", 1), event_id("p", "s", 1));
        assert_ne!(event_id("p", "s", 1), event_id("p", "s", 11));
        assert_ne!(event_id("p", "s1", 1), event_id("p", "s", 11));
    }
}
