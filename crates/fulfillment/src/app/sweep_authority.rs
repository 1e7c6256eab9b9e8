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

/// The next part of what was accepted under an authority.
pub(crate) struct Sweep {
    authority: AuthorityId,
    /// At most [`PART`].
    pub(crate) open: Vec<OrderId>,
}

impl Sweep {
    /// The part of each authority after an order.
    pub(crate) async fn load_all(
        db: &mut PgConnection,
        sweeps: impl Iterator<Item = (AuthorityId, Option<OrderId>)>,
    ) -> Result<Vec<Self>, HandleError> {
        let mut all = Vec::new();
        for (authority, after) in sweeps {
            let open = store::sellers::open_orders_under(db, authority, after, PART as i64).await?;
            all.push(Self { authority, open });
        }
        Ok(all)
    }

    /// Holds the part, and plans the one after it.
    pub(crate) async fn run(
        self,
        db: &mut PgConnection,
        moment: Moment<'_>,
        actor: &str,
    ) -> Result<(), HandleError> {
        let steps: Vec<Step> =
            self.open.iter().map(|order| Step { order: *order, command: Command::RevokeAuthority }).collect();
        if !steps.is_empty() {
            change_at(db, moment, actor, &steps).await?;
        }
        if self.open.len() == PART {
            let next = of_sweep(self.authority, self.open.last().copied(), moment.now);
            messaging::deadlines::set(db, &[next]).await?;
        }
        Ok(())
    }
}
