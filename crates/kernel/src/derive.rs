//! Ids that follow from what they name, so that work done twice makes the same ids.

use uuid::Uuid;

/// Namespace of all ids derived here; never change it: stored ids follow from it.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f0d_5c1e_8a35_5b0e_9d3c_2b7a_4e61_90c4);

/// The UUID (version 5) of a kind of thing and the parts that name it: `derive_uuid("shipment", &[order, "1"])`.
/// Parts are set apart, so that `["a", "bc"]` and `["ab", "c"]` differ.
#[must_use]
pub fn derive_uuid(kind: &str, parts: &[&str]) -> Uuid {
    let mut name = kind.to_owned();
    for part in parts {
        name.push('\u{1f}');
        name.push_str(part);
    }
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_parts_make_the_same_id() {
        assert_eq!(derive_uuid("shipment", &["1", "2"]), derive_uuid("shipment", &["1", "2"]));
    }

    #[test]
    fn kinds_and_the_cut_between_parts_count() {
        assert_ne!(derive_uuid("shipment", &["1"]), derive_uuid("refund", &["1"]));
        assert_ne!(derive_uuid("shipment", &["a", "bc"]), derive_uuid("shipment", &["ab", "c"]));
    }
}
