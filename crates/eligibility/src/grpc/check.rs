//! Batches of order lines.

use std::sync::Arc;
use std::time::Duration;

use chassis::Error;
use kernel::Country;
use messaging::calls::database;
use tonic::Response;
use wire::WireError;
use wire::convert::{parse, parse_country};
use wire::eligibility::v1::*;

use super::EligibilityApi;
use super::convert::Teller;
use crate::app::{Checked, Line, check_lines, read_offers};
use crate::domain::check::Purpose;
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
        let checked = check_lines(&self.pool, &self.rules, self.clock.now(), &lines).await;
        let (checked, rule_set_version) = checked.map_err(database)?;
        fresh(&asked.lines, &checked)?;
        let teller = self.teller(asked.language());
        let results = checked.into_iter().map(|checked| result(checked, teller)).collect();
        Ok(Response::new(CheckEligibilityResponse { results, rule_set_version }))
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
fn fresh(asked: &[EligibilityLine], checked: &[Checked]) -> Result<(), Error> {
    let behind =
        |(line, checked): &(&EligibilityLine, &Checked)| checked.settings_version < line.min_settings_version;
    let Some((line, checked)) = asked.iter().zip(checked).find(behind) else { return Ok(()) };
    let (seller, known, min) = (&line.seller_id, checked.settings_version, line.min_settings_version);
    let message = format!("seller {seller} is known here at settings_version {known}, not yet at {min}");
    Err(Error::unavailable(message, RETRY))
}

fn result(checked: Checked, teller: Teller<'_>) -> EligibilityResult {
    EligibilityResult {
        eligible: checked.reasons.is_empty(),
        reasons: checked.reasons.into_iter().map(|reason| teller.reason(reason)).collect(),
        asin: checked.asin.map(|asin| asin.to_string()).unwrap_or_default(),
    }
}
