//! Units per center.

use clap::Args;
use kernel::SellerId;
use wire::fulfillment::v1::ListStockRequest;

use crate::cli::Limit;
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::all_pages;
use crate::views::Stock;

/// Whose.
#[derive(Debug, Args)]
pub(crate) struct Command {
    seller: SellerId,
    #[command(flatten)]
    limit: Limit,
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    let mut client = context.fulfillment()?;
    let seller_id = command.seller.to_string();
    let listed = all_pages(command.limit.limit, async |page_size, page_token| {
        let request = ListStockRequest { seller_id: seller_id.clone(), page_size, page_token };
        let page = context.call(Service::Fulfillment, client.list_stock(context.ask(request))).await?;
        Ok((page.stock, page.next_page_token))
    });
    context.print_list(listed.await?.shown_as::<Stock>())
}
