//! One line with everything that was looked at.

use chassis::Error;
use kernel::Asin;
use messaging::calls::database;
use tonic::{Request, Response};
use wire::convert::timestamp;
use wire::eligibility::v1::*;

use super::convert::{self, Teller};
use super::named::Lines;
use super::{EligibilityApi, classification, own_seller, steps, teller};
use crate::app::explain;
use crate::domain::cycle;
use crate::domain::rules::RuleSet;
use crate::store;

/// What of a product is told beside its steps.
#[derive(Default)]
struct OfProduct {
    verdict: Option<Verdict>,
    warnings: Vec<CountryReason>,
    classification: Option<Classification>,
}

impl EligibilityApi {
    pub(super) async fn explanation(
        &self,
        request: &Request<ExplainEligibilityRequest>,
    ) -> Result<Response<ExplainEligibilityResponse>, Error> {
        let asked = request.get_ref();
        let line = asked.line.clone().ok_or_else(|| Error::invalid("line", "must be there"))?;
        own_seller(request, &line.seller_id)?;
        let line = EligibilityLine { min_settings_version: 0, ..line };
        let at = self.moment(asked.at).await?;
        // The line's moment: taken first, so that nothing that is told is older.
        let time = at.unwrap_or_else(|| self.clock.now());
        let (book, lines, deciding) = self.decided(Lines::One(&line), at).await?;
        let line = lines.first().ok_or_else(|| Error::invalid("line", "must be there"))?;
        let teller = teller(&book, asked.language());
        let product = match &line.offer.known.product {
            Some(product) => self.of_product(product.asin, at, deciding.rules(), teller).await?,
            None => OfProduct::default(),
        };
        let steps = steps::of(line, &deciding, teller);
        let explanation = Explanation {
            eligible: steps.iter().all(|step| step.outcome() == CheckOutcome::Passed),
            steps,
            verdict: product.verdict,
            warnings: product.warnings,
            classification: product.classification,
            at: Some(timestamp(time)),
            rule_set_version: deciding.version().to_owned(),
            next_evaluation_time: Some(timestamp(cycle::due(cycle::month(time).next()))),
        };
        Ok(Response::new(ExplainEligibilityResponse { explanation: Some(explanation) }))
    }

    async fn of_product(
        &self,
        asin: Asin,
        at: Option<jiff::Timestamp>,
        rules: &RuleSet,
        teller: Teller<'_>,
    ) -> Result<OfProduct, Error> {
        let mut db = self.snapshot().await?;
        let explanation = explain(&mut db, &self.rules, asin, at).await.map_err(database)?;
        let confirmed = match at {
            None => store::classifications::newest(&mut db, asin).await,
            Some(at) => store::classifications::newest_at(&mut db, asin, at).await,
        };
        let classification = confirmed.map_err(database)?.map(classification::code_of);
        let Some(explanation) = explanation else {
            return Ok(OfProduct { classification, ..OfProduct::default() });
        };
        let pending = &rules.programme.pending;
        Ok(OfProduct {
            verdict: Some(convert::verdict(asin.to_string(), &explanation, pending, teller)),
            warnings: convert::warnings(&explanation, teller),
            classification,
        })
    }
}
