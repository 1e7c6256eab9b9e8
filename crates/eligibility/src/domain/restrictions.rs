//! What single countries restrict: one dated row for each country and class of goods.

use jiff::civil::Date;
use kernel::{Country, Effective};
use serde::Deserialize;

use super::data::{DataError, RESTRICTIONS, Tables};
use super::goods::{ClassId, Goods, Kind};

/// All rows of `restrictions.csv`.
#[derive(Debug)]
pub(crate) struct Restrictions(Vec<(Effective, Restriction)>);

/// A row: what a country says about a class of goods.
#[derive(Debug, Clone)]
pub(crate) struct Restriction {
    pub(crate) rule_id: String,
    pub(crate) country: Country,
    pub(crate) class: ClassId,
    pub(crate) decision: Decision,
    /// What exactly the row is about, in our words.
    pub(crate) item: String,
    pub(crate) source: String,
}

/// What the row decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// A rule of the programme itself.
    ProgrammeBlock,
    Prohibit,
    /// Only with a permit, licence or certificate, which the programme rules out.
    License,
    /// Allowed under a condition that somebody has to check.
    Condition,
    /// Binds the post; carriers of this programme are warned.
    Warning,
    /// Opens a country for an import-restricted family.
    Allow,
}

#[derive(Deserialize)]
struct Row {
    rule_id: String,
    country: String,
    class: String,
    decision: String,
    item: String,
    valid_from: String,
    valid_to: String,
    source: String,
}

const DECISIONS: [(&str, Decision); 6] = [
    ("PROGRAM_BLOCK", Decision::ProgrammeBlock),
    ("PROHIBIT", Decision::Prohibit),
    ("LICENSE", Decision::License),
    ("CONDITION", Decision::Condition),
    ("WARNING", Decision::Warning),
    ("ALLOW", Decision::Allow),
];

impl Restrictions {
    /// Reads the table of restrictions. Only import families can be opened by a row.
    pub(crate) fn read(tables: &Tables, goods: &Goods) -> Result<Self, DataError> {
        let rows = tables.of(RESTRICTIONS).rows::<Row>()?.into_iter().map(|(table, row)| {
            let class = goods.named(&row.class);
            let class = class.ok_or_else(|| table.wrong(format!("no class is called {}", row.class)))?;
            let decision = table.word(&row.decision, &DECISIONS)?;
            if decision == Decision::Allow && goods.class(class).kind != Kind::Import {
                return Err(table.wrong(format!("{}: {} cannot be allowed by a row", row.rule_id, row.class)));
            }
            let effective = table.effective(&row.valid_from, &row.valid_to)?;
            let country = table.cell(&row.country)?;
            let (rule_id, item, source) = (row.rule_id, row.item, row.source);
            Ok((effective, Restriction { rule_id, country, class, decision, item, source }))
        });
        rows.collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn at(&self, day: Date) -> impl Iterator<Item = &Restriction> {
        self.0.iter().filter(move |(effective, _)| effective.contains(day)).map(|(_, row)| row)
    }

    pub(crate) fn periods(&self) -> impl Iterator<Item = Effective> {
        self.0.iter().map(|(effective, _)| *effective)
    }
}
