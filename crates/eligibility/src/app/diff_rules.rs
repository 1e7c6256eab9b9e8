//! What other tables would decide about the products of now.

use std::sync::Arc;

use kernel::Asin;
use sqlx::PgConnection;

use super::settle::find;
use crate::domain::rules::RuleSet;
use crate::domain::rules::difference::Difference;
use crate::store;
use crate::store::cycle_rows::SHARDS;

/// Products compared together: of which only facts are read, and of which offers are.
const PIECE: i64 = 5_000;
const PIECE_OF_OFFERS: i64 = 500;

/// Two rule sets while they are compared on the catalogue.
pub(crate) struct Comparison {
    pub(crate) before: Arc<RuleSet>,
    pub(crate) after: Arc<RuleSet>,
    pub(crate) difference: Difference,
    shard: i32,
    after_asin: String,
}

impl Comparison {
    pub(crate) fn new(before: Arc<RuleSet>, after: Arc<RuleSet>) -> Self {
        Self { before, after, difference: Difference::default(), shard: 0, after_asin: String::new() }
    }

    /// Compares some more; `false` when all are.
    pub(crate) async fn go_on(&mut self, db: &mut PgConnection) -> sqlx::Result<bool> {
        let facts_alone = self.before.detector == self.after.detector;
        let most = if facts_alone { PIECE } else { PIECE_OF_OFFERS };
        while self.shard < SHARDS {
            let page = store::products::page(db, self.shard, &self.after_asin, most).await?;
            let Some(last) = page.last() else {
                (self.shard, self.after_asin) = (self.shard + 1, String::new());
                continue;
            };
            self.after_asin = last.asin.to_string();
            let detector = store::products::detector(db, &self.before.detector).await?;
            if facts_alone && page.iter().all(|product| product.detector == detector) {
                for product in page {
                    let facts = product.shown.facts;
                    let by = |rules: &RuleSet| rules.masks.judge(facts).eligible;
                    self.difference.count(product.asin, by(&self.before), by(&self.after));
                }
            } else {
                let asins: Vec<Asin> = page.into_iter().map(|product| product.asin).collect();
                for asins in asins.chunks(PIECE_OF_OFFERS as usize) {
                    self.compare_offers(db, asins).await?;
                }
            }
            return Ok(true);
        }
        Ok(false)
    }

    async fn compare_offers(&mut self, db: &mut PgConnection, asins: &[Asin]) -> sqlx::Result<()> {
        let before = find(db, &self.before, asins).await?;
        let after = find(db, &self.after, asins).await?;
        for asin in asins {
            // One that no offer describes any more keeps what stands.
            let (Some(before), Some(after)) = (before.get(asin), after.get(asin)) else { continue };
            let before = self.before.masks.judge(before.facts).eligible;
            let after = self.after.masks.judge(after.facts).eligible;
            self.difference.count(*asin, before, after);
        }
        Ok(())
    }
}
