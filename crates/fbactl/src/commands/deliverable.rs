//! What may go to a country now?

use clap::Args;
use kernel::Country;
use wire::eligibility::v1::ListDeliverableRequest;

use crate::cli::Limit;
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::all_pages;
use crate::views::DeliverableOffer;

const HOME: Service = Service::Eligibility;

/// Where to.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// ISO 3166-1 alpha-2: `DE`
    country: Country,
    #[command(flatten)]
    limit: Limit,
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let mut client = context.eligibility()?;
    let country_code = command.country.to_string();
    let listed = all_pages(command.limit.limit, async |page_size, page_token| {
        let request = ListDeliverableRequest { country_code: country_code.clone(), page_size, page_token };
        let page = context.call(HOME, client.list_deliverable(context.ask(request))).await?;
        Ok((page.offers, page.next_page_token))
    });
    context.print_list(listed.await?.shown_as::<DeliverableOffer>())
}
