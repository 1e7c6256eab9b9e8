//! Takes placed orders in batches: seller, items, eligibility and quotes are looked up once for all of them, stock is
//! locked and changed once, and everything is written in a number of statements that does not depend on the batch.

use std::collections::{BTreeSet, HashMap, HashSet};

use kernel::{Fnsku, OrderId, SellerId, Sku};
use messaging::{HandleError, outbox};
use sqlx::PgConnection;

use super::deadlines::Due;
use super::{Moment, Rules};
use crate::clients::Neighbours;
use crate::domain::order::Order;
use crate::domain::placement::{Findings, Item, Placed, Seller, check, place};
use crate::{NAME, metrics, publish, store};

/// Who placed them, for the history.
const ACTOR: &str = "storefront";

type Items = HashMap<(SellerId, Sku), Item>;

/// Accepts or rejects each order. One that is known already stays as it is. The stock of `held` labels is locked with
/// that of the orders, for what the transaction does next.
pub(crate) async fn place_orders(
    db: &mut PgConnection,
    rules: &Rules,
    neighbours: &Neighbours,
    placed: Vec<Placed>,
    held: BTreeSet<(SellerId, Fnsku)>,
) -> Result<(), HandleError> {
    let placed = new_ones(db, placed).await?;
    if placed.is_empty() {
        return Ok(());
    }
    let moment = rules.moment()?;
    let items = items(db, &placed).await?;
    let sellers = sellers(db, &placed).await?;
    let batch = Batch { moment, placed: &placed, items: &items };
    let findings = batch.judge(&sellers, neighbours).await?;
    let orders = batch.place(db, findings, held).await?;
    batch.write(db, &orders).await
}

/// The first of each number that is not known.
async fn new_ones(db: &mut PgConnection, placed: Vec<Placed>) -> Result<Vec<Placed>, HandleError> {
    let ids: Vec<OrderId> = placed.iter().map(|placed| placed.order).collect();
    let mut seen: HashSet<OrderId> = store::orders::known(db, &ids).await?.into_iter().collect();
    Ok(placed.into_iter().filter(|placed| seen.insert(placed.order)).collect())
}

async fn items(db: &mut PgConnection, placed: &[Placed]) -> Result<Items, HandleError> {
    let keys: BTreeSet<(SellerId, &Sku)> =
        placed.iter().flat_map(|order| order.lines.iter().map(|line| (order.seller, &line.sku))).collect();
    Ok(store::items::load(db, &Vec::from_iter(keys)).await?)
}

async fn sellers(db: &mut PgConnection, placed: &[Placed]) -> Result<HashMap<SellerId, Seller>, HandleError> {
    let ids: BTreeSet<SellerId> = placed.iter().map(|order| order.seller).collect();
    Ok(store::sellers::load(db, &Vec::from_iter(ids)).await?)
}

/// Orders on their way through acceptance.
struct Batch<'a> {
    moment: Moment<'a>,
    placed: &'a [Placed],
    items: &'a Items,
}

impl<'a> Batch<'a> {
    fn items_of(&self, order: &Placed) -> Vec<Option<&'a Item>> {
        let item = |sku: &Sku| self.items.get(&(order.seller, sku.clone()));
        order.lines.iter().map(|line| item(&line.sku)).collect()
    }

    /// What stands against each order: ours first, then what eligibility and customs say of those that are left.
    async fn judge(
        &self,
        sellers: &HashMap<SellerId, Seller>,
        neighbours: &Neighbours,
    ) -> Result<Vec<Findings>, HandleError> {
        let mut findings: Vec<Findings> = (self.placed.iter())
            .map(|order| check(order, sellers.get(&order.seller), &self.items_of(order), self.moment.policy))
            .collect();
        let asked: Vec<usize> =
            (0..findings.len()).filter(|order| findings[*order].reasons.is_empty()).collect();
        let orders: Vec<&Placed> = asked.iter().map(|order| &self.placed[*order]).collect();
        let (lines, quotes) = tokio::try_join!(
            neighbours.eligibility.check(&orders),
            neighbours.customs.check_quotes(&orders)
        )?;
        for ((order, lines), quote) in asked.into_iter().zip(lines).zip(quotes) {
            let found = &mut findings[order];
            for (known, reasons) in found.line_reasons.iter_mut().zip(lines) {
                // Eligibility says of an unknown SKU what we have said already.
                if known.is_empty() {
                    *known = reasons;
                }
            }
            // A quote for goods that may not go there says nothing more about why.
            if found.are_clear() {
                found.reasons.extend(quote);
            }
        }
        Ok(findings)
    }

    /// Locks the stock of what may be taken, and decides.
    async fn place(
        &self,
        db: &mut PgConnection,
        findings: Vec<Findings>,
        mut labels: BTreeSet<(SellerId, Fnsku)>,
    ) -> Result<Vec<Order>, HandleError> {
        labels.extend(
            (self.placed.iter().zip(&findings)).filter(|(_, findings)| findings.are_clear()).flat_map(
                |(order, _)| {
                    self.items_of(order).into_iter().flatten().map(|item| (order.seller, item.fnsku))
                },
            ),
        );
        let mut pool = store::stock::lock_pool(db, &Vec::from_iter(labels)).await?;
        let context = self.moment.context(ACTOR);
        let mut orders = Vec::with_capacity(self.placed.len());
        for (placed, findings) in self.placed.iter().zip(findings) {
            let items = self.items_of(placed);
            let order = place(placed, &items, findings, self.moment.network, &mut pool, &context);
            orders.push(order.map_err(HandleError::failed)?);
        }
        store::stock::change(db, pool.reserved()).await?;
        Ok(orders)
    }

    async fn write(&self, db: &mut PgConnection, orders: &[Order]) -> Result<(), HandleError> {
        store::orders::insert(db, orders).await?;
        let accepted = self.placed.iter().zip(orders).filter(|(_, order)| order.authority.is_some());
        let consignees: Vec<_> =
            accepted.map(|(placed, _)| (placed.order, &placed.ship_to, placed.tax_id.as_ref())).collect();
        store::consignees::insert(db, &consignees).await?;
        Due::of(std::iter::empty()).follow(db, orders).await?;
        let events: Vec<_> = orders.iter().flat_map(publish::outgoing).collect();
        outbox::enqueue(db, NAME, &events).await?;
        metrics::placed(orders);
        Ok(())
    }
}
