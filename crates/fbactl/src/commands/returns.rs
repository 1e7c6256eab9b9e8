//! Returns of buyers.

use std::str::FromStr;

use clap::Subcommand;
use kernel::{OrderId, RmaId};
use wire::returns::v1::{AuthoriseReturnRequest, GetReturnRequest, ListReturnsRequest, ReturnLine};

use super::present;
use crate::cli::{Limit, Repeatable};
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::all_pages;
use crate::views::Return;

const HOME: Service = Service::Returns;

/// What can be done with returns.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Let units of a delivered order come back
    Authorise {
        order: OrderId,
        /// LINE_NO:QUANTITY:REASON_CODE, e.g. `1:2:DEFECTIVE`; may be repeated
        #[arg(long = "line", required = true, value_name = "LINE")]
        lines: Vec<Line>,
        /// Why to accept it past the return window; recorded with your name
        #[arg(long, default_value = "", hide_default_value = true)]
        exception_reason: String,
        #[command(flatten)]
        repeatable: Repeatable,
    },
    /// One return and its units
    Show { rma: RmaId },
    /// Returns, newest first
    List {
        /// Only this order's
        #[arg(long)]
        order: Option<OrderId>,
        #[command(flatten)]
        limit: Limit,
    },
}

/// Units of an order's line.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    line_no: u32,
    quantity: u32,
    reason_code: String,
}

impl FromStr for Line {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected LINE_NO:QUANTITY:REASON_CODE, e.g. 1:2:DEFECTIVE";
        let parts = text.split_once(':').and_then(|(line_no, rest)| Some((line_no, rest.split_once(':')?)));
        let (line_no, (quantity, reason_code)) = parts.ok_or(expected)?;
        Ok(Self {
            line_no: line_no.parse().map_err(|_| expected)?,
            quantity: quantity.parse().map_err(|_| expected)?,
            reason_code: reason_code.to_owned(),
        })
    }
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::Authorise { order, lines, exception_reason, repeatable } => {
            let request = context.ask(AuthoriseReturnRequest {
                request_id: context.request_id(&repeatable),
                order_id: order.to_string(),
                lines: lines.into_iter().map(Line::asked).collect(),
                exception_reason,
            });
            let answer = context.call(HOME, context.returns()?.authorise_return(request)).await?;
            context.print_applied::<Return>(answer.already_applied, present(answer.r#return)?)
        }
        Command::Show { rma } => {
            let request = context.ask(GetReturnRequest { rma_id: rma.to_string() });
            let answer = context.call(HOME, context.returns()?.get_return(request)).await?;
            context.print(&present::<_, Return>(answer.r#return)?)
        }
        Command::List { order, limit } => list(context, order, limit).await,
    }
}

impl Line {
    fn asked(self) -> ReturnLine {
        ReturnLine { line_no: self.line_no, quantity: self.quantity, reason_code: self.reason_code }
    }
}

async fn list(context: &Context, order: Option<OrderId>, limit: Limit) -> Result<(), Failure> {
    let mut client = context.returns()?;
    let order_id = order.map(|order| order.to_string()).unwrap_or_default();
    let listed = all_pages(limit.limit, async |page_size, page_token| {
        let request = ListReturnsRequest { page_size, page_token, order_id: order_id.clone() };
        let page = context.call(HOME, client.list_returns(context.ask(request))).await?;
        Ok((page.returns, page.next_page_token))
    });
    context.print_list(listed.await?.shown_as::<Return>())
}
