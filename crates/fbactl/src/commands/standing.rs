//! How a seller stands: its part in the programme with what is on its way, and the choice after a revocation.

use clap::{Args, Subcommand};
use kernel::{SellerId, derive_uuid};
use wire::enrollment::v1::GetEnrollmentRequest;
use wire::fulfillment::v1::resolve_hold_request::Resolution;
use wire::fulfillment::v1::{
    CountOpenOrdersRequest, ListRevokedShipmentsRequest, ResolveHoldRequest, RevokedShipment,
};

use super::present;
use crate::cli::{Limit, Repeatable};
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::{Listed, all_pages};
use crate::views::{self, Decided, SellerStatus};

const HOME: Service = Service::Fulfillment;
/// Shipments that one command decides, at most: it is called again for more.
const MOST: u32 = 10_000;

/// Part of `seller`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Whether the seller takes part, since when, by whom and why; and how many orders are on their way
    Status { seller: SellerId },
    /// Shipments that wait for the seller's choice after `revoke`
    Revoked {
        seller: SellerId,
        #[command(flatten)]
        limit: Limit,
    },
    /// Choose for all shipments that a revocation holds; one alone: `shipment resolve-hold`
    DecideRevoked {
        seller: SellerId,
        #[command(flatten)]
        choice: Choice,
        #[command(flatten)]
        repeatable: Repeatable,
    },
}

/// Exactly one of them.
#[derive(Debug, Clone, Copy, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Choice {
    /// Let them finish under the authority that they were accepted under
    #[arg(long)]
    finish: bool,
    /// Give them up: stock is released, buyers are refunded
    #[arg(long)]
    cancel: bool,
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::Status { seller } => status(context, seller).await,
        Command::Revoked { seller, limit } => {
            let held = revoked(context, seller, limit.limit).await?;
            context.print_list(held.shown_as::<views::RevokedShipment>())
        }
        Command::DecideRevoked { seller, choice, repeatable } => {
            decide(context, seller, choice, &repeatable).await
        }
    }
}

async fn status(context: &Context, seller: SellerId) -> Result<(), Failure> {
    let request =
        context.ask(GetEnrollmentRequest { seller_id: seller.to_string(), min_settings_version: 0 });
    let answer = context.call(Service::Enrollment, context.enrollment()?.get_enrollment(request)).await?;
    let request = context.ask(CountOpenOrdersRequest { seller_id: seller.to_string() });
    let open = context.call(HOME, context.fulfillment()?.count_open_orders(request)).await?;
    let enrollment: views::Enrollment = present(answer.enrollment)?;
    context.print(&SellerStatus {
        seller_id: enrollment.seller_id,
        state: enrollment.state,
        since_time: enrollment.since_time,
        changed_by: enrollment.changed_by,
        reason: enrollment.reason,
        authority_id: enrollment.authority.map(|authority| authority.authority_id).unwrap_or_default(),
        accepted_orders: open.accepted_orders,
        paid_orders: open.paid_orders,
        revoked_shipments: open.revoked_shipments,
        settings_version: enrollment.settings_version,
    })
}

async fn revoked(
    context: &Context,
    seller: SellerId,
    limit: u32,
) -> Result<Listed<RevokedShipment>, Failure> {
    let mut client = context.fulfillment()?;
    all_pages(limit, async |page_size, page_token| {
        let seller_id = seller.to_string();
        let request = context.ask(ListRevokedShipmentsRequest { seller_id, page_size, page_token });
        let page = context.call(HOME, client.list_revoked_shipments(request)).await?;
        Ok((page.shipments, page.next_page_token))
    })
    .await
}

/// Each shipment is a mutation of its own: after an error the same command goes on with those that are left.
async fn decide(
    context: &Context,
    seller: SellerId,
    choice: Choice,
    repeatable: &Repeatable,
) -> Result<(), Failure> {
    let held = revoked(context, seller, MOST).await?;
    let (request_id, mut client) = (context.request_id(repeatable), context.fulfillment()?);
    let mut decided = Vec::with_capacity(held.entries.len());
    for shipment in held.entries {
        let request = context.ask(ResolveHoldRequest {
            request_id: derive_uuid("decide_revoked", &[&request_id, &shipment.shipment_id]).to_string(),
            shipment_id: shipment.shipment_id,
            resolution: Some(if choice.finish {
                Resolution::Recheck(true)
            } else {
                Resolution::Cancel(true)
            }),
        });
        let answer = context.call(HOME, client.resolve_hold(request)).await?;
        let shipment: views::Shipment = present(answer.shipment)?;
        decided.push(Decided {
            shipment_id: shipment.shipment_id,
            order_id: shipment.order_id,
            state: shipment.state,
        });
    }
    context.print_list(Listed { entries: decided, truncated: held.truncated })
}
