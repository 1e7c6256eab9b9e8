//! Offers column by column, as UNNEST takes them.

use kernel::Fnsku;

use super::{Key, LINE};
use crate::domain::export_control::ExportControl;
use crate::domain::offer::{Hazards, Offer};

/// One row an offer.
#[derive(Default)]
pub(super) struct Columns<'a> {
    pub(super) sellers: Vec<&'a str>,
    pub(super) skus: Vec<&'a str>,
    pub(super) versions: Vec<i64>,
    pub(super) asins: Vec<&'a str>,
    pub(super) fnskus: Vec<&'a str>,
    pub(super) titles: Vec<&'a str>,
    pub(super) bullet_points: Vec<String>,
    pub(super) categories: Vec<&'a str>,
    pub(super) groups: Vec<&'a str>,
    pub(super) longest: Vec<Option<i64>>,
    pub(super) median: Vec<Option<i64>>,
    pub(super) shortest: Vec<Option<i64>>,
    pub(super) weights: Vec<Option<i64>>,
    pub(super) hs_codes: Vec<Option<&'a str>>,
    pub(super) content_chars: Vec<i64>,
    pub(super) families: Vec<String>,
    pub(super) regulations: Vec<&'a str>,
    pub(super) un_numbers: Vec<&'a str>,
    pub(super) packagings: Vec<&'a str>,
    pub(super) compositions: Vec<&'a str>,
    pub(super) energies: Vec<Option<i64>>,
    pub(super) lithium: Vec<Option<i64>>,
    pub(super) used_oil: Vec<bool>,
    pub(super) descriptions: Vec<&'a str>,
    pub(super) eccns: Vec<&'a str>,
    pub(super) licences: Vec<bool>,
    pub(super) military: Vec<bool>,
}

impl<'a> Columns<'a> {
    pub(super) fn of(listings: &[(&'a Key, i64, &'a Fnsku, &'a Offer)]) -> Self {
        let mut columns = Self::default();
        for ((seller, sku), version, fnsku, offer) in listings.iter().copied() {
            columns.sellers.push(seller.as_str());
            columns.skus.push(sku.as_str());
            columns.versions.push(version);
            columns.fnskus.push(fnsku.as_str());
            columns.push_offer(offer);
            columns.push_hazards(&offer.hazards);
            columns.push_export_control(&offer.export_control);
        }
        columns
    }

    fn push_offer(&mut self, offer: &'a Offer) {
        self.asins.push(offer.asin.as_str());
        self.titles.push(&offer.title);
        self.bullet_points.push(offer.bullet_points.join(LINE));
        self.categories.push(&offer.category);
        self.groups.push(offer.group.name());
        self.longest.push(offer.sides.map(|sides| sides.longest().micrometres()));
        self.median.push(offer.sides.map(|sides| sides.median().micrometres()));
        self.shortest.push(offer.sides.map(|sides| sides.shortest().micrometres()));
        self.weights.push(offer.weight.map(|weight| weight.milligrams()));
        self.hs_codes.push(offer.hs_code.as_ref().map(kernel::HsCode::as_str));
        self.content_chars.push(offer.content_chars);
        self.families.push(offer.declared_families.join(LINE));
        self.descriptions.push(&offer.description);
    }

    fn push_export_control(&mut self, control: &'a ExportControl) {
        self.eccns.push(&control.eccn);
        self.licences.push(control.licence_required);
        self.military.push(control.military);
    }

    fn push_hazards(&mut self, hazards: &'a Hazards) {
        self.regulations.push(&hazards.regulation);
        self.un_numbers.push(&hazards.un_number);
        self.packagings.push(hazards.packaging.name());
        self.compositions.push(&hazards.composition);
        self.energies.push(hazards.energy_mwh);
        self.lithium.push(hazards.lithium_mg);
        self.used_oil.push(hazards.used_oil);
    }
}
