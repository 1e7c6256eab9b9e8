//! Goods whose export the United States control: made for military use, or under a licence that the programme does not get. From what
//! is declared; a number that does not tell enough is possible, never absent.

use jiff::civil::Date;
use kernel::Effective;
use serde::Deserialize;

use super::data::{DataError, EXPORT_CONTROL, Tables};
use super::goods::Confidence::{self, Certain, Possible};

/// Classes of `goods.csv` that export control leads to.
pub(crate) const MILITARY: &str = "MILITARY";
pub(crate) const LICENCE: &str = "EXPORT_LICENCE";

/// What is declared of an offer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ExportControl {
    /// Export Control Classification Number; empty = not declared.
    pub(crate) eccn: String,
    pub(crate) licence_required: bool,
    pub(crate) military: bool,
}

/// All rows of `export_control.csv`.
#[derive(Debug)]
pub(crate) struct ControlTable(Vec<(Effective, String, Meaning)>);

/// What numbers mean on one day, the most exact pattern first.
#[derive(Debug)]
pub(crate) struct ControlRules(Vec<(String, Meaning)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Free,
    /// Some destinations need a licence.
    Review,
    Military,
}

#[derive(Deserialize)]
struct Row {
    value: String,
    finding: String,
    valid_from: String,
    valid_to: String,
}

/// Stands for every number that no other row means.
const ANY: &str = "*";
/// Stands for one letter or digit.
const ONE: char = '#';
/// Characters of a number without its paragraph: "5A992" of "5A992.c".
const NUMBER: usize = 5;
const MEANINGS: [(&str, Meaning); 3] =
    [("NONE", Meaning::Free), ("REVIEW", Meaning::Review), ("MILITARY", Meaning::Military)];

impl ControlTable {
    pub(crate) fn read(tables: &Tables) -> Result<Self, DataError> {
        let rows = tables.of(EXPORT_CONTROL).rows::<Row>()?.into_iter().map(|(table, row)| {
            let effective = table.effective(&row.valid_from, &row.valid_to)?;
            Ok((effective, row.value.to_uppercase(), table.word(&row.finding, &MEANINGS)?))
        });
        rows.collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn at(&self, day: Date) -> ControlRules {
        let in_force = self.0.iter().filter(|(effective, ..)| effective.contains(day));
        let mut rules: Vec<_> = in_force.map(|(_, value, meaning)| (value.clone(), *meaning)).collect();
        rules.sort_by_key(|(value, _)| (value == ANY, value.matches(ONE).count()));
        ControlRules(rules)
    }

    pub(crate) fn periods(&self) -> impl Iterator<Item = Effective> {
        self.0.iter().map(|(effective, ..)| *effective)
    }
}

impl ControlRules {
    /// The classes of a unit, each with how sure it is and why.
    pub(crate) fn judge(&self, declared: &ExportControl) -> Vec<(&'static str, Confidence, String)> {
        let mut found = Vec::new();
        if declared.military {
            found.push((MILITARY, Certain, "declared: military".to_owned()));
        }
        if declared.licence_required {
            found.push((LICENCE, Certain, "declared: export licence required".to_owned()));
        }
        let evidence = format!("ECCN: {}", declared.eccn);
        match self.meaning(&declared.eccn) {
            Meaning::Free => {}
            Meaning::Review => found.push((LICENCE, Possible, evidence)),
            Meaning::Military => found.push((MILITARY, Certain, evidence)),
        }
        found
    }

    fn meaning(&self, eccn: &str) -> Meaning {
        let eccn = eccn.trim().to_uppercase();
        let first = eccn.split([' ', '.', '(']).next().unwrap_or_default();
        let rule = self.0.iter().find(|(value, _)| value == ANY || is(first, value));
        rule.map_or(Meaning::Review, |(_, meaning)| *meaning)
    }
}

/// Whether a number is one of a pattern; with a [`ONE`] in it, only what looks like a number of the list.
fn is(eccn: &str, pattern: &str) -> bool {
    let same = |(one, wanted): (char, char)| wanted == ONE || one == wanted;
    let looks_so = eccn.len() == NUMBER
        && eccn
            .char_indices()
            .all(|(at, c)| if at == 1 { matches!(c, 'A'..='E') } else { c.is_ascii_digit() });
    eccn.len() == pattern.len()
        && (looks_so || !pattern.contains(ONE))
        && eccn.chars().zip(pattern.chars()).all(same)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;

    fn found(eccn: &str) -> Vec<(&'static str, Confidence)> {
        let rules = ControlTable::read(&Tables::shipped()).unwrap().at(date(2026, 10, 1));
        let declared = ExportControl { eccn: eccn.to_owned(), ..ExportControl::default() };
        rules.judge(&declared).into_iter().map(|(class, confidence, _)| (class, confidence)).collect()
    }

    #[test]
    fn what_needs_no_licence_for_the_served_destinations_is_free() {
        for eccn in ["", "EAR99", " ear99 ", "5A992.c", "4A994", "0A998"] {
            assert_eq!(found(eccn), [], "{eccn}");
        }
    }

    #[test]
    fn a_number_that_may_need_a_licence_is_looked_at() {
        for eccn in ["5A002.a", "1C351", "0A501.a", "6A003", "XYZ", "5A99", "5F992"] {
            assert_eq!(found(eccn), [(LICENCE, Possible)], "{eccn}");
        }
    }

    #[test]
    fn military_items_are_military() {
        for eccn in ["0A606.x", "9A610", "USML XII(c)", "usml"] {
            assert_eq!(found(eccn), [(MILITARY, Certain)], "{eccn}");
        }
    }

    #[test]
    fn what_is_declared_counts_whatever_the_number() {
        let rules = ControlTable::read(&Tables::shipped()).unwrap().at(date(2026, 10, 1));
        let declared = ExportControl { eccn: "EAR99".to_owned(), licence_required: true, military: true };
        let classes: Vec<_> = rules.judge(&declared).into_iter().map(|(class, ..)| class).collect();
        assert_eq!(classes, [MILITARY, LICENCE]);
    }
}
