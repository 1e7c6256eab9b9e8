//! Dangerous goods and batteries, from what is declared. What is declared incompletely is possible, never absent.

use std::collections::HashMap;

use jiff::civil::Date;
use kernel::Effective;
use serde::Deserialize;

use super::data::{DANGEROUS_GOODS, DataError, Tables};
use super::goods::Confidence::{self, Certain, Possible};
use super::offer::{BatteryPackaging, Hazards};
use super::policies::Numbers;

/// Classes of `goods.csv` that hazards lead to.
pub(crate) const DANGEROUS: &str = "DANGEROUS_GOODS";
pub(crate) const STANDALONE: &str = "LITHIUM_STANDALONE";
pub(crate) const LARGE: &str = "LITHIUM_LARGE";
pub(crate) const INSIDE: &str = "LITHIUM_BATTERY_INSIDE";
pub(crate) const USED_OIL: &str = "USED_OIL";

/// A class, how sure, and why.
pub(crate) type Hazard = (&'static str, Confidence, String);

/// All rows of `dangerous_goods.csv`.
#[derive(Debug)]
pub(crate) struct HazardTable(Vec<(Effective, Field, String, Meaning)>);

/// What declared values mean on one day, and how large a lithium battery may be.
#[derive(Debug)]
pub(crate) struct HazardRules {
    meanings: HashMap<(Field, String), Meaning>,
    numbers: Numbers,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Field {
    Regulation,
    UnNumber,
    Composition,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Harmless,
    /// Not known well enough.
    Review,
    Dangerous,
    /// Dangerous for transport, which a small lithium battery inside is as well.
    DangerousUnlessLithiumInside,
    LithiumStandalone,
    LithiumIonInside,
    LithiumMetalInside,
    LithiumIon,
    LithiumMetal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lithium {
    Ion,
    Metal,
}

#[derive(Deserialize)]
struct Row {
    field: String,
    value: String,
    finding: String,
    valid_from: String,
    valid_to: String,
}

/// The row for values that have none of their own.
const ANY: &str = "*";
const FIELDS: [(&str, Field); 3] =
    [("REGULATION", Field::Regulation), ("UN_NUMBER", Field::UnNumber), ("COMPOSITION", Field::Composition)];
const MEANINGS: [(&str, Meaning); 9] = [
    ("NONE", Meaning::Harmless),
    ("REVIEW", Meaning::Review),
    ("DANGEROUS", Meaning::Dangerous),
    ("DANGEROUS_UNLESS_LITHIUM_INSIDE", Meaning::DangerousUnlessLithiumInside),
    ("LITHIUM_STANDALONE", Meaning::LithiumStandalone),
    ("LITHIUM_ION_INSIDE", Meaning::LithiumIonInside),
    ("LITHIUM_METAL_INSIDE", Meaning::LithiumMetalInside),
    ("LITHIUM_ION", Meaning::LithiumIon),
    ("LITHIUM_METAL", Meaning::LithiumMetal),
];

impl HazardTable {
    pub(crate) fn read(tables: &Tables) -> Result<Self, DataError> {
        let rows = tables.of(DANGEROUS_GOODS).rows::<Row>()?.into_iter().map(|(table, row)| {
            let effective = table.effective(&row.valid_from, &row.valid_to)?;
            let field = table.word(&row.field, &FIELDS)?;
            Ok((effective, field, row.value.to_lowercase(), table.word(&row.finding, &MEANINGS)?))
        });
        rows.collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn at(&self, day: Date, numbers: Numbers) -> HazardRules {
        let in_force = self.0.iter().filter(|(effective, ..)| effective.contains(day));
        let meanings = in_force.map(|(_, field, value, meaning)| ((*field, value.clone()), *meaning));
        HazardRules { meanings: meanings.collect(), numbers }
    }

    pub(crate) fn periods(&self) -> impl Iterator<Item = Effective> {
        self.0.iter().map(|(effective, ..)| *effective)
    }
}

impl HazardRules {
    /// The hazards of one unit. An unknown value means what the table's `*` says, without such a row a review.
    pub(crate) fn judge(&self, declared: &Hazards) -> Vec<Hazard> {
        let un = match declared.un_number.trim() {
            "" => Meaning::Harmless,
            number => self.meaning(Field::UnNumber, number),
        };
        let composition = self.meaning(Field::Composition, &declared.composition);
        let mut hazards = Vec::new();
        self.judge_regulation(declared, un, &mut hazards);
        judge_alone(un, format!("UN number: {}", declared.un_number), &mut hazards);
        judge_alone(composition, format!("battery: {}", declared.composition), &mut hazards);
        match lithium(un, composition) {
            Some(kind) => self.judge_lithium(declared, un, kind, &mut hazards),
            None => judge_other_battery(declared, &mut hazards),
        }
        if declared.used_oil {
            hazards.push((USED_OIL, Certain, "declared: used oil".to_owned()));
        }
        hazards
    }

    fn meaning(&self, field: Field, value: &str) -> Meaning {
        let value = value.trim().to_lowercase();
        let known = |value: String| self.meanings.get(&(field, value)).copied();
        known(value).or_else(|| known(ANY.to_owned())).unwrap_or(Meaning::Review)
    }

    fn judge_regulation(&self, declared: &Hazards, un: Meaning, hazards: &mut Vec<Hazard>) {
        let meaning = self.meaning(Field::Regulation, &declared.regulation);
        let lithium_inside = matches!(un, Meaning::LithiumIonInside | Meaning::LithiumMetalInside);
        let evidence = format!("dangerous goods regulation: {}", declared.regulation);
        match meaning {
            Meaning::DangerousUnlessLithiumInside if !lithium_inside => {
                hazards.push((DANGEROUS, Certain, evidence));
            }
            meaning => judge_alone(meaning, evidence, hazards),
        }
    }

    /// A lithium battery travels inside or with equipment, and is small; else it stays.
    fn judge_lithium(&self, declared: &Hazards, un: Meaning, kind: Lithium, hazards: &mut Vec<Hazard>) {
        let inside = matches!(un, Meaning::LithiumIonInside | Meaning::LithiumMetalInside);
        match declared.packaging {
            BatteryPackaging::BatteriesOnly => {
                hazards.push((STANDALONE, Certain, "battery packaging: batteries only".to_owned()));
                return;
            }
            BatteryPackaging::InEquipment | BatteryPackaging::WithEquipment => {}
            BatteryPackaging::Unknown | BatteryPackaging::NoBattery if inside => {}
            BatteryPackaging::Unknown | BatteryPackaging::NoBattery => {
                hazards.push((STANDALONE, Possible, "lithium battery: packaging not declared".to_owned()));
            }
        }
        hazards.push((INSIDE, Certain, "lithium battery in or with equipment".to_owned()));
        hazards.extend(self.judge_size(declared, kind));
    }

    fn judge_size(&self, declared: &Hazards, kind: Lithium) -> Option<Hazard> {
        let (content, limit, unit) = match kind {
            Lithium::Ion => (declared.energy_mwh, self.numbers.lithium_ion_max_mwh, "mWh"),
            Lithium::Metal => (declared.lithium_mg, self.numbers.lithium_metal_max_mg, "mg of lithium"),
        };
        match (content, limit) {
            (Some(content), Some(limit)) if content <= limit => None,
            (Some(content), Some(limit)) => {
                Some((LARGE, Certain, format!("lithium battery: {content} {unit}, more than {limit}")))
            }
            _ => Some((LARGE, Possible, format!("lithium battery: {unit} not declared"))),
        }
    }
}

/// What a value means whatever else is declared.
fn judge_alone(meaning: Meaning, evidence: String, hazards: &mut Vec<Hazard>) {
    match meaning {
        Meaning::Dangerous => hazards.push((DANGEROUS, Certain, evidence)),
        Meaning::Review => hazards.push((DANGEROUS, Possible, evidence)),
        Meaning::LithiumStandalone => hazards.push((STANDALONE, Certain, evidence)),
        _ => {}
    }
}

/// A battery of a kind that nobody named may be a lithium battery.
fn judge_other_battery(declared: &Hazards, hazards: &mut Vec<Hazard>) {
    let named = !declared.composition.trim().is_empty() || !declared.un_number.trim().is_empty();
    match declared.packaging {
        _ if named => {}
        BatteryPackaging::Unknown | BatteryPackaging::NoBattery => {}
        BatteryPackaging::BatteriesOnly => {
            hazards.push((STANDALONE, Possible, "battery alone: composition not declared".to_owned()));
        }
        BatteryPackaging::InEquipment | BatteryPackaging::WithEquipment => {
            hazards.push((LARGE, Possible, "battery: composition not declared".to_owned()));
        }
    }
}

/// Which lithium battery there is, if any. A battery alone is judged by that already.
fn lithium(un: Meaning, composition: Meaning) -> Option<Lithium> {
    match (un, composition) {
        (Meaning::LithiumStandalone, _) => None,
        (Meaning::LithiumIonInside, _) | (_, Meaning::LithiumIon) => Some(Lithium::Ion),
        (Meaning::LithiumMetalInside, _) | (_, Meaning::LithiumMetal) => Some(Lithium::Metal),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
