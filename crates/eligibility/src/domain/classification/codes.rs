//! The six-digit codes of HS 2022: whatever is suggested or confirmed is one of them, or finer.

use kernel::HsCode;
use serde::Deserialize;

use crate::domain::data::{DataError, HS_CODES};

/// All codes of the nomenclature, sorted.
#[derive(Debug)]
pub(crate) struct Codes(Box<[HsCode]>);

#[derive(Deserialize)]
struct Row {
    heading: String,
    subheadings: String,
}

impl Codes {
    pub(crate) fn embedded() -> Result<Self, DataError> {
        let mut codes = Vec::new();
        for (table, row) in HS_CODES.rows::<Row>()? {
            for subheading in row.subheadings.split('|') {
                codes.push(table.cell(&format!("{}{subheading}", row.heading))?);
            }
        }
        codes.sort_unstable();
        Ok(Self(codes.into()))
    }

    /// The six digits of a code, when the nomenclature has them.
    pub(crate) fn six(&self, code: HsCode) -> Option<HsCode> {
        Some(code.hs6()).filter(|six| self.0.binary_search(six).is_ok())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn finer_codes_are_known_by_their_six_digits() {
        let codes = Codes::embedded().unwrap();
        let six = |code: &str| codes.six(code.parse().unwrap()).map(|code| code.to_string());
        assert_eq!(six("6109100010"), Some("610910".to_owned()));
        assert_eq!(six("610910"), Some("610910".to_owned()));
        // Of HS 2017, and of no edition.
        assert_eq!((six("852872"), six("851770"), six("610999")), (Some("852872".to_owned()), None, None));
    }

    #[test]
    fn each_code_stands_once() {
        let codes = Codes::embedded().unwrap().0;
        assert_eq!(codes.len(), 5_613);
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
