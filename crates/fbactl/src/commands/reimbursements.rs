//! What the programme paid sellers for units.

use clap::Args;
use kernel::SellerId;
use wire::returns::v1::ListReimbursementsRequest;

use crate::cli::Limit;
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::all_pages;
use crate::views::Reimbursement;

/// Whose.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// Only this seller's; default: all
    #[arg(long)]
    seller: Option<SellerId>,
    #[command(flatten)]
    limit: Limit,
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let mut client = context.returns()?;
    let seller_id = command.seller.map(|seller| seller.to_string()).unwrap_or_default();
    let listed = all_pages(command.limit.limit, async |page_size, page_token| {
        let request = ListReimbursementsRequest { page_size, page_token, seller_id: seller_id.clone() };
        let page = context.call(Service::Returns, client.list_reimbursements(context.ask(request))).await?;
        Ok((page.reimbursements, page.next_page_token))
    });
    context.print_list(listed.await?.shown_as::<Reimbursement>())
}
