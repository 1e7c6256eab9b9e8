//! After tables were put in force: all products are compared with them, piece by piece, and what got stricter counts at once. What
//! they open waits for the next cycle.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use kernel::Asin;
use messaging::{HandleError, Worker};
use sqlx::PgConnection;

use super::Rules;
use super::settle::{find_and_save, tighten};
use crate::domain::rules::RuleSet;
use crate::domain::verdict::Shown;
use crate::store;
use crate::store::cycle_rows::SHARDS;

/// Products of a piece.
const PIECE: i64 = 500;

/// Compares what stands with tables that were put in force.
pub(crate) struct Reevaluation {
    pub(crate) rules: Arc<Rules>,
}

impl Worker for Reevaluation {
    const NAME: &'static str = "re-evaluation";

    async fn work(&self, db: &mut PgConnection, now: Timestamp) -> Result<usize, HandleError> {
        let Some(mut activation) = store::rule_tables::take_newest(db).await? else { return Ok(0) };
        let book = self.rules.in_force();
        if book.activation != activation.id {
            // A replica that knows it does it; this one will, too, within a second.
            return Ok(0);
        }
        let (rules, generation) = (book.at(now), store::standing::hold(db).await?);
        let page = store::products::lock_page(db, activation.shard, &activation.after_asin, PIECE).await?;
        let looked_at = page.len();
        match page.last() {
            Some(last) => activation.after_asin = last.asin.to_string(),
            None => {
                (activation.shard, activation.after_asin) = (activation.shard + 1, String::new());
                activation.completed = (activation.shard == SHARDS).then_some(now);
            }
        }
        let asins: Vec<Asin> = page.iter().map(|product| product.asin).collect();
        let mut shown = shown(db, &rules, page).await?;
        let tightened = tighten(db, &rules, now, generation, &asins, &mut shown).await?;
        activation.looked_at += looked_at as i64;
        activation.tightened += tightened as i64;
        store::rule_tables::save_progress(db, &activation).await?;
        if activation.completed.is_some() {
            tracing::info!(
                activation = activation.id,
                activation.looked_at,
                activation.tightened,
                "rules.compared"
            );
        }
        Ok(looked_at.max(1))
    }
}

/// What products show by these rules: found anew where other tables have found it.
async fn shown(
    db: &mut PgConnection,
    rules: &RuleSet,
    page: Vec<store::products::Showing>,
) -> sqlx::Result<HashMap<Asin, Shown>> {
    let detector = Some(store::products::ensure_detector(db, &rules.detector).await?);
    let (fresh, stale): (Vec<_>, Vec<_>) = page.into_iter().partition(|product| product.detector == detector);
    let stale: Vec<Asin> = stale.into_iter().map(|product| product.asin).collect();
    let mut shown = match stale.is_empty() {
        true => HashMap::new(),
        false => find_and_save(db, rules, &stale).await?,
    };
    shown.extend(fresh.into_iter().map(|product| (product.asin, product.shown)));
    Ok(shown)
}
