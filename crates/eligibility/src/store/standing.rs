//! Which generation of verdicts holds.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

/// The generation whose verdicts hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Generation {
    pub(crate) number: i32,
    /// The rules of all its verdicts but those that were tightened since; `None` before the first cycle.
    pub(crate) rule_set: Option<i32>,
}

/// Keeps the generation in place until the transaction ends: whoever changes verdicts does so first of all.
pub(crate) async fn hold(db: &mut PgConnection) -> sqlx::Result<Generation> {
    sqlx::query_as!(
        Generation,
        "SELECT generation AS number, rule_set_id AS rule_set FROM standing FOR SHARE"
    )
    .fetch_one(db)
    .await
}

/// Waits for all who change verdicts, and keeps others from it until the transaction ends.
pub(crate) async fn seize(db: &mut PgConnection) -> sqlx::Result<Generation> {
    sqlx::query_as!(
        Generation,
        "SELECT generation AS number, rule_set_id AS rule_set FROM standing FOR UPDATE"
    )
    .fetch_one(db)
    .await
}

/// Which generation stands in this moment.
pub(crate) async fn look(db: &mut PgConnection) -> sqlx::Result<Generation> {
    sqlx::query_as!(Generation, "SELECT generation AS number, rule_set_id AS rule_set FROM standing")
        .fetch_one(db)
        .await
}

/// The generations that hold, held last or after a time, or are being made.
pub(crate) async fn needed(db: &mut PgConnection, horizon: Timestamp) -> sqlx::Result<Vec<i32>> {
    let needed = sqlx::query_scalar!(
        r#"SELECT generation AS "generation!" FROM standing
           UNION SELECT generation FROM cycles WHERE completed_at IS NULL AND cancelled_at IS NULL
           UNION (SELECT generation FROM cycles WHERE completed_at IS NOT NULL AND mode = 'FULL'
                   ORDER BY completed_at DESC LIMIT 2)
           UNION SELECT generation FROM cycles WHERE completed_at > $1 AND mode = 'FULL'
           UNION SELECT generation_at($1)"#,
        horizon.to_sqlx() as _
    );
    needed.fetch_all(db).await
}

/// Changes over to a generation.
pub(crate) async fn change_over(db: &mut PgConnection, generation: i32, rule_set: i32) -> sqlx::Result<()> {
    sqlx::query!("UPDATE standing SET generation = $1, rule_set_id = $2", generation, rule_set)
        .execute(db)
        .await?;
    Ok(())
}

/// A number that no generation had.
pub(crate) async fn next(db: &mut PgConnection) -> sqlx::Result<i32> {
    let next = sqlx::query_scalar!(r#"SELECT nextval('generations')::integer AS "next!""#);
    next.fetch_one(db).await
}

/// Has the next cycle evaluate everything: what stands was not decided by one rule set any more.
pub(crate) async fn forget_rule_set(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("UPDATE standing SET rule_set_id = NULL").execute(db).await?;
    Ok(())
}
