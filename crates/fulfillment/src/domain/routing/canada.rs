//! FedEx splits Canada into zones A and B by the first three characters of the postal code.

use super::rates::Zone;

/// Ranges of forward sortation areas (`K1A`), inclusive, in text order.
#[derive(Debug, Clone, Default)]
pub(super) struct PostalZones {
    ranges: Vec<(String, String, Zone)>,
}

/// Characters of a forward sortation area.
const AREA_LENGTH: usize = 3;

impl PostalZones {
    pub(super) fn push(&mut self, from: String, to: String, zone: Zone) {
        self.ranges.push((from, to, zone));
    }

    /// The zone of a postal code; `None` when it is in none of the ranges, or no Canadian code.
    pub(super) fn zone(&self, postal_code: &str) -> Option<Zone> {
        let area = postal_code.get(..AREA_LENGTH)?.to_ascii_uppercase();
        let [letter, digit, last] = area.as_bytes() else { return None };
        if !(letter.is_ascii_uppercase() && digit.is_ascii_digit() && last.is_ascii_uppercase()) {
            return None;
        }
        self.ranges.iter().find(|(from, to, _)| *from <= area && area <= *to).map(|(_, _, zone)| *zone)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_postal_code_falls_into_the_range_of_its_first_three_characters() {
        let (a, b) = (Zone::parse("A").unwrap(), Zone::parse("B").unwrap());
        let mut zones = PostalZones::default();
        zones.push("K1A".into(), "K2R".into(), a);
        zones.push("K2S".into(), "L0H".into(), b);
        assert_eq!(zones.zone("K1A 0B1"), Some(a));
        assert_eq!(zones.zone("k2s1a1"), Some(b));
        assert_eq!(zones.zone("V8A 1A1"), None);
        assert_eq!(zones.zone(""), None);
        assert_eq!(zones.zone("KO "), None, "not a code, though it sorts into a range");
    }
}
