//! Units that come in: received from sellers, or restocked after a return.

use std::collections::BTreeMap;

use messaging::HandleError;
use sqlx::PgConnection;

use crate::store;
use crate::store::stock::{Arrival, ArrivalKind};

/// Books arrivals, each once however often it is told.
pub(crate) async fn receive_stock(db: &mut PgConnection, arrivals: Vec<Arrival>) -> Result<(), HandleError> {
    let distinct: BTreeMap<(ArrivalKind, String), Arrival> =
        arrivals.into_iter().map(|arrival| ((arrival.kind, arrival.id.clone()), arrival)).collect();
    if distinct.is_empty() {
        return Ok(());
    }
    Ok(store::stock::arrive(db, &Vec::from_iter(distinct.into_values())).await?)
}
