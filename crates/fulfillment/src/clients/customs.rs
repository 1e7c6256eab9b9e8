//! Asks customs whether the quotes that orders name are theirs and hold.

use chassis::Channel;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use messaging::HandleError;
use wire::convert::money;
use wire::customs::v1::customs_service_client::CustomsServiceClient;
use wire::customs::v1::{BatchCheckQuotesRequest, QuoteCheck, QuoteCheckResult, QuoteLine};

use super::{CALLS_AT_A_TIME, request};
use crate::domain::placement::{Placed, PlacedLine};
use crate::domain::reason::Reason;

/// Orders of one call, the RPC's bound.
const MAX_CHECKS: usize = 500;
/// Lines of one call: some 60 bytes each, well below the bound of a message (4 MiB).
const MAX_LINES: usize = 20_000;

/// The customs service.
pub(crate) struct Customs(CustomsServiceClient<Channel>);

impl Customs {
    pub(crate) fn new(channel: Channel) -> Self {
        Self(CustomsServiceClient::new(channel))
    }

    /// What stands against each order's quote; `None` when it holds.
    pub(crate) async fn check_quotes(&self, orders: &[&Placed]) -> Result<Vec<Option<Reason>>, HandleError> {
        let calls: Vec<BatchCheckQuotesRequest> = (parts(orders).into_iter())
            .map(|part| BatchCheckQuotesRequest { checks: part.iter().map(|order| check(order)).collect() })
            .collect();
        let answers: Vec<Vec<Option<Reason>>> = stream::iter(calls.into_iter().map(|call| self.call(call)))
            .buffered(CALLS_AT_A_TIME)
            .try_collect()
            .await?;
        Ok(answers.into_iter().flatten().collect())
    }

    async fn call(&self, call: BatchCheckQuotesRequest) -> Result<Vec<Option<Reason>>, HandleError> {
        let asked = call.checks.len();
        let results = self.0.clone().batch_check_quotes(request(call)).await?.into_inner().results;
        if results.len() != asked {
            let problem = format!("customs answered {} of {asked} quotes", results.len());
            return Err(HandleError::failed(problem));
        }
        Ok(results.into_iter().map(reason).collect())
    }
}

/// Cuts the orders into calls within both bounds. An order alone is always within them.
fn parts<'a, 'b>(mut orders: &'a [&'b Placed]) -> Vec<&'a [&'b Placed]> {
    let mut parts = Vec::new();
    while !orders.is_empty() {
        let mut lines = 0;
        let fits = orders.iter().take(MAX_CHECKS).take_while(|order| {
            lines += order.lines.len();
            lines <= MAX_LINES
        });
        let (part, rest) = orders.split_at(fits.count().max(1));
        parts.push(part);
        orders = rest;
    }
    parts
}

fn check(order: &Placed) -> QuoteCheck {
    QuoteCheck {
        quote_id: order.quote.to_string(),
        seller_id: order.seller.to_string(),
        destination_country_code: order.ship_to.country().to_string(),
        deposit: Some(money(order.deposit)),
        lines: order.lines.iter().map(line).collect(),
    }
}

fn line(line: &PlacedLine) -> QuoteLine {
    QuoteLine {
        line_no: line.line_no.get(),
        sku: line.sku.to_string(),
        quantity: line.quantity.get(),
        unit_price: Some(money(line.unit_price)),
    }
}

fn reason(result: QuoteCheckResult) -> Option<Reason> {
    (!result.valid).then(|| Reason::given(result.reason, result.detail))
}
