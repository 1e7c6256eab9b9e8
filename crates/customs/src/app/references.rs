//! What shipments refer to: products, sellers, authorities, exchange rates and consignees, each loaded at once.

use std::collections::BTreeSet;

use kernel::ShipmentId;
use messaging::HandleError;
use sqlx::PgConnection;

use super::Customs;
use crate::domain::shipment::{References, Shipment};
use crate::store;

/// Loads what these shipments need to be advanced. Consignees are asked of fulfillment, one call for up to 500.
pub(super) async fn load<'a>(
    customs: &Customs,
    db: &mut PgConnection,
    shipments: impl Iterator<Item = &'a Shipment> + Clone,
) -> Result<References, HandleError> {
    let (mut items, mut sellers, mut authorities) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for plan in shipments.clone().filter(|s| s.needs_papers()).filter_map(|s| s.plan.as_ref()) {
        items.extend(plan.lines.iter().map(|line| (plan.seller_id, line.sku.clone())));
        sellers.insert(plan.seller_id);
        authorities.insert(plan.authority_id);
    }
    let months: BTreeSet<_> = shipments.clone().filter_map(Shipment::needs_rates).collect();
    let unknown: Vec<ShipmentId> = shipments.filter(|s| s.needs_recipient()).map(|s| s.id).collect();
    Ok(References {
        items: store::items::load(db, &items.into_iter().collect::<Vec<_>>()).await?,
        exporters: store::exporters::load(db, &sellers.into_iter().collect::<Vec<_>>()).await?,
        authorities: store::authorities::load(db, &authorities.into_iter().collect::<Vec<_>>()).await?,
        rates: store::exchange_rates::load(db, &months.into_iter().collect::<Vec<_>>()).await?,
        recipients: customs.consignees.fetch(&unknown).await?,
    })
}
