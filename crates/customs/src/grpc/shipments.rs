//! Shipments and parties, to be looked at.

use chassis::{Error, Principal, principal};
use kernel::ShipmentId;
use messaging::calls::database;
use tonic::Request;
use wire::ErrorReason;
use wire::convert::{parse, parse_country};
use wire::customs::v1::*;

use super::CustomsApi;
use super::convert;
use crate::domain::policy::utc_date;
use crate::domain::shipment::{Plan, Shipment};
use crate::store;

/// Characters of a screened name.
const MAX_NAME: usize = 200;

impl CustomsApi {
    pub(super) async fn shipment(
        &self,
        request: &Request<GetCustomsShipmentRequest>,
    ) -> Result<GetCustomsShipmentResponse, Error> {
        let caller = principal(request)?;
        let id: ShipmentId = parse("shipment_id", &request.get_ref().shipment_id)?;
        let (shipment, plan) = self.planned(caller, id).await?;
        Ok(GetCustomsShipmentResponse { shipment: Some(convert::shipment(&shipment, &plan)) })
    }

    /// A planned shipment that the caller may see.
    pub(super) async fn planned(
        &self,
        caller: &Principal,
        id: ShipmentId,
    ) -> Result<(Shipment, Plan), Error> {
        let mut db = messaging::snapshot(&self.pool).await.map_err(database)?;
        let found = store::shipments::get(&mut db, id).await.map_err(database)?;
        let planned = found.and_then(|shipment| shipment.plan.clone().map(|plan| (shipment, plan)));
        let (shipment, plan) = planned.ok_or_else(|| {
            let message =
                format!("customs knows no shipment {id}: check the id, or wait until it is planned");
            Error::not_found(ErrorReason::ShipmentNotFound, message)
        })?;
        caller.may_act_for(&plan.seller_id)?;
        Ok((shipment, plan))
    }

    pub(super) fn screen(&self, asked: &ScreenPartyRequest) -> Result<ScreenPartyResponse, Error> {
        let country = parse_country("country_code", &asked.country_code)?;
        if asked.name.trim().is_empty() || asked.name.chars().count() > MAX_NAME {
            return Err(Error::invalid("name", format!("must have 1 to {MAX_NAME} characters")));
        }
        let date = utc_date(self.customs.clock.now());
        let hits = self.customs.rules.screen_party(&asked.name, country, date);
        Ok(ScreenPartyResponse { r#match: !hits.is_empty(), hits: hits.iter().map(convert::hit).collect() })
    }
}
