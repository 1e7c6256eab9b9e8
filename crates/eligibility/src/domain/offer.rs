//! What one seller's offer says about a product: the facts a verdict needs.

use std::fmt;

use kernel::{Asin, Dimensions, HsCode, Weight};

use super::export_control::ExportControl;

/// Bounds of the contract, in characters.
pub(crate) const MAX_TITLE: usize = 500;
pub(crate) const MAX_DESCRIPTION: usize = 2_000;

/// An offer, as the catalogue listed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) asin: Asin,
    pub(crate) title: String,
    pub(crate) bullet_points: Vec<String>,
    /// May hold HTML; may be empty.
    pub(crate) description: String,
    /// Path of categories; may be empty.
    pub(crate) category: String,
    pub(crate) group: Group,
    /// Sides of the packaged unit; `None` while unknown.
    pub(crate) sides: Option<Dimensions>,
    /// Weight of the packaged unit; `None` while unknown.
    pub(crate) weight: Option<Weight>,
    /// As it is declared.
    pub(crate) hs_code: Option<HsCode>,
    /// That people confirmed of its product; outranks the one that is declared.
    pub(crate) confirmed_code: Option<HsCode>,
    /// Visible characters of the longest of description and bullet points.
    pub(crate) content_chars: i64,
    pub(crate) declared_families: Vec<String>,
    pub(crate) hazards: Hazards,
    pub(crate) export_control: ExportControl,
}

/// The HS code that counts for an offer. Shown as evidence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownCode {
    pub(crate) code: HsCode,
    confirmed: bool,
}

impl Offer {
    /// The confirmed code, else the declared one.
    pub(crate) fn code(&self) -> Option<KnownCode> {
        let confirmed = self.confirmed_code.map(|code| KnownCode { code, confirmed: true });
        confirmed.or_else(|| self.hs_code.map(|code| KnownCode { code, confirmed: false }))
    }
}

impl fmt::Display for KnownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}HS code: {}", if self.confirmed { "confirmed " } else { "" }, self.code)
    }
}

/// Media are exempt from terms of things and have rules of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Other,
    Book,
    Music,
    Video,
    Dvd,
}

/// What is declared about dangerous goods.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hazards {
    /// `supplier_declared_dg_hz_regulation`; empty = not declared.
    pub(crate) regulation: String,
    /// With its letters; empty = none known.
    pub(crate) un_number: String,
    pub(crate) packaging: BatteryPackaging,
    /// `lithium_ion`, `alkaline`, …; empty = no battery known.
    pub(crate) composition: String,
    /// Of one battery; `None` while unknown.
    pub(crate) energy_mwh: Option<i64>,
    /// In one battery; `None` while unknown.
    pub(crate) lithium_mg: Option<i64>,
    pub(crate) used_oil: bool,
}

/// How batteries travel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum BatteryPackaging {
    #[default]
    Unknown,
    NoBattery,
    /// The product is the battery.
    BatteriesOnly,
    InEquipment,
    WithEquipment,
}

impl Group {
    const NAMES: [(&'static str, Self); 5] = [
        ("OTHER", Self::Other),
        ("BOOK", Self::Book),
        ("MUSIC", Self::Music),
        ("VIDEO", Self::Video),
        ("DVD", Self::Dvd),
    ];

    /// Name in tables and reports.
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, group)| *group == self).map_or("", |(name, _)| name)
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, group)| *group)
    }
}

impl BatteryPackaging {
    const NAMES: [(&'static str, Self); 5] = [
        ("UNKNOWN", Self::Unknown),
        ("NONE", Self::NoBattery),
        ("BATTERIES_ONLY", Self::BatteriesOnly),
        ("IN_EQUIPMENT", Self::InEquipment),
        ("WITH_EQUIPMENT", Self::WithEquipment),
    ];

    /// Name in tables.
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, packaging)| *packaging == self).map_or("", |(name, _)| name)
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, packaging)| *packaging)
    }
}
