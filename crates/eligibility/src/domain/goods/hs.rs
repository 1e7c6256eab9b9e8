//! What an HS code says about the class of a good. Seldom proof: most headings hold far more than a class.

use kernel::HsCode;
use serde::Deserialize;

use super::Confidence;
use super::classes::{ClassId, Classes};
use crate::domain::data::{DataError, GOODS_HS, Tables};

/// How much a code tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Nothing alone; makes a term that suggests the class certain.
    Corroborates,
    /// The class is possible; with a term certain.
    Suggests,
    /// All goods of the code belong to the class.
    Decides,
}

#[derive(Debug)]
pub(super) struct HsHints(Vec<Hint>);

/// Codes between two prefixes of equal length, both included.
#[derive(Debug)]
struct Hint {
    class: ClassId,
    from: String,
    to: String,
    strength: Strength,
}

#[derive(Deserialize)]
struct Row {
    class: String,
    hs_from: String,
    hs_to: String,
    confidence: String,
}

const STRENGTHS: [(&str, Strength); 3] = [
    ("DECIDES", Strength::Decides),
    ("SUGGESTS", Strength::Suggests),
    ("CORROBORATES", Strength::Corroborates),
];

impl HsHints {
    pub(super) fn read(tables: &Tables, classes: &Classes) -> Result<Self, DataError> {
        let hints = tables.of(GOODS_HS).rows::<Row>()?.into_iter().map(|(table, row)| {
            let class = classes.named(&row.class);
            let class = class.ok_or_else(|| table.wrong(format!("no class is called {}", row.class)))?;
            if row.hs_from.len() != row.hs_to.len() || row.hs_from > row.hs_to {
                return Err(table.wrong(format!("{}-{} is no range", row.hs_from, row.hs_to)));
            }
            let strength = table.word(&row.confidence, &STRENGTHS)?;
            Ok(Hint { class, from: row.hs_from, to: row.hs_to, strength })
        });
        hints.collect::<Result<_, _>>().map(Self)
    }

    /// The classes a code points to.
    pub(super) fn of(&self, code: HsCode) -> impl Iterator<Item = (ClassId, Strength)> {
        self.0.iter().filter(move |hint| hint.holds(code.as_str())).map(|hint| (hint.class, hint.strength))
    }
}

impl Hint {
    fn holds(&self, code: &str) -> bool {
        let prefix = code.get(..self.from.len());
        prefix.is_some_and(|prefix| (self.from.as_str()..=self.to.as_str()).contains(&prefix))
    }
}

impl Strength {
    /// What the code makes of the class without any term.
    pub(super) fn alone(self) -> Option<Confidence> {
        match self {
            Self::Corroborates => None,
            Self::Suggests => Some(Confidence::Possible),
            Self::Decides => Some(Confidence::Certain),
        }
    }
}
