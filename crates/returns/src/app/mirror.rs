//! Offers and size tiers: what others tell of products.

use kernel::Asin;
use messaging::{HandleError, Refusal};
use sqlx::PgConnection;
use wire::WireError;
use wire::catalog::events::v1::{ItemListed, catalog_event};
use wire::convert::{parse, parse_dimensions, parse_weight};
use wire::eligibility::events::v1::{VerdictChanged, eligibility_event};

use super::malformed;
use crate::store::items::{self, Item};

/// Takes listed offers; a delisted one keeps its facts, for its units may still come back.
pub(crate) async fn catalogue(
    db: &mut PgConnection,
    batch: &[&catalog_event::Event],
) -> Result<Vec<Refusal>, HandleError> {
    let (mut listed, mut refusals) = (Vec::new(), Vec::new());
    for (index, event) in batch.iter().enumerate() {
        match event {
            catalog_event::Event::ItemListed(item) => match offer(item) {
                Ok(item) => listed.push(item),
                Err(error) => refusals.push(malformed(index, &error)),
            },
            catalog_event::Event::ItemDelisted(_) => {}
        }
    }
    items::upsert(db, &listed).await?;
    Ok(refusals)
}

fn offer(item: &ItemListed) -> Result<Item, WireError> {
    let weight = item.package_weight.map(|weight| parse_weight("package_weight", Some(weight)));
    let dimensions = item.package_dimensions.map(|sides| parse_dimensions("package_dimensions", Some(sides)));
    Ok(Item {
        seller: parse("seller_id", &item.seller_id)?,
        sku: parse("sku", &item.sku)?,
        version: item.item_version,
        asin: parse("asin", &item.asin)?,
        category: item.category.clone(),
        weight: weight.transpose()?,
        dimensions: dimensions.transpose()?,
    })
}

/// Takes the size tiers that eligibility evaluated.
pub(crate) async fn verdicts(
    db: &mut PgConnection,
    batch: &[&eligibility_event::Event],
) -> Result<Vec<Refusal>, HandleError> {
    let (mut tiers, mut refusals) = (Vec::new(), Vec::new());
    for (index, event) in batch.iter().enumerate() {
        match event {
            eligibility_event::Event::VerdictChanged(verdict) => match size_tier(verdict) {
                Ok(tier) => tiers.push(tier),
                Err(error) => refusals.push(malformed(index, &error)),
            },
            eligibility_event::Event::CycleCompleted(_)
            | eligibility_event::Event::ClassificationConfirmed(_)
            | eligibility_event::Event::ClassificationSuggested(_) => {}
        }
    }
    items::upsert_size_tiers(db, &tiers).await?;
    Ok(refusals)
}

fn size_tier(verdict: &VerdictChanged) -> Result<(Asin, String), WireError> {
    Ok((parse("asin", &verdict.asin)?, verdict.size_tier.clone()))
}
