//! Which partition a key goes to: the Java clients' partitioner. A state topic keeps what belongs to a whole in one partition,
//! in order: what stands before the first slash of its keys chooses it (`A1/0007` is where `A1` is).

use rdkafka::producer::Partitioner;

/// The hash of a key. Its partition is the remainder by the number of partitions, so that who groups keys by the remainder
/// of a divisor of that number groups whole partitions. It is the positive part of MurmurHash2 (32 bits) with Kafka's seed.
/// `topic` is a package, or a topic's full name.
pub fn partition_hash(topic: &str, key: &[u8]) -> u32 {
    let whole = if topic.contains(".state.") { key.split(|byte| *byte == b'/').next() } else { None };
    murmur2(whole.unwrap_or(key))
}

/// What the relay's producer asks.
pub(crate) struct ByHash;

impl Partitioner for ByHash {
    fn partition(
        &self,
        topic: &str,
        key: Option<&[u8]>,
        partitions: i32,
        _is_available: impl Fn(i32) -> bool,
    ) -> i32 {
        let partitions = partitions.max(1).cast_unsigned();
        // Below a number that fits.
        (partition_hash(topic, key.unwrap_or_default()) % partitions).cast_signed()
    }
}

fn murmur2(key: &[u8]) -> u32 {
    const SEED: u32 = 0x9747_b28c;
    const M: u32 = 0x5bd1_e995;
    let mix = |word: u32| {
        let word = word.wrapping_mul(M);
        (word ^ (word >> 24)).wrapping_mul(M)
    };
    // A key is a Kafka record's: its length fits.
    let length = u32::try_from(key.len()).unwrap_or(u32::MAX);
    let words = key.chunks_exact(4);
    let rest = words.remainder();
    let mut hash = words.fold(SEED ^ length, |hash, word| {
        hash.wrapping_mul(M) ^ mix(u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
    });
    if !rest.is_empty() {
        let tail = rest.iter().rev().fold(0, |tail, byte| (tail << 8) | u32::from(*byte));
        hash = (hash ^ tail).wrapping_mul(M);
    }
    hash = (hash ^ (hash >> 13)).wrapping_mul(M);
    (hash ^ (hash >> 15)) & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of the Java client's own tests.
    #[test]
    fn hashes_as_the_java_client_does() {
        let vectors: [(&str, i32); 6] = [
            ("21", -973_932_308),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
        ];
        for (key, hash) in vectors {
            assert_eq!(partition_hash("t", key.as_bytes()), hash.cast_unsigned() & 0x7fff_ffff, "{key}");
        }
    }

    #[test]
    fn parts_of_a_state_are_in_the_partition_of_the_whole() {
        let partition = |topic: &str, key: &str| ByHash.partition(topic, Some(key.as_bytes()), 12, |_| true);
        let state = "test-fbaexport.enrollment.state.v1";
        assert_eq!(partition(state, "A2EXAMPLE/0007"), partition(state, "A2EXAMPLE"));
        assert_ne!(partition(state, "A1/0007"), partition(state, "A2/0007"));
        let events = "fbaexport.catalog.events.v1";
        assert_ne!(partition(events, "A2EXAMPLE/0007"), partition(events, "A2EXAMPLE"));
    }
}
