//! Orders.

use clap::Subcommand;
use kernel::OrderId;
use wire::fulfillment::v1::{CancelOrderRequest, GetOrderRequest, ListOrdersRequest, OrderState};

use super::{order_follow, present};
use crate::cli::{Because, Limit};
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::all_pages;
use crate::views::Order;

const HOME: Service = Service::Fulfillment;

/// What can be done with orders.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Orders, newest first
    List {
        /// Only orders in this state: rejected, accepted, paid, cancelled, closed
        #[arg(long, value_parser = state)]
        state: Option<OrderState>,
        #[command(flatten)]
        limit: Limit,
    },
    /// One order as fulfillment knows it
    Show { order: OrderId },
    /// One order through fulfillment, customs and returns: states, money, one timeline
    Follow { order: OrderId },
    /// Cancel an order, or lines of it, that are not yet packed
    Cancel {
        order: OrderId,
        /// Only this line; may be repeated
        #[arg(long = "line", value_name = "LINE_NO")]
        lines: Vec<u32>,
        #[command(flatten)]
        because: Because,
    },
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::List { state, limit } => list(context, state, limit).await,
        Command::Show { order } => context.print(&get(context, order).await?),
        Command::Follow { order } => order_follow::run(context, get(context, order).await?).await,
        Command::Cancel { order, lines, because } => {
            let request = context.ask(CancelOrderRequest {
                request_id: context.request_id(&because.repeatable),
                order_id: order.to_string(),
                line_nos: lines,
                reason: because.reason,
            });
            let answer = context.call(HOME, context.fulfillment()?.cancel_order(request)).await?;
            context.print_applied::<Order>(answer.already_applied, present(answer.order)?)
        }
    }
}

async fn get(context: &Context, order: OrderId) -> Result<Order, Failure> {
    let request = context.ask(GetOrderRequest { order_id: order.to_string() });
    let answer = context.call(HOME, context.fulfillment()?.get_order(request)).await?;
    present(answer.order)
}

async fn list(context: &Context, state: Option<OrderState>, limit: Limit) -> Result<(), Failure> {
    let mut client = context.fulfillment()?;
    let state = i32::from(state.unwrap_or(OrderState::Unspecified));
    let listed = all_pages(limit.limit, async |page_size, page_token| {
        let request = context.ask(ListOrdersRequest { page_size, page_token, state });
        let page = context.call(HOME, client.list_orders(request)).await?;
        Ok((page.orders, page.next_page_token))
    });
    context.print_list(listed.await?.shown_as::<Order>())
}

fn state(text: &str) -> Result<OrderState, String> {
    OrderState::from_str_name(&format!("ORDER_STATE_{}", text.to_uppercase()))
        .filter(|state| *state != OrderState::Unspecified)
        .ok_or_else(|| "expected rejected, accepted, paid, cancelled or closed".to_owned())
}
