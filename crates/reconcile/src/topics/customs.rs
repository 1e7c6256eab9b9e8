//! What customs published.

use std::collections::HashMap;

use kernel::ShipmentId;
use wire::customs::events::v1::{CustomsEvent, customs_event};

use super::{Requested, Topics, id};

/// Invoices as customs announced them.
#[derive(Debug, Default)]
pub(crate) struct Customs {
    /// How many invoices were issued for each shipment.
    pub(crate) invoiced: HashMap<ShipmentId, u32>,
}

impl Topics {
    pub(crate) fn take_customs(&mut self, event: CustomsEvent) -> Result<(), String> {
        use customs_event::Event as E;
        match event.event {
            Some(E::InvoiceIssued(event)) => {
                *self.customs.invoiced.entry(id("shipment_id", &event.shipment_id)?).or_default() += 1;
            }
            Some(E::RefundRequested(event)) => {
                self.flow.refunds_requested.add(Requested::refund("customs", event.refund)?);
            }
            Some(_) => {}
            None => return Err("the event is not known to this version".to_owned()),
        }
        Ok(())
    }
}
