//! Batches of order lines.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chassis::Error;
use jiff::Timestamp;
use kernel::Country;
use messaging::calls::database;
use tonic::Response;
use wire::WireError;
use wire::convert::parse_country;
use wire::eligibility::v1::*;

use super::convert::Teller;
use super::named::Lines;
use super::{EligibilityApi, teller};
use crate::app::{Book, Deciding, Line, deciding, read_offers, read_past};
use crate::domain::check::{Purpose, Reason};
use crate::domain::rules::Rule;
use crate::memory::{Memory, Offer};

/// When a caller may ask again for settings that have not arrived yet.
const RETRY: Duration = Duration::from_millis(200);
/// Most lines of one call.
const MAX_LINES: usize = 2_000;

impl EligibilityApi {
    pub(super) async fn check(
        &self,
        asked: &CheckEligibilityRequest,
    ) -> Result<Response<CheckEligibilityResponse>, Error> {
        bounded(&asked.lines)?;
        let at = self.moment(asked.at).await?;
        let (book, lines, deciding) = self.decided(Lines::Many(&asked.lines), at).await?;
        let answer = Answer {
            deciding: &deciding,
            teller: teller(&book, asked.language()),
            rules: asked.rules_apart.then(BTreeMap::new),
        };
        let mut answer = answer.to(&lines);
        for ((asked, line), result) in asked.lines.iter().zip(&lines).zip(&mut answer.results) {
            if !asked.asin.is_empty() {
                line.offer.sku().clone_into(&mut result.sku);
            }
        }
        Ok(Response::new(answer))
    }

    /// The lines, and what decides them, now or at a time that has passed.
    pub(super) async fn decided(
        &self,
        asked: Lines<'_>,
        at: Option<Timestamp>,
    ) -> Result<(Arc<Book>, Vec<Line>, Deciding), Error> {
        let (book, lines, time) = match at {
            None => (self.rules.in_force(), self.offers(asked).await?, self.clock.now()),
            Some(at) => (self.book_at(at).await?, self.past_offers(asked, at).await?, at),
        };
        let deciding = deciding(&self.pool, &self.rules, book.at(time), &lines).await.map_err(database)?;
        Ok((book, lines, deciding))
    }

    /// The offer, the country and the purpose of each line.
    async fn offers(&self, asked: Lines<'_>) -> Result<Vec<Line>, Error> {
        let remembered: Vec<_> = asked.as_slice().iter().map(|line| remembered(&self.memory, line)).collect();
        let missing = asked.as_slice().iter().enumerate().zip(&remembered);
        let missing: Vec<_> = missing
            .filter(|(_, offer)| offer.is_none())
            .map(|(line, _)| asked.named(line))
            .collect::<Result<_, _>>()?;
        let mut read = match missing.is_empty() {
            true => Vec::new(),
            false => {
                let keys = self.listed(missing, None).await?;
                read_offers(&self.pool, &self.memory, keys).await.map_err(database)?
            }
        }
        .into_iter();
        let offers = remembered.into_iter().filter_map(|offer| offer.or_else(|| read.next()));
        let lines = lines(asked, offers)?;
        fresh(asked.as_slice(), &lines)?;
        Ok(lines)
    }

    /// The same at a time that has passed.
    async fn past_offers(&self, asked: Lines<'_>, at: Timestamp) -> Result<Vec<Line>, Error> {
        if let Some(n) = asked.as_slice().iter().position(|line| line.min_settings_version != 0) {
            let problem = "asks for settings of now, and at for those of then: leave out one of the two";
            return Err(Error::invalid(&asked.field(n, "min_settings_version"), problem));
        }
        let named = asked.as_slice().iter().enumerate().map(|line| asked.named(line));
        let named: Vec<_> = named.collect::<Result<_, _>>()?;
        let keys = self.listed(named, Some(at)).await?;
        let mut db = self.snapshot().await?;
        let offers = read_past(&mut db, keys, at).await.map_err(database)?;
        lines(asked, offers.into_iter())
    }
}

fn lines(asked: Lines<'_>, offers: impl Iterator<Item = Arc<Offer>>) -> Result<Vec<Line>, Error> {
    let lines = offers.zip(asked.as_slice()).enumerate().map(|(n, (offer, line))| {
        let country = country(line, || asked.field(n, "country_code"))?;
        Ok(Line { offer, country, purpose: purpose(line, || asked.field(n, "purpose"))? })
    });
    lines.collect()
}

fn bounded(asked: &[EligibilityLine]) -> Result<(), Error> {
    match asked.len() {
        0 => Err(Error::invalid("lines", "must have at least one line")),
        1..=MAX_LINES => Ok(()),
        count => Err(Error::limit_exceeded("lines", format!("has {count} lines; at most {MAX_LINES}"))),
    }
}

fn country(line: &EligibilityLine, field: impl FnOnce() -> String) -> Result<Country, WireError> {
    let code = &line.country_code;
    Country::parse(code).or_else(|_| parse_country(&field(), code))
}

fn purpose(line: &EligibilityLine, field: impl FnOnce() -> String) -> Result<Purpose, Error> {
    match CheckPurpose::try_from(line.purpose) {
        Ok(CheckPurpose::Unspecified | CheckPurpose::Export) => Ok(Purpose::Export),
        Ok(CheckPurpose::Mcf) => Ok(Purpose::Mcf),
        Err(_) => Err(Error::invalid(&field(), format!("{} is no purpose", line.purpose))),
    }
}

fn remembered(memory: &Memory, line: &EligibilityLine) -> Option<Arc<Offer>> {
    if line.asin.is_empty() {
        memory.get(&line.seller_id, &line.sku, line.min_settings_version)
    } else {
        None
    }
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
            sku: String::new(),
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
