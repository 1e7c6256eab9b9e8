//! Asks eligibility whether lines may go to their destination.

use std::collections::HashMap;

use chassis::Channel;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use kernel::{Country, SellerId, Sku};
use messaging::HandleError;
use wire::eligibility::v1::eligibility_service_client::EligibilityServiceClient;
use wire::eligibility::v1::{
    CheckEligibilityRequest, CheckPurpose, EligibilityLine, EligibilityReason, EligibilityResult,
};

use super::{CALLS_AT_A_TIME, request};
use crate::domain::placement::Placed;
use crate::domain::reason::Reason;

/// Lines of one call, the RPC's bound.
const MAX_LINES: usize = 2_000;

/// What decides a line's eligibility.
type Question<'a> = (SellerId, &'a Sku, Country);

/// The eligibility service.
pub(crate) struct Eligibility(EligibilityServiceClient<Channel>);

impl Eligibility {
    pub(crate) fn new(channel: Channel) -> Self {
        Self(EligibilityServiceClient::new(channel))
    }

    /// The reasons against each line of each order. Lines of the same item to the same country are asked once.
    pub(crate) async fn check(&self, orders: &[&Placed]) -> Result<Vec<Vec<Vec<Reason>>>, HandleError> {
        let mut positions: HashMap<Question<'_>, usize> = HashMap::new();
        let mut questions: Vec<Question<'_>> = Vec::new();
        let mut asked: Vec<Vec<usize>> = Vec::with_capacity(orders.len());
        for order in orders {
            let country = order.ship_to.country();
            let mut place = |sku| {
                let question = (order.seller, sku, country);
                *positions.entry(question).or_insert_with(|| {
                    questions.push(question);
                    questions.len() - 1
                })
            };
            asked.push(order.lines.iter().map(|line| place(&line.sku)).collect());
        }
        let answers = self.ask(&questions).await?;
        let reasons = |position: usize| answers[position].clone();
        Ok(asked.into_iter().map(|lines| lines.into_iter().map(reasons).collect()).collect())
    }

    /// The reasons against each question, in order.
    async fn ask(&self, questions: &[Question<'_>]) -> Result<Vec<Vec<Reason>>, HandleError> {
        let calls: Vec<CheckEligibilityRequest> = (questions.chunks(MAX_LINES))
            .map(|part| CheckEligibilityRequest {
                lines: part.iter().map(line).collect(),
                ..Default::default()
            })
            .collect();
        let answers: Vec<Vec<Vec<Reason>>> = stream::iter(calls.into_iter().map(|call| self.call(call)))
            .buffered(CALLS_AT_A_TIME)
            .try_collect()
            .await?;
        Ok(answers.into_iter().flatten().collect())
    }

    async fn call(&self, call: CheckEligibilityRequest) -> Result<Vec<Vec<Reason>>, HandleError> {
        let asked = call.lines.len();
        let results = self.0.clone().check_eligibility(request(call)).await?.into_inner().results;
        if results.len() != asked {
            let problem = format!("eligibility answered {} of {asked} lines", results.len());
            return Err(HandleError::failed(problem));
        }
        Ok(results.into_iter().map(reasons).collect())
    }
}

fn line((seller, sku, country): &Question<'_>) -> EligibilityLine {
    EligibilityLine {
        seller_id: seller.to_string(),
        sku: sku.to_string(),
        country_code: country.to_string(),
        // Orders come by themselves: nobody has just changed settings and waits for them here. Those of other channels are
        // refused before.
        purpose: CheckPurpose::Export.into(),
        ..EligibilityLine::default()
    }
}

fn reasons(result: EligibilityResult) -> Vec<Reason> {
    if result.eligible {
        return Vec::new();
    }
    if result.reasons.is_empty() {
        return vec![Reason::new("NOT_ELIGIBLE", "eligibility refused it without a reason")];
    }
    let told = |reason: EligibilityReason| {
        let parts = [reason.evidence, reason.remedy].into_iter().filter(|part| !part.is_empty());
        Reason::given(reason.code, parts.collect::<Vec<_>>().join("; "))
    };
    result.reasons.into_iter().map(told).collect()
}
