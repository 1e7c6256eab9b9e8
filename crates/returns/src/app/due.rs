//! Deadlines: returns whose units did not come, money to be asked for again, reimbursements to be looked at again.

use std::str::FromStr;

use jiff::Timestamp;
use kernel::{ReimbursementId, RmaId};
use messaging::{Deadline, HandleError};
use sqlx::PgConnection;
use uuid::Uuid;

use super::effects::{ARRIVAL, RETRY, REVIEW};
use super::{Effects, Rules};
use crate::domain::{MoneyState, Product};
use crate::store;

/// Does what is due.
pub(crate) async fn fire(
    db: &mut PgConnection,
    due: &[Deadline],
    rules: &Rules,
    now: Timestamp,
) -> Result<(), HandleError> {
    let mut effects = Effects::new(rules, now);
    close_late(db, &subjects(due, ARRIVAL)?, &mut effects).await?;
    ask_again(db, &subjects(due, RETRY)?, &mut effects).await?;
    look_again(db, &subjects(due, REVIEW)?, &mut effects).await?;
    effects.save(db).await
}

fn subjects<T: FromStr>(due: &[Deadline], kind: &str) -> Result<Vec<T>, HandleError> {
    let of_kind = due.iter().filter(|deadline| deadline.kind == kind);
    let parsed = of_kind.map(|deadline| deadline.subject.parse().map_err(|_| &deadline.subject));
    parsed.collect::<Result<_, _>>().map_err(|subject| HandleError::failed(format!("{kind} of {subject}")))
}

async fn close_late(
    db: &mut PgConnection,
    ids: &[RmaId],
    effects: &mut Effects<'_>,
) -> Result<(), HandleError> {
    let mut rmas = store::rmas::lock(db, ids).await?;
    for rma in rmas.values_mut() {
        effects.close(rma);
    }
    store::rmas::save(db, &rmas.values().collect::<Vec<_>>()).await?;
    Ok(())
}

async fn ask_again(
    db: &mut PgConnection,
    ids: &[Uuid],
    effects: &mut Effects<'_>,
) -> Result<(), HandleError> {
    let open = store::money::lock(db, ids).await?.into_values();
    for request in open.filter(|request| request.state == MoneyState::Requested) {
        effects.ask(request);
    }
    Ok(())
}

async fn look_again(
    db: &mut PgConnection,
    ids: &[ReimbursementId],
    effects: &mut Effects<'_>,
) -> Result<(), HandleError> {
    let undecided = store::reimbursements::lock_undecided(db, ids).await?;
    let offers: Vec<_> = undecided.iter().map(|owed| (owed.seller, owed.sku.clone())).collect();
    let products = store::items::products(db, &offers).await?;
    let unknown = Product::default();
    for owed in undecided {
        let product = products.get(&(owed.seller, owed.sku.clone())).unwrap_or(&unknown).clone();
        effects.reimburse(owed, &product)?;
    }
    Ok(())
}
