//! Listings whose families were read in them (README.md), and how well the rules find them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Context as _;
use eligibility::rules::{Listing, Rules};
use kernel::Asin;
use serde::Deserialize;

use crate::catalogues;

/// A listing with its families.
pub(crate) struct Labelled {
    pub(crate) listing: Listing,
    pub(crate) families: BTreeSet<String>,
    /// Of the half that terms may be improved by; nobody looks at the other but through [`Table`].
    pub(crate) tuned_on: bool,
}

#[derive(Deserialize)]
struct Real {
    catalogue: String,
    asin: String,
    families: String,
}

#[derive(Deserialize)]
struct Made {
    asin: String,
    title: String,
    bullets: String,
    description: String,
    category: String,
    families: String,
}

/// All labelled listings; `None` where the real catalogues are not on this machine.
pub(crate) fn read() -> anyhow::Result<Option<Vec<Labelled>>> {
    let Some(mut real) = catalogues::read()? else { return Ok(None) };
    let mut labelled = Vec::new();
    for Real { catalogue, asin, families } in rows("real.csv")? {
        let listing = real.remove(&(catalogue, asin.clone()));
        let listing = listing.with_context(|| format!("{asin} is labelled but in no catalogue"))?;
        labelled.push(Labelled::new(listing, &asin, &families));
    }
    for made in rows::<Made>("made.csv")? {
        let bullets = made.bullets.split('|').map(str::to_owned).collect();
        let asin = Asin::parse(&made.asin)?;
        let listing = Listing::new(asin, made.title, bullets, made.description, made.category);
        labelled.push(Labelled::new(listing, &made.asin, &made.families));
    }
    Ok(Some(labelled))
}

fn rows<T: serde::de::DeserializeOwned>(file: &str) -> anyhow::Result<Vec<T>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("labels").join(file);
    Ok(csv::Reader::from_path(path)?.deserialize().collect::<Result<_, _>>()?)
}

impl Labelled {
    fn new(listing: Listing, asin: &str, families: &str) -> Self {
        let families = families.split('|').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Self { listing, families, tuned_on: asin.bytes().map(u32::from).sum::<u32>() % 2 == 0 }
    }

    /// The families that the rules find, certain ones with `true`: both stop the export. A narrower class has brought its family.
    pub(crate) fn found(&self, rules: &Rules) -> BTreeMap<String, bool> {
        let families: BTreeSet<&str> = rules.families().collect();
        let found = rules.detect(&self.listing).into_iter();
        found
            .filter(|(name, _)| families.contains(name))
            .map(|(name, certain)| (name.to_owned(), certain))
            .collect()
    }
}

/// How many listings have a family, are found to have it, or both.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) labelled: usize,
    pub(crate) found: usize,
    pub(crate) right: usize,
    /// Of the found ones, those that are not certain.
    pub(crate) possible: usize,
}

/// Tallies by family.
pub(crate) struct Table(pub(crate) BTreeMap<String, Tally>);

impl Table {
    /// Of one half.
    pub(crate) fn of(labelled: &[Labelled], rules: &Rules, tuned_on: bool) -> Self {
        let mut table: BTreeMap<String, Tally> =
            rules.families().map(|name| (name.to_owned(), Tally::default())).collect();
        for item in labelled.iter().filter(|item| item.tuned_on == tuned_on) {
            let found = item.found(rules);
            for (name, tally) in &mut table {
                let (has, certain) = (item.families.contains(name), found.get(name));
                tally.labelled += usize::from(has);
                tally.found += usize::from(certain.is_some());
                tally.right += usize::from(has && certain.is_some());
                tally.possible += usize::from(certain == Some(&false));
            }
        }
        Self(table)
    }

    /// All families together.
    pub(crate) fn all(&self) -> Tally {
        self.0.values().fold(Tally::default(), |all, one| Tally {
            labelled: all.labelled + one.labelled,
            found: all.found + one.found,
            right: all.right + one.right,
            possible: all.possible + one.possible,
        })
    }
}

impl Tally {
    /// Of the found ones, in thousandths; all, where none is found.
    pub(crate) fn precision(&self) -> f64 {
        thousandths(self.right, self.found)
    }

    /// Of the labelled ones, in thousandths.
    pub(crate) fn recall(&self) -> f64 {
        thousandths(self.right, self.labelled)
    }
}

pub(crate) fn thousandths(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1_000.0 } else { part as f64 * 1_000.0 / whole as f64 }
}
