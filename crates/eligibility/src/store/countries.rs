//! Sets of countries as tables keep them: 85 bytes, one bit for each pair of letters, as Postgres' `get_bit` counts.

use kernel::{Country, CountrySet};

/// Bits of a set: 26 x 26 pairs of letters.
const BYTES: usize = (26 * 26_usize).div_ceil(8);

/// The position of a country's bit.
pub(super) fn slot(country: Country) -> i32 {
    let code = country.as_str().as_bytes();
    i32::from(code[0] - b'A') * 26 + i32::from(code[1] - b'A')
}

/// A set as bytes.
pub(crate) fn to_bytes(countries: CountrySet) -> Vec<u8> {
    let mut bytes = vec![0; BYTES];
    for country in countries.iter() {
        let (byte, bit) = place(country);
        bytes[byte] |= 1 << bit;
    }
    bytes
}

/// A set from bytes. Codes that are no country's any more are left out.
pub(super) fn from_bytes(bytes: &[u8]) -> CountrySet {
    Country::all()
        .filter(|country| {
            let (byte, bit) = place(*country);
            bytes.get(byte).is_some_and(|byte| byte & (1 << bit) != 0)
        })
        .collect()
}

fn place(country: Country) -> (usize, u32) {
    let slot = slot(country).unsigned_abs();
    ((slot / 8) as usize, slot % 8)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_set_survives_its_bytes() {
        for set in ["", "AD", "ZW", "CA|DE|US", "AA"].iter().filter_map(|text| CountrySet::parse(text).ok()) {
            assert_eq!(from_bytes(&to_bytes(set)), set);
        }
        assert_eq!(from_bytes(&to_bytes(CountrySet::all())), CountrySet::all());
        assert_eq!(to_bytes(CountrySet::all()).len(), 85);
    }

    #[test]
    fn the_bit_of_a_country_never_moves() {
        assert_eq!(slot(Country::constant("AD")), 3);
        assert_eq!(slot(Country::constant("DE")), 82);
        assert_eq!(slot(Country::constant("ZW")), 672);
    }
}
