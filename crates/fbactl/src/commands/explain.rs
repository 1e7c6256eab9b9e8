//! Why may this item go to this country, or why not?

use clap::Args;
use wire::convert::timestamp;
use wire::eligibility::v1::ExplainEligibilityRequest;

use super::check::{Asked, Line};
use super::present;
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::views::Explanation;

const HOME: Service = Service::Eligibility;

/// What to explain.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// SELLER,SKU,COUNTRY: `A1EXAMPLE,SKU-1,DE`
    line: Line,
    #[command(flatten)]
    asked: Asked,
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let Command { line, asked } = command;
    let request = context.ask(ExplainEligibilityRequest {
        line: Some(asked.line(&line, 0)),
        at: asked.at.map(timestamp),
        language: asked.language.of_reasons().into(),
    });
    let answer = context.call(HOME, context.eligibility()?.explain_eligibility(request)).await?;
    context.print(&present::<_, Explanation>(answer.explanation)?)
}
