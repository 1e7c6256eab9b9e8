//! Quoted duties, taxes and fees.

use clap::Subcommand;
use kernel::QuoteId;
use wire::customs::v1::GetQuoteRequest;

use super::present;
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::views::Quote;

/// What can be asked about quotes.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// One quote, with every rule that was applied
    Show { quote: QuoteId },
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let Command::Show { quote } = command;
    let request = context.ask(GetQuoteRequest { quote_id: quote.to_string() });
    let answer = context.call(Service::Customs, context.customs()?.get_quote(request)).await?;
    context.print(&present::<_, Quote>(answer.quote)?)
}
