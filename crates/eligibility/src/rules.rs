//! The rules without a service around them: for `make bench`, and for the proof that other engines decide alike.

use std::path::Path;

use anyhow::Context as _;
use jiff::civil::Date;
use kernel::{Asin, CountrySet, Dimensions, Weight};

pub use crate::domain::facts::{Fact, Facts};
pub use crate::domain::masks::Outcome;

use crate::domain::data::Tables;
use crate::domain::export_control::ExportControl;
use crate::domain::goods::{Found, Kind};
use crate::domain::offer::{Group, Hazards, Offer};
use crate::domain::rules::{Effect, RuleBook, RuleSet};
use crate::domain::text::visible_chars;
use crate::domain::verdict::Product;
use crate::store::evidence_text;

/// The tables that ship with the product, compiled for a day.
pub struct Rules(RuleSet);

/// A rule that closes countries.
#[derive(Debug, Clone)]
pub struct Closing {
    /// Row of the data that it comes from.
    pub id: String,
    /// What it is about.
    pub fact: Fact,
    /// The countries it closes.
    pub countries: CountrySet,
    /// Closed only until people have looked.
    pub review: bool,
}

/// The texts of a listing.
#[derive(Debug, Clone)]
pub struct Listing(Offer);

/// What a listing shows, as the table `products` keeps it.
#[derive(Debug, Clone)]
pub struct Showing {
    /// One bit a fact.
    pub facts: Vec<u8>,
    /// Empty while unknown.
    pub size_tier: String,
    /// A line for each fact.
    pub evidence: String,
}

impl Listing {
    /// A listing that is nothing but its texts.
    #[must_use]
    pub fn new(
        asin: Asin,
        title: String,
        bullet_points: Vec<String>,
        description: String,
        category: String,
    ) -> Self {
        let longest = bullet_points.iter().chain([&description]).map(|text| visible_chars(text)).max();
        Self(Offer {
            asin,
            title,
            bullet_points,
            description,
            category,
            group: Group::Other,
            sides: None,
            weight: None,
            hs_code: None,
            confirmed_code: None,
            content_chars: longest.and_then(|chars| i64::try_from(chars).ok()).unwrap_or_default(),
            declared_families: Vec::new(),
            hazards: Hazards::default(),
            export_control: ExportControl::default(),
        })
    }

    /// The same with the size of the packaged unit.
    #[must_use]
    pub fn measured(mut self, sides: Dimensions, weight: Weight) -> Self {
        self.0.sides = Some(sides);
        self.0.weight = Some(weight);
        self
    }

    /// Which listing it is.
    #[must_use]
    pub fn asin(&self) -> Asin {
        self.0.asin
    }

    /// What it is called.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.0.title
    }
}

impl Rules {
    /// Reads the tables and compiles them.
    ///
    /// # Errors
    /// When a row of the tables cannot be used.
    pub fn compile(day: Date) -> anyhow::Result<Self> {
        Ok(Self(RuleBook::read(&Tables::shipped())?.at(day)))
    }

    /// The same with the tables of a folder.
    ///
    /// # Errors
    /// When one of them is missing or cannot be used.
    pub fn of_folder(folder: &Path, day: Date) -> anyhow::Result<Self> {
        let read = |file: &str| {
            let path = folder.join(file);
            std::fs::read_to_string(&path).with_context(|| path.display().to_string())
        };
        let shipped = Tables::shipped();
        let files = shipped.iter().map(|table| Ok((table.file.to_owned(), read(table.file)?)));
        let files: Vec<_> = files.collect::<anyhow::Result<_>>()?;
        Ok(Self(RuleBook::read(&Tables::new(files)?)?.at(day)))
    }

    /// Destinations that are served and under no embargo.
    #[must_use]
    pub fn open(&self) -> CountrySet {
        self.0.destinations.open
    }

    /// All rules that close anything, in their order.
    pub fn closing(&self) -> impl Iterator<Item = Closing> + '_ {
        self.0.with_facts().filter(|(_, rule)| rule.effect != Effect::Warn).map(|(fact, rule)| Closing {
            id: rule.id.clone(),
            fact,
            countries: rule.scope,
            review: rule.effect == Effect::Review,
        })
    }

    /// One product against all destinations.
    #[inline]
    #[must_use]
    pub fn judge(&self, facts: Facts) -> Outcome {
        self.0.masks.judge(facts)
    }

    /// The tables by which facts are found.
    #[must_use]
    pub fn detector(&self) -> &str {
        &self.0.detector
    }

    /// What a listing shows.
    #[must_use]
    pub fn show(&self, listing: &Listing) -> Showing {
        let mut product = Product::default();
        self.0.observe(&mut product, &listing.0);
        let shown = self.0.show(&product);
        Showing {
            facts: shown.facts.to_bytes().to_vec(),
            size_tier: shown.size_tier.unwrap_or_default(),
            evidence: evidence_text(&shown.evidence),
        }
    }

    /// The restriction families by name: classes that no single country's row made.
    pub fn families(&self) -> impl Iterator<Item = &str> {
        let families = self.0.goods.iter().filter(|(_, class)| class.kind != Kind::Item);
        families.map(|(_, class)| class.name.as_str())
    }

    /// The classes that a listing's texts show, by name, certain ones with `true`.
    #[must_use]
    pub fn detect(&self, listing: &Listing) -> Vec<(&str, bool)> {
        let mut found = Found::default();
        self.0.goods.find(&listing.0, self.0.numbers.text_min_words.unwrap_or_default(), &mut found);
        let classes = found.iter().map(|(class, confidence, _)| (class, confidence));
        let named = classes.map(|(class, confidence)| {
            (self.0.goods.class(class).name.as_str(), confidence == crate::domain::goods::Confidence::Certain)
        });
        named.collect()
    }
}
