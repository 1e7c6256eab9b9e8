//! Returned units as the centers tell them: received, inspected.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use kernel::{FcCode, LineNo, Lpn, Money, RmaId, SellerId, Sku};
use messaging::{HandleError, Refusal};
use sqlx::PgConnection;
use wire::convert::{parse, parse_money};
use wire::warehouse::events::v1::warehouse_event::Event;
use wire::warehouse::events::v1::{ReturnCondition, ReturnUnitInspected, ReturnUnitReceived};
use wire::{ErrorReason, WireError};

use super::{Effects, Rules, malformed, refused};
use crate::domain::{Disposition, Product, Refused, Rma};
use crate::store;

/// What one record tells of a unit.
struct News {
    index: usize,
    rma: RmaId,
    lpn: Lpn,
    what: What,
}

enum What {
    Received { line: LineNo, fc: FcCode, postage: Option<Money> },
    Inspected(Disposition),
}

pub(crate) async fn units(
    db: &mut PgConnection,
    batch: &[&Event],
    rules: &Rules,
    now: Timestamp,
) -> Result<Vec<Refusal>, HandleError> {
    let (mut news, mut refusals) = (Vec::new(), Vec::new());
    for (index, event) in batch.iter().enumerate() {
        match read(index, event) {
            Ok(Some(told)) => news.push(told),
            Ok(None) => {}
            Err(error) => refusals.push(malformed(index, &error)),
        }
    }
    apply(db, &news, rules, now, &mut refusals).await?;
    Ok(refusals)
}

fn read(index: usize, event: &Event) -> Result<Option<News>, WireError> {
    match event {
        Event::ReturnUnitReceived(unit) => received(index, unit).map(Some),
        Event::ReturnUnitInspected(unit) => inspected(index, unit).map(Some),
        Event::StockReceived(_) | Event::ShipmentPacked(_) => Ok(None),
    }
}

fn received(index: usize, unit: &ReturnUnitReceived) -> Result<News, WireError> {
    let postage = unit.postage.clone().map(|postage| parse_money("postage", Some(postage))).transpose()?;
    if postage.is_some_and(|postage| postage.is_negative()) {
        return Err(WireError::invalid("postage", "is negative; it must be zero or more"));
    }
    let line = LineNo::new(unit.line_no).map_err(|error| WireError::invalid("line_no", error))?;
    let what = What::Received { line, fc: parse("fc", &unit.fc)?, postage };
    Ok(News { index, rma: parse("rma_id", &unit.rma_id)?, lpn: parse("lpn", &unit.lpn)?, what })
}

fn inspected(index: usize, unit: &ReturnUnitInspected) -> Result<News, WireError> {
    let what = What::Inspected(match unit.condition() {
        ReturnCondition::Sellable => Disposition::Sellable,
        ReturnCondition::Defective => Disposition::Defective,
        ReturnCondition::CustomerDamaged => Disposition::CustomerDamaged,
        ReturnCondition::Damaged => Disposition::Damaged,
        ReturnCondition::CarrierDamaged => Disposition::CarrierDamaged,
        ReturnCondition::Expired => Disposition::Expired,
        ReturnCondition::Unspecified => {
            return Err(WireError::invalid("condition", "is not one that this version knows"));
        }
    });
    Ok(News { index, rma: parse("rma_id", &unit.rma_id)?, lpn: parse("lpn", &unit.lpn)?, what })
}

async fn apply(
    db: &mut PgConnection,
    news: &[News],
    rules: &Rules,
    now: Timestamp,
    refusals: &mut Vec<Refusal>,
) -> Result<(), HandleError> {
    let ids: BTreeSet<RmaId> = news.iter().map(|news| news.rma).collect();
    let mut rmas = store::rmas::lock(db, &ids.into_iter().collect::<Vec<_>>()).await?;
    let products = products(db, &rmas).await?;
    let mut effects = Effects::new(rules, now);
    for told in news {
        let Some(rma) = rmas.get_mut(&told.rma) else {
            let detail = format!("return {} was never authorised", told.rma);
            refusals.push(Refusal { index: told.index, reason: ErrorReason::ReturnNotFound, detail });
            continue;
        };
        match take(rma, told, rules, now, &products, &mut effects)? {
            Ok(()) => {}
            Err(error) => refusals.push(refused(told.index, &error)?),
        }
    }
    store::rmas::save(db, &rmas.values().collect::<Vec<_>>()).await?;
    effects.save(db).await
}

/// Applies one record to its return; the inner error is the rules'.
fn take(
    rma: &mut Rma,
    told: &News,
    rules: &Rules,
    now: Timestamp,
    products: &HashMap<(SellerId, Sku), Product>,
    effects: &mut Effects<'_>,
) -> Result<Result<(), Refused>, HandleError> {
    let found = match told.what {
        What::Received { line, fc, postage } => {
            return Ok(rma.receive(told.lpn, line, fc, postage).map(|_| ()));
        }
        What::Inspected(found) => found,
    };
    let outcome = match rma.judge(&told.lpn, found, &rules.policies, now) {
        Ok(Some(outcome)) => outcome,
        Ok(None) => return Ok(Ok(())),
        Err(error) => return Ok(Err(error)),
    };
    let sku = rma.line(outcome.unit.line).map(|line| line.sku.clone());
    let unknown = Product::default();
    let product = sku.and_then(|sku| products.get(&(rma.seller, sku))).unwrap_or(&unknown);
    effects.judged(rma, &outcome, product)?;
    effects.close_when_complete(rma);
    Ok(Ok(()))
}

async fn products(
    db: &mut PgConnection,
    rmas: &HashMap<RmaId, Rma>,
) -> Result<HashMap<(SellerId, Sku), Product>, HandleError> {
    let offers: BTreeSet<(SellerId, Sku)> =
        rmas.values().flat_map(|rma| rma.lines.iter().map(|line| (rma.seller, line.sku.clone()))).collect();
    Ok(store::items::products(db, &offers.into_iter().collect::<Vec<_>>()).await?)
}
