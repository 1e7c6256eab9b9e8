//! Somebody confirms the HS code of a product: what it shows may be otherwise then.

use jiff::Timestamp;
use messaging::outbox;
use sqlx::PgConnection;

use super::Rules;
use super::settle::settle;
use crate::domain::classification::{Asked, Outcome};
use crate::{NAME, publish, store};

/// Confirms the code of a product that was listed. What rules take away for it is taken in the same transaction.
pub(crate) async fn confirm_classification(
    db: &mut PgConnection,
    rules: &Rules,
    now: Timestamp,
    asked: Asked,
) -> sqlx::Result<Outcome> {
    let asin = asked.asin;
    let generation = store::standing::hold(db).await?;
    store::products::lock(db, &[asin]).await?;
    let outcome = asked.after(store::classifications::newest(db, asin).await?, now);
    if let Outcome::Confirmed(confirmed) = &outcome {
        store::classifications::insert(db, confirmed).await?;
        settle(db, &rules.at(now), now, generation, &[asin]).await?;
        outbox::enqueue(db, NAME, &[publish::classification_confirmed(confirmed)]).await?;
    }
    Ok(outcome)
}
