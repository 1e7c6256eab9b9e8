//! Which partition a key goes to: the Java clients' partitioner, which our producers are configured with.

/// The hash of a key. Its partition is the remainder by the number of partitions, so that who groups keys by the remainder
/// of a divisor of that number groups whole partitions. It is the positive part of MurmurHash2 (32 bits) with Kafka's seed.
pub fn partition_hash(key: &[u8]) -> u32 {
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
            assert_eq!(partition_hash(key.as_bytes()), hash.cast_unsigned() & 0x7fff_ffff, "{key}");
        }
    }
}
