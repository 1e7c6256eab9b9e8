//! Asks for a report: a row, and its place in the queue.

use jiff::Timestamp;
use kernel::{ReportId, SellerId};
use sqlx::PgConnection;

use super::ReportRules;
use crate::domain::day;
use crate::domain::report::Report;
use crate::store;

/// The seller has as many under way as it may.
pub(crate) struct TooMany {
    pub(crate) most: i64,
}

/// Asks for a report of a seller's products. The seller need not take part, nor have any.
pub(crate) async fn create_report(
    db: &mut PgConnection,
    rules: &ReportRules,
    id: ReportId,
    seller: SellerId,
    by: &str,
    now: Timestamp,
) -> sqlx::Result<Result<Report, TooMany>> {
    let most = rules.limits.at(day(now)).open_per_seller;
    store::reports::lock_seller(db, seller).await?;
    if store::reports::count_open(db, seller).await? >= most {
        return Ok(Err(TooMany { most }));
    }
    let report = Report::asked(id, seller, by.to_owned(), now);
    store::reports::insert(db, &report).await?;
    Ok(Ok(report))
}
