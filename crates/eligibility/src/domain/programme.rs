//! Rules of the programme that no country and no class of goods has a say in, by name.

use serde::Deserialize;

use super::data::{DataError, PROGRAMME_RULES, Table, Tables};
use super::rules::{Effect, Rule};
use kernel::CountrySet;

/// The rules of `programme_rules.csv`, each of which code refers to.
#[derive(Debug, Clone)]
pub(crate) struct ProgrammeRules {
    pub(crate) content_missing: Rule,
    pub(crate) dimensions_missing: Rule,
    pub(crate) oversize: Rule,
    pub(crate) family_unknown: Rule,
    pub(crate) text_not_understood: Rule,
    pub(crate) pending: Rule,
    pub(crate) sku_unknown: Rule,
    pub(crate) program_disabled: Rule,
    pub(crate) seller_excluded_country: Rule,
    pub(crate) seller_excluded_product: Rule,
    pub(crate) seller_excluded_product_country: Rule,
    pub(crate) embargo: Rule,
    pub(crate) destination_not_served: Rule,
    pub(crate) mcf_group: Rule,
}

#[derive(Deserialize)]
struct Row {
    rule: String,
    code: String,
    effect: String,
    remedy: String,
    source: String,
}

const EFFECTS: [(&str, Effect); 2] = [("BLOCK", Effect::Block), ("REVIEW", Effect::Review)];

impl ProgrammeRules {
    pub(crate) fn read(tables: &Tables) -> Result<Self, DataError> {
        let table = tables.of(PROGRAMME_RULES);
        let rows = table.rows::<Row>()?;
        let named = |name: &str| match rows.iter().find(|(_, row)| row.rule == name) {
            Some((table, row)) => row.rule(*table),
            None => Err(table.wrong(format!("no row for {name}"))),
        };
        Ok(Self {
            content_missing: named("CONTENT_MISSING")?,
            dimensions_missing: named("DIMENSIONS_MISSING")?,
            oversize: named("OVERSIZE")?,
            family_unknown: named("FAMILY_UNKNOWN")?,
            text_not_understood: named("TEXT_NOT_UNDERSTOOD")?,
            pending: named("PENDING")?,
            sku_unknown: named("SKU_UNKNOWN")?,
            program_disabled: named("PROGRAM_DISABLED")?,
            seller_excluded_country: named("SELLER_EXCLUDED_COUNTRY")?,
            seller_excluded_product: named("SELLER_EXCLUDED_PRODUCT")?,
            seller_excluded_product_country: named("SELLER_EXCLUDED_PRODUCT_COUNTRY")?,
            embargo: Rule { per_country: true, ..named("EMBARGO")? },
            destination_not_served: Rule { per_country: true, ..named("DESTINATION_NOT_SERVED")? },
            mcf_group: named("MCF_GROUP")?,
        })
    }
}

impl Row {
    fn rule(&self, table: Table<'_>) -> Result<Rule, DataError> {
        Ok(Rule {
            id: self.rule.clone(),
            code: self.code.clone(),
            per_country: false,
            effect: table.word(&self.effect, &EFFECTS)?,
            scope: CountrySet::all(),
            source: self.source.clone(),
            remedy: self.remedy.clone(),
        })
    }
}
