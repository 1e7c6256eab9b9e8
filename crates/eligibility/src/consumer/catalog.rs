//! The catalogue's events.

use std::sync::Arc;

use chassis::Clock;
use kernel::Sku;
use messaging::{HandleError, Handler, Received, Refusal};
use sqlx::PgConnection;
use wire::WireError;
use wire::catalog::events::v1::{
    BatteryPackaging as WirePackaging, CatalogEvent, DangerousGoods, ExportControl as WireControl,
    ItemListed, ProductGroup, catalog_event::Event,
};
use wire::convert::{optional, parse, parse_dimensions, parse_weight};

use super::refusal;
use crate::app::{Rules, list_offers};
use crate::domain::export_control::ExportControl;
use crate::domain::offer::{BatteryPackaging, Group, Hazards, MAX_DESCRIPTION, MAX_TITLE, Offer};
use crate::domain::text::visible_chars;
use crate::store::items::{Key, Listing};

/// Bounds of the contract, in characters.
const MAX_BULLET: usize = 500;
/// Bullet points of one offer.
const MAX_BULLETS: usize = 10;
/// Bounds of ours where the contract has none: characters of a category path, of a short declared value, and families.
const MAX_CATEGORY: usize = 1_000;
const MAX_VALUE: usize = 50;
const MAX_FAMILIES: usize = 50;

/// Takes offers over.
pub(crate) struct CatalogHandler {
    pub(crate) rules: Arc<Rules>,
    pub(crate) clock: Clock,
}

impl Handler<CatalogEvent> for CatalogHandler {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<CatalogEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let mut refused = Vec::new();
        let mut listings = Vec::with_capacity(batch.len());
        for (index, received) in batch.iter().enumerate() {
            match listing(&received.event) {
                Ok(listing) => listings.extend(listing),
                Err(error) => refused.push(refusal(index, &error)),
            }
        }
        list_offers(db, &self.rules, self.clock.now(), listings).await?;
        Ok(refused)
    }
}

/// What the event says about which offer; `None` for one this build does not know.
pub(crate) fn listing(event: &CatalogEvent) -> Result<Option<(Key, Listing)>, WireError> {
    let listing = match &event.event {
        Some(Event::ItemListed(item)) => {
            let listed = Some((parse("fnsku", &item.fnsku)?, offer(item)?));
            (key(&item.seller_id, &item.sku)?, Listing { version: version(item.item_version)?, listed })
        }
        Some(Event::ItemDelisted(item)) => {
            let version = version(item.item_version)?;
            (key(&item.seller_id, &item.sku)?, Listing { version, listed: None })
        }
        None => return Ok(None),
    };
    Ok(Some(listing))
}

fn key(seller: &str, sku: &str) -> Result<Key, WireError> {
    Ok((parse("seller_id", seller)?, parse::<Sku>("sku", sku)?))
}

fn version(version: i64) -> Result<i64, WireError> {
    if version >= 1 { Ok(version) } else { Err(WireError::invalid("item_version", "must be 1 or more")) }
}

fn offer(item: &ItemListed) -> Result<Offer, WireError> {
    let bullet_points = texts("bullet_points", &item.bullet_points, MAX_BULLETS, MAX_BULLET)?;
    let description = text("description", &item.description, MAX_DESCRIPTION)?;
    let longest = bullet_points.iter().map(String::as_str).chain([description]).map(visible_chars).max();
    Ok(Offer {
        asin: parse("asin", &item.asin)?,
        title: text("title", &item.title, MAX_TITLE)?.to_owned(),
        content_chars: longest.and_then(|chars| i64::try_from(chars).ok()).unwrap_or_default(),
        bullet_points,
        description: description.to_owned(),
        category: text("category", &item.category, MAX_CATEGORY)?.to_owned(),
        group: group(item.product_group())?,
        sides: item
            .package_dimensions
            .map(|sides| parse_dimensions("package_dimensions", Some(sides)))
            .transpose()?,
        weight: item.package_weight.map(|weight| parse_weight("package_weight", Some(weight))).transpose()?,
        hs_code: optional("hs_code", &item.hs_code)?,
        confirmed_code: None,
        declared_families: texts("declared_families", &item.declared_families, MAX_FAMILIES, MAX_VALUE)?,
        hazards: item.dangerous_goods.as_ref().map(hazards).transpose()?.unwrap_or_default(),
        export_control: item.export_control.as_ref().map(export_control).transpose()?.unwrap_or_default(),
    })
}

fn group(group: ProductGroup) -> Result<Group, WireError> {
    match group {
        ProductGroup::Other => Ok(Group::Other),
        ProductGroup::Book => Ok(Group::Book),
        ProductGroup::Music => Ok(Group::Music),
        ProductGroup::Video => Ok(Group::Video),
        ProductGroup::Dvd => Ok(Group::Dvd),
        ProductGroup::Unspecified => {
            Err(WireError::invalid("product_group", "is not known: OTHER unless it is media"))
        }
    }
}

fn hazards(goods: &DangerousGoods) -> Result<Hazards, WireError> {
    let value = |field: &str, value: &str| {
        text(&format!("dangerous_goods.{field}"), value, MAX_VALUE).map(|value| value.trim().to_owned())
    };
    let amount = |field: &str, amount: i64| match amount {
        0 => Ok(None),
        1.. => Ok(Some(amount)),
        _ => Err(WireError::invalid(&format!("dangerous_goods.{field}"), "must not be negative")),
    };
    Ok(Hazards {
        regulation: value("regulation", &goods.regulation)?,
        un_number: value("un_number", &goods.un_number)?,
        packaging: match goods.battery_packaging() {
            WirePackaging::Unspecified => BatteryPackaging::Unknown,
            WirePackaging::None => BatteryPackaging::NoBattery,
            WirePackaging::BatteriesOnly => BatteryPackaging::BatteriesOnly,
            WirePackaging::ContainedInEquipment => BatteryPackaging::InEquipment,
            WirePackaging::PackedWithEquipment => BatteryPackaging::WithEquipment,
        },
        composition: value("battery_composition", &goods.battery_composition)?,
        energy_mwh: amount("battery_energy_mwh", goods.battery_energy_mwh)?,
        lithium_mg: amount("lithium_content_mg", goods.lithium_content_mg)?,
        used_oil: goods.used_oil,
    })
}

fn export_control(control: &WireControl) -> Result<ExportControl, WireError> {
    Ok(ExportControl {
        eccn: text("export_control.eccn", &control.eccn, MAX_VALUE)?.trim().to_owned(),
        licence_required: control.licence_required,
        military: control.military,
    })
}

/// A list of texts without line breaks, within its bounds.
fn texts(field: &str, texts: &[String], most: usize, longest: usize) -> Result<Vec<String>, WireError> {
    if texts.len() > most {
        return Err(WireError::invalid(field, format!("has {} entries; at most {most}", texts.len())));
    }
    let texts = texts.iter().enumerate().map(|(index, entry)| {
        text(&format!("{field}[{index}]"), entry, longest).map(|entry| entry.replace(['\n', '\r'], " "))
    });
    texts.collect()
}

/// A text within its bound. PostgreSQL keeps no NUL.
fn text<'a>(field: &str, text: &'a str, longest: usize) -> Result<&'a str, WireError> {
    let length = text.chars().count();
    if length > longest {
        return Err(WireError::invalid(field, format!("has {length} characters; at most {longest}")));
    }
    if text.contains('\0') {
        return Err(WireError::invalid(field, "holds a NUL character"));
    }
    Ok(text)
}
