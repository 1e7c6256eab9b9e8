//! Suggests HS codes of products for which nobody has said one, and tells what is new: customs estimates by them, and does not wait
//! for an answer.

use std::sync::Arc;

use jiff::Timestamp;
use kernel::Asin;
use messaging::{HandleError, Worker, outbox};
use sqlx::PgConnection;

use super::Suggester;
use crate::domain::offer::Group;
use crate::{NAME, publish, store};

/// Rows of the queue that are taken together. There is a pause after each piece, so that suggestions, which nobody waits for, leave
/// the processor to intake and checks.
const PIECE: i64 = 1_000;

/// Suggests for products whose offers have changed.
pub(crate) struct CodeSuggester {
    pub(crate) suggester: Arc<Suggester>,
}

impl Worker for CodeSuggester {
    const NAME: &'static str = "suggestions of HS codes";

    async fn work(&self, db: &mut PgConnection, now: Timestamp) -> Result<usize, HandleError> {
        let asins = store::suggestions::take(db, PIECE).await?;
        let uncoded = self.uncoded(db, &asins).await?;
        if uncoded.is_empty() {
            return Ok(0);
        }
        // Held before their texts are read: who has read an older text has told its code by then.
        let last = store::suggestions::lock(db, &uncoded).await?;
        let mut described = store::classifications::described(db, &uncoded).await?;
        // Titles of media are about their subject.
        described.retain(|(_, said)| said.group == Group::Other);
        let texts = described.iter().map(|(_, said)| said.text()).collect();
        let likeliest = described.iter().zip(self.suggester.likeliest(texts).await?);
        let told = likeliest.filter_map(|((asin, _), likeliest)| last.get(asin)?.next(likeliest));
        let told: Vec<_> = told.collect();
        store::suggestions::save(db, &told).await?;
        let events: Vec<_> = told.iter().map(|told| publish::classification_suggested(told, now)).collect();
        outbox::enqueue(db, NAME, &events).await?;
        Ok(0)
    }
}

impl CodeSuggester {
    /// Those for which no listed offer declares a code of HS 2022 and nobody confirmed one.
    async fn uncoded(&self, db: &mut PgConnection, asins: &[Asin]) -> Result<Vec<Asin>, HandleError> {
        if asins.is_empty() {
            return Ok(Vec::new());
        }
        let codes = self.suggester.codes().map_err(HandleError::failed)?;
        let declared = store::suggestions::declared(db, asins).await?.into_iter();
        let uncoded = declared.filter(|(_, declared)| declared.iter().all(|code| codes.six(*code).is_none()));
        Ok(uncoded.map(|(asin, _)| asin).collect())
    }
}
