//! One order through all services: what fulfillment, customs and returns know of it, and when what happened.

use serde::Serialize;
use wire::customs::v1::GetCustomsShipmentRequest;
use wire::returns::v1::{ListReimbursementsRequest, ListReturnsRequest};

use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::{Listed, all_pages};
use crate::views::{CustomsShipment, HistoryEntry, Money, Order, Reimbursement, Return, Shipment, Time};

/// Returns of one order that are looked at.
const MAX_RETURNS: u32 = 500;
/// Reimbursements of the seller among which those of the order are looked for.
const MAX_REIMBURSEMENTS: u32 = 5_000;

/// An order and all that came of it.
#[derive(Debug, Serialize)]
struct Followed {
    order_id: String,
    seller_id: String,
    state: String,
    destination_country_code: String,
    shipments: Vec<FollowedShipment>,
    returns: Vec<Return>,
    reimbursements: Vec<Reimbursement>,
    /// Oldest first.
    timeline: Vec<Moment>,
    /// What could not be asked, and why; the exit code is that of the first.
    missing: Vec<Missing>,
}

/// A shipment as fulfillment and customs know it, in one row.
#[derive(Debug, Serialize)]
struct FollowedShipment {
    shipment_id: String,
    state: String,
    carrier: String,
    tracking_numbers: Vec<String>,
    hold_reason: String,
    clearance_state: String,
    export_citation: String,
    invoice_number: String,
    deposit_state: String,
    deposit: Option<Money>,
    charges: Option<Money>,
    refunded: Option<Money>,
    shortfall: Option<Money>,
}

#[derive(Debug, Serialize)]
struct Moment {
    time: Option<Time>,
    service: Service,
    event: String,
    actor: String,
    shipment_id: String,
    detail: String,
}

#[derive(Debug, Serialize)]
struct Missing {
    service: Service,
    error: String,
}

/// What is known so far, and what could not be asked.
struct Search<'a> {
    context: &'a Context,
    timeline: Vec<Moment>,
    missing: Vec<(Service, Failure)>,
}

pub(crate) async fn run(context: &Context, order: Order) -> Result<(), Failure> {
    let mut search = Search { context, timeline: Vec::new(), missing: Vec::new() };
    search.timeline.extend(order.history.into_iter().map(booked));
    let mut shipments = Vec::with_capacity(order.shipments.len());
    for shipment in order.shipments {
        let customs = search.customs(&shipment.shipment_id).await;
        shipments.push(merged(shipment, customs));
    }
    let returns = search.returns(&order.order_id).await;
    let reimbursements = search.reimbursements(&order.seller_id, &order.order_id).await;
    // Stable: what has the same time stays in the order in which its service booked it.
    search.timeline.sort_by(|a, b| a.time.cmp(&b.time));
    let missing =
        search.missing.iter().map(|(service, failure)| Missing { service: *service, error: failure.line() });
    context.print(&Followed {
        order_id: order.order_id,
        seller_id: order.seller_id,
        state: order.state,
        destination_country_code: order.destination_country_code,
        shipments,
        returns,
        reimbursements,
        timeline: search.timeline,
        missing: missing.collect(),
    })?;
    search.missing.into_iter().next().map_or(Ok(()), |(_, failure)| Err(failure))
}

