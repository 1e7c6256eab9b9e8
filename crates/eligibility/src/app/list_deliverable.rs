//! Lists what may go to a country now: verdicts are looked through, piece by piece, until the page is full or enough of them
//! were looked at.

use jiff::Timestamp;
use kernel::{Asin, Country};
use sqlx::PgConnection;

use super::Rules;
use crate::domain::deliverable::{Offer, Position};
use crate::store;
use crate::store::cycle_rows::SHARDS;

/// Products read together.
const PIECE: i64 = 500;
/// Products that a page looks at, at least; at most a piece more.
const LOOKED_AT: usize = 5_000;

/// A page of the list.
#[derive(Debug, Default)]
pub(crate) struct Deliverable {
    pub(crate) offers: Vec<Offer>,
    /// Where the next page begins; `None` on the last.
    pub(crate) next: Option<Position>,
}

/// Up to `most` offers after a position. `db` is a snapshot.
pub(crate) async fn list_deliverable(
    db: &mut PgConnection,
    rules: &Rules,
    now: Timestamp,
    country: Country,
    from: Position,
    most: usize,
) -> sqlx::Result<Deliverable> {
    if !rules.at(now).destinations.open.contains(country) {
        return Ok(Deliverable::default());
    }
    let generation = store::standing::look(db).await?.number;
    let (mut at, mut offers, mut looked_at) = (from, Vec::new(), 0);
    while looked_at < LOOKED_AT && (0..SHARDS).contains(&at.shard) {
        let products = store::deliverable::products(db, generation, &at, country, PIECE).await?;
        let open: Vec<Asin> = products.iter().filter(|seen| seen.permits).map(|seen| seen.asin).collect();
        let wanted = most - offers.len();
        // One more than fits says that there are more.
        let limit = i64::try_from(wanted).unwrap_or(i64::MAX).saturating_add(1);
        let mut found = store::deliverable::offers(db, &open, &at, country, limit).await?;
        if found.len() > wanted {
            found.truncate(wanted);
            // Where the page was full before, nothing of this piece is on it.
            let next = found.last().map_or_else(|| at.clone(), |last| at.after_offer(last));
            offers.extend(found);
            return Ok(Deliverable { offers, next: Some(next) });
        }
        offers.extend(found);
        looked_at += products.len();
        at = match products.last() {
            Some(last) if products.len() as i64 == PIECE => at.after_product(last.asin),
            _ => at.next_shard(),
        };
    }
    let next = (at.shard < SHARDS).then_some(at);
    Ok(Deliverable { offers, next })
}
