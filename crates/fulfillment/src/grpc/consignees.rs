//! BatchGetConsignees.

use std::collections::HashMap;

use chassis::Error;
use kernel::{OrderId, ShipmentId};
use messaging::calls::failed;
use sqlx::PgPool;
use sqlx::types::Uuid;
use wire::convert::{address, parse};
use wire::fulfillment::v1::{BatchGetConsigneesRequest, BatchGetConsigneesResponse, Consignee};

use crate::store;

/// Most shipments of one call.
const MOST: usize = 500;

/// Who receives the shipments that are known.
pub(super) async fn batch_get(
    pool: &PgPool,
    request: BatchGetConsigneesRequest,
) -> Result<BatchGetConsigneesResponse, Error> {
    let asked = request.shipment_ids.len();
    if !(1..=MOST).contains(&asked) {
        return Err(Error::limit_exceeded("shipment_ids", format!("has {asked}; 1 to {MOST} at a time")));
    }
    let ids: Vec<Uuid> = (request.shipment_ids.iter())
        .map(|id| parse::<ShipmentId>("shipment_ids", id).map(|id| id.as_uuid()))
        .collect::<Result<_, _>>()?;
    let mut db = messaging::snapshot(pool).await.map_err(failed)?;
    let owners = store::orders::of_shipments(&mut db, &ids).await.map_err(failed)?;
    let owners: HashMap<Uuid, OrderId> = owners.into_iter().map(|(id, order, _)| (id, order)).collect();
    let mut orders: Vec<OrderId> = owners.values().copied().collect();
    orders.sort_unstable();
    orders.dedup();
    let known = store::consignees::load(&mut db, &orders).await.map_err(failed)?;
    let consignee = |id: &Uuid| {
        let known = known.get(owners.get(id)?)?;
        Some(Consignee {
            shipment_id: id.to_string(),
            ship_to: Some(address(&known.ship_to)),
            recipient_tax_id: known.tax_id.as_ref().map(|id| id.as_str().to_owned()).unwrap_or_default(),
        })
    };
    Ok(BatchGetConsigneesResponse { consignees: ids.iter().filter_map(consignee).collect() })
}
