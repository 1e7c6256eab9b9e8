//! Holds the open orders under a revoked authority, a bounded part at a time: a seller may have very many.

use kernel::{AuthorityId, OrderId};
use messaging::HandleError;
use sqlx::PgConnection;

use super::Moment;
use super::change_orders::{Step, change_at};
use super::deadlines::of_sweep;
use crate::domain::command::Command;
use crate::store;

/// Orders held in one transaction.
const PART: usize = 500;

/// Holds the next part, and plans the one after it.
pub(crate) async fn sweep_authority(
    db: &mut PgConnection,
    moment: Moment<'_>,
    actor: &str,
    authority: AuthorityId,
    after: Option<OrderId>,
) -> Result<(), HandleError> {
    let open = store::sellers::open_orders_under(db, authority, after, PART as i64).await?;
    let steps: Vec<Step> =
        open.iter().map(|order| Step { order: *order, command: Command::RevokeAuthority }).collect();
    if !steps.is_empty() {
        change_at(db, moment, actor, &steps).await?;
    }
    if open.len() == PART {
        let next = of_sweep(authority, open.last().copied(), moment.now);
        messaging::deadlines::set(db, &[next]).await?;
    }
    Ok(())
}
