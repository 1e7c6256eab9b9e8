//! What payments says about refunds, and asking again for those that failed.

use kernel::{Money, OrderId, RefundId};
use messaging::HandleError;
use sqlx::PgConnection;

use super::Rules;
use super::deadlines::{Due, of_refund};
use super::save::save;
use crate::domain::refund::RefundFault;
use crate::store;

/// What payments says about a refund.
#[derive(Debug, Clone)]
pub(crate) struct RefundNews {
    pub(crate) refund: RefundId,
    pub(crate) outcome: RefundOutcome,
}

/// How it went.
#[derive(Debug, Clone)]
pub(crate) enum RefundOutcome {
    Settled(Money),
    Failed(String),
}

/// Why news of a refund cannot be booked.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Unbooked {
    #[error("refund {0} was not asked for by fulfillment")]
    Unknown(RefundId),
    #[error("refund {0}: {1}")]
    Fault(RefundId, RefundFault),
}

/// Books the news, one after the other, and says what could not be booked.
pub(crate) async fn book_refunds(
    db: &mut PgConnection,
    rules: &Rules,
    actor: &str,
    news: &[RefundNews],
) -> Result<Vec<Result<(), Unbooked>>, HandleError> {
    if news.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<RefundId> = news.iter().map(|news| news.refund).collect();
    let (moment, owners) = (rules.moment()?, store::refunds::orders_of(db, &ids).await?);
    let mut orders = store::orders::lock(db, &owners).await?;
    let mut refunds = store::refunds::lock(db, &ids).await?;
    let (before, context) = (Due::of(orders.values()), moment.context(actor));
    let mut results = Vec::with_capacity(news.len());
    for RefundNews { refund: id, outcome } in news {
        let refund = refunds.iter_mut().find(|refund| refund.id == *id);
        let found = refund.and_then(|refund| orders.get_mut(&refund.order).map(|order| (order, refund)));
        results.push(match (found, outcome) {
            (None, _) => Err(Unbooked::Unknown(*id)),
            (Some((order, refund)), RefundOutcome::Settled(amount)) => order
                .settle_refund(refund, *amount, &context)
                .map(drop)
                .map_err(|fault| Unbooked::Fault(*id, fault)),
            (Some((order, refund)), RefundOutcome::Failed(reason)) => order
                .fail_refund(refund, reason, &context)
                .map(drop)
                .map_err(|fault| Unbooked::Fault(*id, fault)),
        });
    }
    store::refunds::save(db, &refunds).await?;
    let retries: Vec<_> = refunds.iter().filter_map(of_refund).collect();
    messaging::deadlines::set(db, &retries).await?;
    save(db, orders, &before).await?;
    Ok(results)
}

/// Asks again for refunds whose pause is over.
pub(crate) async fn retry_refunds(
    db: &mut PgConnection,
    rules: &Rules,
    actor: &str,
    due: &[(OrderId, RefundId)],
) -> Result<(), HandleError> {
    if due.is_empty() {
        return Ok(());
    }
    let (owners, ids): (Vec<OrderId>, Vec<RefundId>) = due.iter().copied().unzip();
    let moment = rules.moment()?;
    let mut orders = store::orders::lock(db, &owners).await?;
    let mut refunds = store::refunds::lock(db, &ids).await?;
    let (before, context) = (Due::of(orders.values()), moment.context(actor));
    for refund in &mut refunds {
        if let Some(order) = orders.get_mut(&refund.order) {
            order.retry_refund(refund, &context);
        }
    }
    store::refunds::save(db, &refunds).await?;
    save(db, orders, &before).await
}
