//! What a dry run would stop: eligibility counts it, part by part.

use std::time::Duration;

use kernel::SellerId;
use sqlx::PgConnection;
use tokio::time::Instant;

use super::Error;
use super::change_products::by_countries;
use crate::clients::Eligibility;
use crate::domain::Preview;
use crate::store::staging;

/// Counts what the staged changes would do to what is exportable, at most so long: a million products are counted in some ten
/// seconds. Where eligibility does not answer in time there is no count.
pub(super) async fn preview_changes(
    db: &mut PgConnection,
    eligibility: &Eligibility,
    seller: SellerId,
    within: Duration,
) -> Result<Option<Preview>, Error> {
    let (mut preview, until) = (Preview::default(), Instant::now() + within);
    staging::open_changes(db).await?;
    loop {
        let changes = staging::next_changes(db).await?;
        if changes.is_empty() {
            return Ok(Some(preview));
        }
        let (excluded, included) = by_countries(changes);
        match eligibility.preview(seller, excluded, included, until).await {
            Ok(part) => preview += part,
            Err(status) => {
                tracing::warn!(code = ?status.code(), message = status.message(), "dry_run.no_preview");
                return Ok(None);
            }
        }
    }
}
