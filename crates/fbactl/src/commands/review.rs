//! Reviews: products that a seller has evaluated before the next cycle.

use clap::Subcommand;
use kernel::{Asin, ReviewId, SellerId};
use wire::eligibility::v1::{GetReviewRequest, RequestReviewRequest};

use super::present;
use crate::cli::Repeatable;
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::views::Review;

const HOME: Service = Service::Eligibility;

/// What can be done with reviews.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Ask that a product of a seller be evaluated before the next cycle
    Request {
        seller: SellerId,
        asin: Asin,
        #[command(flatten)]
        repeatable: Repeatable,
    },
    /// One review: whether it is done, and whether the verdict changed
    Show { review: ReviewId },
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::Request { seller, asin, repeatable } => {
            let request = context.ask(RequestReviewRequest {
                request_id: context.request_id(&repeatable),
                seller_id: seller.to_string(),
                asin: asin.to_string(),
            });
            let answer = context.call(HOME, context.eligibility()?.request_review(request)).await?;
            context.print_applied::<Review>(answer.already_applied, present(answer.review)?)
        }
        Command::Show { review } => {
            let request = context.ask(GetReviewRequest { review_id: review.to_string() });
            let answer = context.call(HOME, context.eligibility()?.get_review(request)).await?;
            context.print(&present::<_, Review>(answer.review)?)
        }
    }
}