impl Search<'_> {
    async fn customs(&mut self, shipment_id: &str) -> Option<CustomsShipment> {
        let known = self.ask_customs(shipment_id).await;
        let known: Option<CustomsShipment> = self.found(Service::Customs, known)?.map(Into::into);
        if let Some(invoice) = known.as_ref().and_then(|shipment| shipment.invoice.as_ref()) {
            self.happened(
                Service::Customs,
                &invoice.issued_time,
                "INVOICE_ISSUED",
                shipment_id,
                &invoice.invoice_number,
            );
        }
        known
    }

    async fn ask_customs(
        &self,
        shipment_id: &str,
    ) -> Result<Option<wire::customs::v1::CustomsShipment>, Failure> {
        let request = self.context.ask(GetCustomsShipmentRequest { shipment_id: shipment_id.to_owned() });
        let mut client = self.context.customs()?;
        Ok(self.context.call(Service::Customs, client.get_customs_shipment(request)).await?.shipment)
    }

    async fn returns(&mut self, order_id: &str) -> Vec<Return> {
        let listed = self.ask_returns(order_id).await;
        let returns = self.found(Service::Returns, listed).unwrap_or_default();
        for back in &returns {
            let detail = format!("{} by {}", back.rma_id, back.authorised_by);
            self.happened(Service::Returns, &back.authorised_time, "RETURN_AUTHORISED", "", &detail);
        }
        returns
    }

    async fn ask_returns(&self, order_id: &str) -> Result<Vec<Return>, Failure> {
        let mut client = self.context.returns()?;
        let listed = all_pages(MAX_RETURNS, async |page_size, page_token| {
            let request = ListReturnsRequest { page_size, page_token, order_id: order_id.to_owned() };
            let page =
                self.context.call(Service::Returns, client.list_returns(self.context.ask(request))).await?;
            Ok((page.returns, page.next_page_token))
        });
        whole(listed.await?.shown_as(), "the order's returns: see `return list`")
    }

    async fn reimbursements(&mut self, seller_id: &str, order_id: &str) -> Vec<Reimbursement> {
        let listed = self.ask_reimbursements(seller_id).await;
        let mut found = self.found(Service::Returns, listed).unwrap_or_default();
        found.retain(|reimbursement| reimbursement.order_id == order_id);
        for paid in &found {
            let detail = format!("{} x {} {}", paid.quantity, paid.sku, paid.reason);
            self.happened(Service::Returns, &paid.approved_time, "REIMBURSEMENT_APPROVED", "", &detail);
            if paid.paid_time.is_some() {
                self.happened(
                    Service::Returns,
                    &paid.paid_time,
                    "REIMBURSEMENT_PAID",
                    "",
                    &paid.reimbursement_id,
                );
            }
        }
        found
    }

    async fn ask_reimbursements(&self, seller_id: &str) -> Result<Vec<Reimbursement>, Failure> {
        let mut client = self.context.returns()?;
        let listed = all_pages(MAX_REIMBURSEMENTS, async |page_size, page_token| {
            let request =
                ListReimbursementsRequest { page_size, page_token, seller_id: seller_id.to_owned() };
            let asked = client.list_reimbursements(self.context.ask(request));
            let page = self.context.call(Service::Returns, asked).await?;
            Ok((page.reimbursements, page.next_page_token))
        });
        whole(listed.await?.shown_as(), "the seller's reimbursements: see `reimbursements`")
    }

    /// What was found; a service that knows nothing yet is no failure, one that cannot be asked is kept as missing.
    fn found<T>(&mut self, service: Service, answer: Result<T, Failure>) -> Option<T> {
        match answer {
            Ok(found) => Some(found),
            Err(failure) if failure.is_not_found() => None,
            Err(failure) => {
                self.missing.push((service, failure));
                None
            }
        }
    }

    fn happened(
        &mut self,
        service: Service,
        time: &Option<Time>,
        event: &str,
        shipment_id: &str,
        detail: &str,
    ) {
        self.timeline.push(Moment {
            time: time.clone(),
            service,
            event: event.to_owned(),
            actor: service.to_string(),
            shipment_id: shipment_id.to_owned(),
            detail: detail.to_owned(),
        });
    }
}

/// The whole list; a part of one would hide what happened.
fn whole<T>(listed: Listed<T>, what: &str) -> Result<Vec<T>, Failure> {
    if listed.truncated {
        return Err(Failure::check(format!("only {} were read of {what}", listed.entries.len())));
    }
    Ok(listed.entries)
}

fn booked(entry: HistoryEntry) -> Moment {
    Moment {
        time: entry.time,
        service: Service::Fulfillment,
        event: entry.event,
        actor: entry.actor,
        shipment_id: entry.shipment_id,
        detail: entry.detail,
    }
}

fn merged(shipment: Shipment, customs: Option<CustomsShipment>) -> FollowedShipment {
    let mut row = FollowedShipment {
        shipment_id: shipment.shipment_id,
        state: shipment.state,
        carrier: shipment.carrier,
        tracking_numbers: shipment.tracking_numbers,
        hold_reason: shipment.hold_reason,
        clearance_state: String::new(),
        export_citation: String::new(),
        invoice_number: String::new(),
        deposit_state: String::new(),
        deposit: None,
        charges: None,
        refunded: None,
        shortfall: None,
    };
    if let Some(customs) = customs {
        row.clearance_state = customs.clearance_state;
        row.export_citation = customs.export_citation;
        row.invoice_number = customs.invoice.map(|invoice| invoice.invoice_number).unwrap_or_default();
        row.deposit_state = customs.deposit_state;
        row.deposit = customs.deposit;
        row.charges = customs.charges;
        row.refunded = customs.refunded;
        row.shortfall = customs.shortfall;
    }
    row
}
