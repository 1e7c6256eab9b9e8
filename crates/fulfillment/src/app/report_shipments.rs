//! The shipments report, part by part: memory stays the same however long it is.

use std::collections::{BTreeSet, HashMap};

use kernel::OrderId;
use messaging::HandleError;
use sqlx::PgPool;

use crate::domain::report::{write_header, write_shipment};
use crate::store;
use crate::store::report::{DispatchPlace, Selection};

/// Shipments of one part.
const PART: i64 = 200;

/// Where a report stands.
#[derive(Debug)]
pub(crate) struct Report {
    selection: Selection,
    after: Option<DispatchPlace>,
    begun: bool,
    done: bool,
}

impl Report {
    /// A report of these shipments, nothing written yet.
    pub(crate) fn new(selection: Selection) -> Self {
        Self { selection, after: None, begun: false, done: false }
    }

    /// The next part of the text; `None` at the end.
    pub(crate) async fn next(&mut self, pool: &PgPool) -> Result<Option<String>, HandleError> {
        if self.done {
            return Ok(None);
        }
        let mut text = String::new();
        if !std::mem::replace(&mut self.begun, true) {
            write_header(&mut text);
        }
        let mut db = pool.acquire().await?;
        let places = store::report::page(&mut db, &self.selection, self.after, PART).await?;
        self.after = places.last().copied().or(self.after);
        self.done = places.len() < PART as usize;
        let ids: Vec<OrderId> =
            places.iter().map(|place| place.order).collect::<BTreeSet<_>>().into_iter().collect();
        let orders = store::orders::load(&mut db, &ids).await?;
        let consignees = store::consignees::load(&mut db, &ids).await?;
        let skus: BTreeSet<_> = (orders.values())
            .flat_map(|order| order.lines.iter().map(|line| (order.seller, &line.sku)))
            .collect();
        let titles: HashMap<_, _> = store::report::titles(&mut db, &Vec::from_iter(skus)).await?;
        drop(db);
        for place in places {
            let found = orders.get(&place.order).zip(consignees.get(&place.order));
            let Some((order, consignee)) = found else { continue };
            let Ok(position) = order.position(place.shipment) else { continue };
            write_shipment(&mut text, order, &order.shipments[position], &consignee.ship_to, |line| {
                titles.get(&(order.seller, line.sku.clone())).map_or("", String::as_str)
            });
        }
        Ok(Some(text))
    }
}
