//! Batches of order lines.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chassis::Error;
use kernel::Country;
use messaging::calls::database;
use tonic::Response;
use wire::WireError;
use wire::convert::{parse, parse_country};
use wire::eligibility::v1::*;

use super::convert::Teller;
use super::{EligibilityApi, teller};
use crate::app::{Deciding, Line, deciding, read_offers};
use crate::domain::check::{Purpose, Reason};
use crate::domain::rules::Rule;
use crate::memory::{Memory, Offer};
use crate::store::items::Key;

/// When a caller may ask again for settings that have not arrived yet.
const RETRY: Duration = Duration::from_millis(200);
/// Most lines of one call.
const MAX_LINES: usize = 2_000;

impl EligibilityApi {
    pub(super) async fn check(
        &self,
        asked: &CheckEligibilityRequest,
    ) -> Result<Response<CheckEligibilityResponse>, Error> {
        let lines = self.offers(&asked.lines).await?;
        fresh(&asked.lines, &lines)?;
        let book = self.rules.in_force();
        let deciding = deciding(&self.pool, &self.rules, book.at(self.clock.now()), &lines).await;
        let answer = Answer {
            deciding: &deciding.map_err(database)?,
            teller: teller(&book, asked.language()),
            rules: asked.rules_apart.then(BTreeMap::new),
        };
        Ok(Response::new(answer.to(&lines)))
    }

    /// The offer, the country and the purpose of each line.
    async fn offers(&self, asked: &[EligibilityLine]) -> Result<Vec<Line>, Error> {
        bounded(asked)?;
        let countries = countries(asked)?;
        let remembered: Vec<_> = asked.iter().map(|line| remembered(&self.memory, line)).collect();
        let missing = missing(asked, &remembered)?;
        let mut read = match missing.is_empty() {
            true => Vec::new(),
            false => read_offers(&self.pool, &self.memory, missing).await.map_err(database)?,
        }
        .into_iter();
        let offers = remembered.into_iter().filter_map(|offer| offer.or_else(|| read.next()));
        let lines = offers.zip(countries).zip(asked);
        let lines =
            lines.map(|((offer, country), line)| Ok(Line { offer, country, purpose: purpose(line)? }));
        lines.collect()
    }
}

fn bounded(asked: &[EligibilityLine]) -> Result<(), Error> {
    match asked.len() {
        0 => Err(Error::invalid("lines", "must have at least one line")),
        1..=MAX_LINES => Ok(()),
        count => Err(Error::limit_exceeded("lines", format!("has {count} lines; at most {MAX_LINES}"))),
    }
}

fn countries(asked: &[EligibilityLine]) -> Result<Vec<Country>, WireError> {
    let countries = asked.iter().enumerate().map(|(n, line)| {
        let code = &line.country_code;
        Country::parse(code).or_else(|_| parse_country(&field(n, "country_code"), code))
    });
    countries.collect()
}

fn purpose(line: &EligibilityLine) -> Result<Purpose, Error> {
    match CheckPurpose::try_from(line.purpose) {
        Ok(CheckPurpose::Unspecified | CheckPurpose::Export) => Ok(Purpose::Export),
        Ok(CheckPurpose::Mcf) => Ok(Purpose::Mcf),
        Err(_) => Err(Error::invalid("lines.purpose", format!("{} is no purpose", line.purpose))),
    }
}

fn remembered(memory: &Memory, line: &EligibilityLine) -> Option<Arc<Offer>> {
    memory.get(&line.seller_id, &line.sku, line.min_settings_version)
}

/// The offers that are not remembered, in the order of their lines.
fn missing(asked: &[EligibilityLine], remembered: &[Option<Arc<Offer>>]) -> Result<Vec<Key>, WireError> {
    let missing = asked.iter().enumerate().zip(remembered).filter(|(_, offer)| offer.is_none());
    let keys = missing.map(|((n, line), _)| {
        Ok((parse(&field(n, "seller_id"), &line.seller_id)?, parse(&field(n, "sku"), &line.sku)?))
    });
    keys.collect()
}

fn field(index: usize, name: &str) -> String {
    format!("lines[{index}].{name}")
}

/// Refuses to answer with settings that are older than the caller's own change of them.
fn fresh(asked: &[EligibilityLine], lines: &[Line]) -> Result<(), Error> {
    for (asked, line) in asked.iter().zip(lines) {
        let (known, min) = (line.offer.known.settings_version(), asked.min_settings_version);
        if known < min {
            let seller = &asked.seller_id;
            let message =
                format!("seller {seller} is known here at settings_version {known}, not yet at {min}");
            return Err(Error::unavailable(message, RETRY));
        }
    }
    Ok(())
}

/// An answer in the making.
struct Answer<'a> {
    deciding: &'a Deciding,
    teller: Teller<'a>,
    /// Where they are told apart: the rules of all reasons so far, by id.
    rules: Option<BTreeMap<&'a str, &'a Rule>>,
}

impl<'a> Answer<'a> {
    fn to(mut self, lines: &'a [Line]) -> CheckEligibilityResponse {
        let results = lines.iter().map(|line| self.result(line)).collect();
        let teller = self.teller;
        let rules = self.rules.into_iter().flatten().map(|(_, rule)| teller.rule(rule)).collect();
        CheckEligibilityResponse { results, rule_set_version: self.deciding.version().to_owned(), rules }
    }

    fn result(&mut self, line: &'a Line) -> EligibilityResult {
        let reasons = self.deciding.reasons(line);
        let product = line.offer.known.product.as_ref();
        EligibilityResult {
            eligible: reasons.is_empty(),
            reasons: reasons.into_iter().map(|reason| self.reason(reason)).collect(),
            asin: product.map(|product| product.asin.to_string()).unwrap_or_default(),
        }
    }

    fn reason(&mut self, reason: Reason<'a>) -> EligibilityReason {
        match &mut self.rules {
            None => self.teller.reason(reason),
            Some(rules) => {
                rules.insert(&reason.rule.id, reason.rule);
                Teller::mention(reason)
            }
        }
    }
}
