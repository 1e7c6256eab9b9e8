//! One commercial invoice for each shipment that is packed and cleared: numbers, files, rows and events together.
//!
//! Safe against crashes at any point: numbers, rows and events commit or vanish together; the files are written before
//! and are named by their content, so that those of a lost transaction do no harm.

use std::collections::BTreeMap;
use std::num::NonZero;

use futures::future::try_join_all;
use kernel::{AuthorityId, SellerId, ShipmentId};
use messaging::HandleError;
use sqlx::PgConnection;

use super::Customs;
use super::advance::AtHand;
use crate::document::RenderError;
use crate::domain::invoice::{Invoice, Issue, compose};
use crate::domain::policy::utc_date;
use crate::domain::shipment::{IssuedInvoice, Shipment, Signing, SigningPapers, World};
use crate::store;
use crate::store::documents::Document;
use crate::store::invoices::Issued;

/// An invoice that is composed and not yet on paper.
struct Composed {
    shipment: ShipmentId,
    seller: SellerId,
    authority: AuthorityId,
    number: i32,
    invoice: Invoice,
}

/// Issues the invoices of all shipments at hand for which it is time.
pub(super) async fn issue_invoices(
    customs: &Customs,
    db: &mut PgConnection,
    world: World<'_>,
    at_hand: &mut AtHand,
) -> Result<(), HandleError> {
    let mut ready: Vec<(ShipmentId, SigningPapers<'_>)> = Vec::new();
    for (id, (shipment, outcome)) in at_hand.iter_mut() {
        if let Signing::Ready(papers) = shipment.ready_to_sign(world, outcome) {
            ready.push((*id, papers));
        }
    }
    if ready.is_empty() {
        return Ok(());
    }
    let composed = number(db, world, at_hand, ready).await?;
    let documents = render(customs, &composed).await?;
    let issued = composed.into_iter().zip(&documents).map(|(c, document)| issued(world, c, document));
    let issued: Vec<Issued> = issued.collect();
    let stored = customs.documents.put(documents).await;
    stored.map_err(|error| HandleError::unavailable(format!("{:#}", anyhow::Error::from(error))))?;
    store::invoices::insert(db, &issued).await?;
    for one in issued {
        if let Some((shipment, outcome)) = at_hand.get_mut(&one.shipment_id) {
            shipment.signed(one.invoice, outcome);
        }
    }
    Ok(())
}

/// Gives each invoice the next number of its seller and year, in the order of the shipments.
async fn number(
    db: &mut PgConnection,
    world: World<'_>,
    at_hand: &AtHand,
    ready: Vec<(ShipmentId, SigningPapers<'_>)>,
) -> Result<Vec<Composed>, HandleError> {
    let date = utc_date(world.now);
    let mut counts: BTreeMap<(SellerId, i16), i32> = BTreeMap::new();
    for (_, papers) in &ready {
        *counts.entry((papers.plan.seller_id, date.year())).or_default() += 1;
    }
    let mut last = store::invoices::take_numbers(db, &counts).await?;
    let mut composed = Vec::with_capacity(ready.len());
    for (id, papers) in ready {
        let seller = papers.plan.seller_id;
        let (Some(number), Some((shipment, _))) = (last.get_mut(&(seller, date.year())), at_hand.get(&id))
        else {
            return Err(HandleError::failed(format!("no invoice number was taken for seller {seller}")));
        };
        *number += 1;
        composed.push(Composed {
            shipment: id,
            seller,
            authority: papers.authority.authority_id,
            number: *number,
            invoice: composed_invoice(
                shipment,
                &papers,
                Issue { number: text(seller, date.year(), *number), date },
            )?,
        });
    }
    Ok(composed)
}

fn composed_invoice(
    shipment: &Shipment,
    papers: &SigningPapers<'_>,
    issue: Issue,
) -> Result<Invoice, HandleError> {
    compose(shipment, papers, issue).map_err(HandleError::failed)
}

/// `A2EUQ1WTGCTBG2-2026-000042`.
fn text(seller: SellerId, year: i16, number: i32) -> String {
    format!("{seller}-{year}-{number:06}")
}

/// Renders on threads of its own, one for each core: it takes milliseconds an invoice, and others wait for this one.
async fn render(customs: &Customs, composed: &[Composed]) -> Result<Vec<Document>, HandleError> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let parts = composed.chunks(composed.len().div_ceil(cores)).map(|part| {
        let (renderer, models) =
            (customs.renderer.clone(), Vec::from_iter(part.iter().map(|c| c.invoice.clone())));
        tokio::task::spawn_blocking(move || {
            let files = models.iter().map(|model| renderer.invoice(model).map(Document::new));
            files.collect::<Result<Vec<Document>, RenderError>>()
        })
    });
    let mut documents = Vec::with_capacity(composed.len());
    for part in try_join_all(parts).await.map_err(HandleError::failed)? {
        documents.extend(part.map_err(HandleError::failed)?);
    }
    Ok(documents)
}

fn issued(world: World<'_>, composed: Composed, document: &Document) -> Issued {
    Issued {
        shipment_id: composed.shipment,
        seller_id: composed.seller,
        year: composed.invoice.date.year(),
        number: composed.number,
        authority_id: composed.authority,
        invoice: IssuedInvoice {
            number: composed.invoice.number,
            issued: world.now,
            sha256: document.sha256.clone(),
            total: composed.invoice.total,
            incoterm: composed.invoice.incoterm.code.to_owned(),
        },
    }
}
