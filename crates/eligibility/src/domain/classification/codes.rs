//! The six-digit codes of HS 2022: whatever is suggested or confirmed is one of them.

use std::collections::HashSet;

use kernel::HsCode;
use serde::Deserialize;

use crate::domain::data::{DataError, HS_CODES};

/// All codes of the nomenclature.
#[derive(Debug)]
pub(crate) struct Codes(HashSet<HsCode>);

#[derive(Deserialize)]
struct Row {
    heading: String,
    subheadings: String,
}

impl Codes {
    pub(crate) fn embedded() -> Result<Self, DataError> {
        let mut codes = HashSet::new();
        for row in HS_CODES.rows::<Row>()? {
            for subheading in row.subheadings.split('|') {
                codes.insert(HS_CODES.cell(&format!("{}{subheading}", row.heading))?);
            }
        }
        Ok(Self(codes))
    }

    /// The six digits of a code, when the nomenclature has them.
    pub(crate) fn six(&self, code: HsCode) -> Option<HsCode> {
        Some(code.hs6()).filter(|six| self.0.contains(six))
    }
}
