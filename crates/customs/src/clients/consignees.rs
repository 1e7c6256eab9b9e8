//! Consignees, asked of fulfillment: no event carries them.

use std::collections::HashMap;

use chassis::Channel;
use kernel::{ShipmentId, TaxId};
use messaging::HandleError;
use wire::WireError;
use wire::convert::{optional, parse, parse_address};
use wire::fulfillment::v1::fulfillment_service_client::FulfillmentServiceClient;
use wire::fulfillment::v1::{BatchGetConsigneesRequest, Consignee};

use crate::domain::party::Recipient;

/// Consignees of one call: the bound of the contract.
const MAX_BATCH: usize = 500;

/// Fulfillment's consignees.
#[derive(Clone)]
pub(crate) struct Consignees {
    client: FulfillmentServiceClient<Channel>,
}

impl Consignees {
    /// Over a channel to fulfillment.
    pub(crate) fn new(channel: Channel) -> Self {
        Self { client: FulfillmentServiceClient::new(channel) }
    }

    /// The consignees of these shipments; those that fulfillment does not know are left out. One call for up to 500.
    ///
    /// # Errors
    /// `Unavailable` while fulfillment does not answer, so that the batch waits.
    pub(crate) async fn fetch(
        &self,
        shipments: &[ShipmentId],
    ) -> Result<HashMap<ShipmentId, Recipient>, HandleError> {
        let mut consignees = HashMap::with_capacity(shipments.len());
        for batch in shipments.chunks(MAX_BATCH) {
            let request =
                BatchGetConsigneesRequest { shipment_ids: batch.iter().map(ToString::to_string).collect() };
            let answer = self.client.clone().batch_get_consignees(request).await?;
            for consignee in answer.into_inner().consignees {
                let (id, recipient) = recipient(consignee).map_err(HandleError::failed)?;
                consignees.insert(id, recipient);
            }
        }
        Ok(consignees)
    }
}

fn recipient(consignee: Consignee) -> Result<(ShipmentId, Recipient), WireError> {
    let id = parse("shipment_id", &consignee.shipment_id)?;
    let address = parse_address("ship_to", consignee.ship_to)?;
    let tax_id: Option<TaxId> = optional("recipient_tax_id", &consignee.recipient_tax_id)?;
    Ok((id, Recipient { address, tax_id }))
}
