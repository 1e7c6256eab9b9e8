//! One commercial invoice for each shipment that is packed and cleared: numbers, files, rows and events together.
//!
//! Safe against crashes at any point: numbers, rows and events commit or vanish together; the files are written before
//! and are named by their content, so that those of a lost transaction do no harm.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt};
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

/// Invoices that are drawn before they are stored: so many files are in memory for each core.
const DRAWN_AT_ONCE: usize = 8;

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
    let files = draw(customs, &composed).await?;
    let issued: Vec<Issued> =
        composed.into_iter().zip(files).map(|(composed, sha256)| issued(world, composed, sha256)).collect();
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

/// Draws and stores the invoices, a few at a time and as many at once as there are cores, since others wait for these
/// numbers. Answers the names of the files.
async fn draw(customs: &Customs, composed: &[Composed]) -> Result<Vec<String>, HandleError> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let parts: Vec<_> = composed
        .chunks(DRAWN_AT_ONCE)
        .map(|part| draw_some(customs, part.iter().map(|composed| composed.invoice.clone()).collect()))
        .collect();
    futures::stream::iter(parts).buffered(cores).try_concat().await
}

async fn draw_some(customs: &Customs, invoices: Vec<Invoice>) -> Result<Vec<String>, HandleError> {
    // Batches share the threads: those of a core each are as fast as many, and many keep much memory each.
    let turn = Arc::clone(&customs.drawing).acquire_owned().await.map_err(HandleError::failed)?;
    let renderer = Arc::clone(&customs.renderer);
    let drawn = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        invoices.iter().map(|invoice| renderer.invoice(invoice).map(Document::new)).collect()
    });
    let drawn: Result<Vec<Document>, RenderError> = drawn.await.map_err(HandleError::failed)?;
    let documents = drawn.map_err(HandleError::failed)?;
    let names = documents.iter().map(|document| document.sha256.clone()).collect();
    let stored = customs.documents.put(documents).await;
    stored.map_err(|error| HandleError::unavailable(format!("{:#}", anyhow::Error::from(error))))?;
    Ok(names)
}

fn issued(world: World<'_>, composed: Composed, sha256: String) -> Issued {
    Issued {
        shipment_id: composed.shipment,
        seller_id: composed.seller,
        year: composed.invoice.date.year(),
        number: composed.number,
        authority_id: composed.authority,
        invoice: IssuedInvoice {
            number: composed.invoice.number,
            issued: world.now,
            sha256,
            total: composed.invoice.total,
            incoterm: composed.invoice.incoterm.code.to_owned(),
        },
    }
}
