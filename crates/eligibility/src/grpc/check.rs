//! Batches of order lines.

use std::time::Duration;

use chassis::Error;
use messaging::calls::database;
use tonic::Response;
use wire::WireError;
use wire::convert::{parse, parse_country};
use wire::eligibility::v1::*;

use super::EligibilityApi;
use super::convert::Teller;
use crate::app::{Checked, check_lines};
use crate::store::check::Line;

/// When a caller may ask again for settings that have not arrived yet.
const RETRY: Duration = Duration::from_millis(200);
/// Most lines of one call.
const MAX_LINES: usize = 2_000;

impl EligibilityApi {
    pub(super) async fn check(
        &self,
        asked: &CheckEligibilityRequest,
    ) -> Result<Response<CheckEligibilityResponse>, Error> {
        let lines = lines(&asked.lines)?;
        let mut db = self.snapshot().await?;
        let checked = check_lines(&mut db, &self.rules, self.clock.now(), &lines).await;
        let (checked, rule_set_version) = checked.map_err(database)?;
        fresh(&asked.lines, &checked)?;
        let teller = self.teller(asked.language());
        let results = checked.into_iter().map(|checked| result(checked, teller)).collect();
        Ok(Response::new(CheckEligibilityResponse { results, rule_set_version }))
    }
}

fn lines(asked: &[EligibilityLine]) -> Result<Vec<Line>, Error> {
    match asked.len() {
        0 => return Err(Error::invalid("lines", "must have at least one line")),
        1..=MAX_LINES => {}
        count => {
            return Err(Error::limit_exceeded("lines", format!("has {count} lines; at most {MAX_LINES}")));
        }
    }
    let lines = asked.iter().enumerate().map(|(index, line)| {
        let field = |name: &str| format!("lines[{index}].{name}");
        Ok::<_, WireError>(Line {
            seller: parse(&field("seller_id"), &line.seller_id)?,
            sku: parse(&field("sku"), &line.sku)?,
            country: parse_country(&field("country_code"), &line.country_code)?,
        })
    });
    Ok(lines.collect::<Result<_, _>>()?)
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
        asin: checked.asin.unwrap_or_default(),
    }
}
