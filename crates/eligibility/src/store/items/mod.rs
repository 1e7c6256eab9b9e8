//! Offers.

mod columns;

use std::collections::BTreeMap;

use futures::Stream;
use futures::TryStreamExt;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use kernel::{Asin, Dimensions, Fnsku, Length, SellerId, Sku, Weight};
use sqlx::PgConnection;

use self::columns::Columns;
use super::{known, stored};
use crate::domain::classification::Basis;
use crate::domain::export_control::ExportControl;
use crate::domain::offer::{BatteryPackaging, Group, Hazards, Offer};
use crate::domain::verdict::State;

/// Separates bullet points and families in a column; the texts themselves hold no line breaks.
const LINE: &str = "\n";

/// The key of an offer.
pub(crate) type Key = (SellerId, Sku);

/// An offer as it is listed, with its version.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    pub(crate) version: i64,
    /// `None`: the offer is gone.
    pub(crate) listed: Option<(Fnsku, Offer)>,
}

/// What is known of an offer.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) version: i64,
    pub(crate) asin: Option<Asin>,
    /// `None`: it is not listed.
    pub(crate) basis: Option<Basis>,
}

/// What is known of offers, locked in the order of their keys; unknown ones are left out.
pub(crate) async fn lock(db: &mut PgConnection, keys: &[&Key]) -> sqlx::Result<BTreeMap<Key, Known>> {
    let sellers: Vec<&str> = keys.iter().map(|(seller, _)| seller.as_str()).collect();
    let skus: Vec<&str> = keys.iter().map(|(_, sku)| sku.as_str()).collect();
    let rows = sqlx::query!(
        "SELECT i.seller_id, i.sku, i.item_version, i.listed, i.asin, i.title, i.category, i.product_group, i.hs_code
           FROM items i
          WHERE (i.seller_id, i.sku) IN (SELECT * FROM UNNEST($1::text[], $2::text[]))
          ORDER BY i.seller_id, i.sku FOR UPDATE",
        &sellers as &[&str],
        &skus as &[&str],
    );
    let rows = rows.fetch_all(db).await?.into_iter().map(|row| {
        let key = (stored(&row.seller_id)?, stored(&row.sku)?);
        let asin = row.asin.as_deref().map(stored).transpose()?;
        let group = known(Group::from_name(&row.product_group), &row.product_group)?;
        let declared = row.hs_code.as_deref().map(stored).transpose()?;
        let basis = asin.filter(|_| row.listed).map(|asin| Basis {
            asin,
            title: row.title,
            category: row.category,
            group,
            declared,
        });
        Ok((key, Known { version: row.item_version, asin, basis }))
    });
    rows.collect()
}

/// Writes offers that are listed, in one statement.
pub(crate) async fn save(
    db: &mut PgConnection,
    listings: &[(&Key, i64, &Fnsku, &Offer)],
    now: Timestamp,
) -> sqlx::Result<()> {
    let columns = Columns::of(listings);
    sqlx::query!(
        "INSERT INTO items (seller_id, sku, item_version, listed, asin, fnsku, title, bullet_points, category,
                            product_group, longest_um, median_um, shortest_um, weight_mg, hs_code, content_chars,
                            declared_families, dg_regulation, un_number, battery_packaging, battery_composition,
                            battery_energy_mwh, lithium_content_mg, used_oil, description, description_version, eccn,
                            licence_required, military, since)
         SELECT seller_id, sku, item_version, true, asin, fnsku, title, bullet_points, category, product_group,
                longest_um, median_um, shortest_um, weight_mg, hs_code, content_chars, declared_families,
                dg_regulation, un_number, battery_packaging, battery_composition, battery_energy_mwh,
                lithium_content_mg, used_oil, description, item_version, eccn, licence_required, military, $28
           FROM UNNEST($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
                       $8::text[], $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[],
                       $14::text[], $15::bigint[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[],
                       $21::bigint[], $22::bigint[], $23::boolean[], $24::text[], $25::text[], $26::boolean[],
                       $27::boolean[])
                AS new (seller_id, sku, item_version, asin, fnsku, title, bullet_points, category, product_group,
                        longest_um, median_um, shortest_um, weight_mg, hs_code, content_chars, declared_families,
                        dg_regulation, un_number, battery_packaging, battery_composition, battery_energy_mwh,
                        lithium_content_mg, used_oil, description, eccn, licence_required, military)
         ON CONFLICT (seller_id, sku) DO UPDATE
            SET item_version = EXCLUDED.item_version, listed = true, asin = EXCLUDED.asin, fnsku = EXCLUDED.fnsku,
                title = EXCLUDED.title, bullet_points = EXCLUDED.bullet_points, category = EXCLUDED.category,
                product_group = EXCLUDED.product_group, longest_um = EXCLUDED.longest_um,
                median_um = EXCLUDED.median_um, shortest_um = EXCLUDED.shortest_um, weight_mg = EXCLUDED.weight_mg,
                hs_code = EXCLUDED.hs_code, content_chars = EXCLUDED.content_chars,
                declared_families = EXCLUDED.declared_families, dg_regulation = EXCLUDED.dg_regulation,
                un_number = EXCLUDED.un_number, battery_packaging = EXCLUDED.battery_packaging,
                battery_composition = EXCLUDED.battery_composition,
                battery_energy_mwh = EXCLUDED.battery_energy_mwh,
                lithium_content_mg = EXCLUDED.lithium_content_mg, used_oil = EXCLUDED.used_oil,
                description = EXCLUDED.description, description_version = EXCLUDED.description_version,
                eccn = EXCLUDED.eccn, licence_required = EXCLUDED.licence_required, military = EXCLUDED.military,
                since = CASE WHEN items.listed AND items.asin = EXCLUDED.asin
                                  AND items.product_group = EXCLUDED.product_group
                             THEN items.since ELSE greatest(EXCLUDED.since, items.since) END",
        &columns.sellers as &[&str],
        &columns.skus as &[&str],
        &columns.versions,
        &columns.asins as &[&str],
        &columns.fnskus as &[&str],
        &columns.titles as &[&str],
        &columns.bullet_points,
        &columns.categories as &[&str],
        &columns.groups as &[&str],
        &columns.longest as &[Option<i64>],
        &columns.median as &[Option<i64>],
        &columns.shortest as &[Option<i64>],
        &columns.weights as &[Option<i64>],
        &columns.hs_codes as &[Option<&str>],
        &columns.content_chars,
        &columns.families,
        &columns.regulations as &[&str],
        &columns.un_numbers as &[&str],
        &columns.packagings as &[&str],
        &columns.compositions as &[&str],
        &columns.energies as &[Option<i64>],
        &columns.lithium as &[Option<i64>],
        &columns.used_oil,
        &columns.descriptions as &[&str],
        &columns.eccns as &[&str],
        &columns.licences,
        &columns.military,
        now.to_sqlx() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes offers off. One that was never seen leaves a mark, so that an older listing of it comes too late.
pub(crate) async fn delist(
    db: &mut PgConnection,
    delisted: &[(&Key, i64)],
    now: Timestamp,
) -> sqlx::Result<()> {
    let sellers: Vec<&str> = delisted.iter().map(|((seller, _), _)| seller.as_str()).collect();
    let skus: Vec<&str> = delisted.iter().map(|((_, sku), _)| sku.as_str()).collect();
    let versions: Vec<i64> = delisted.iter().map(|(_, version)| *version).collect();
    sqlx::query!(
        "INSERT INTO items (seller_id, sku, item_version, listed, fnsku, title, bullet_points, category,
                            product_group, content_chars, declared_families, dg_regulation, un_number,
                            battery_packaging, battery_composition, used_oil, since)
         SELECT seller_id, sku, item_version, false, '', '', '', '', 'OTHER', 0, '', '', '', 'UNKNOWN', '', false, $4
           FROM UNNEST($1::text[], $2::text[], $3::bigint[]) AS gone (seller_id, sku, item_version)
         ON CONFLICT (seller_id, sku) DO UPDATE
            SET item_version = EXCLUDED.item_version, listed = false,
                since = CASE WHEN items.listed THEN greatest(EXCLUDED.since, items.since) ELSE items.since END",
        &sellers as &[&str],
        &skus as &[&str],
        &versions,
        now.to_sqlx() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The product of a listed offer.
pub(crate) async fn asin(db: &mut PgConnection, (seller, sku): &Key) -> sqlx::Result<Option<Asin>> {
    let asin = sqlx::query_scalar!(
        r#"SELECT asin AS "asin!" FROM items WHERE seller_id = $1 AND sku = $2 AND listed"#,
        seller.as_str(),
        sku.as_str()
    );
    asin.fetch_optional(db).await?.as_deref().map(stored).transpose()
}

/// Whether a seller lists an offer of a product.
pub(crate) async fn lists(db: &mut PgConnection, seller: SellerId, asin: Asin) -> sqlx::Result<bool> {
    let lists = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM items WHERE asin = $2 AND listed AND seller_id = $1) AS "lists!""#,
        seller.as_str(),
        asin.as_str()
    );
    lists.fetch_one(db).await
}

/// The listed offers of products, product by product: streamed, since one product may have any number of them.
pub(crate) fn offers<'a>(
    db: &'a mut PgConnection,
    asins: &'a [Asin],
) -> impl Stream<Item = sqlx::Result<OfOffer>> + 'a {
    let asins: Vec<String> = asins.iter().map(Asin::to_string).collect();
    sqlx::query_as!(
        OfferRow,
        r#"SELECT seller_id, sku, asin AS "asin!", title, bullet_points, category, product_group, longest_um, median_um, shortest_um,
                  weight_mg, hs_code, content_chars, declared_families, dg_regulation, un_number, battery_packaging,
                  battery_composition, battery_energy_mwh, lithium_content_mg, used_oil, eccn, licence_required, military,
                  CASE WHEN description_version = item_version THEN description ELSE '' END AS "description!",
                  (SELECT c.hs_code FROM classifications c WHERE c.asin = items.asin ORDER BY c.version DESC LIMIT 1)
                      AS confirmed_code
             FROM items WHERE asin = ANY($1) AND listed ORDER BY asin, seller_id, sku"#,
        asins as Vec<String>
    )
    .fetch(db)
    .map_err(Into::into)
    .and_then(async |mut row: OfferRow| {
        let (seller, sku) = (std::mem::take(&mut row.seller_id), std::mem::take(&mut row.sku));
        Ok(OfOffer { seller, sku, offer: row.offer()? })
    })
}

/// An offer with its product's verdict in a word.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) sku: String,
    pub(crate) asin: String,
    pub(crate) title: String,
    pub(crate) state: State,
    /// Number of countries it may go to.
    pub(crate) countries: i64,
}

/// Up to `limit` listed offers of a seller after a SKU, in order.
pub(crate) async fn page(
    db: &mut PgConnection,
    seller: SellerId,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Listed>> {
    let rows = sqlx::query!(
        r#"SELECT i.sku, i.asin AS "asin!", i.title, v.state AS "state!", coalesce(bit_count(v.eligible), 0) AS "countries!"
             FROM items i JOIN verdicts_now v ON v.shard = shard_of(i.asin) AND v.asin = i.asin
            WHERE i.seller_id = $1 AND i.sku > $2 AND i.listed ORDER BY i.sku LIMIT $3"#,
        seller.as_str(),
        after,
        limit
    );
    let rows = rows.fetch_all(db).await?.into_iter().map(|row| {
        let state = known(State::from_name(&row.state), &row.state)?;
        Ok(Listed { sku: row.sku, asin: row.asin, title: row.title, state, countries: row.countries })
    });
    rows.collect()
}

/// A listed offer, and whose it is.
#[derive(Debug)]
pub(crate) struct OfOffer {
    pub(crate) seller: String,
    pub(crate) sku: String,
    pub(crate) offer: Offer,
}

struct OfferRow {
    seller_id: String,
    sku: String,
    asin: String,
    title: String,
    bullet_points: String,
    category: String,
    product_group: String,
    longest_um: Option<i64>,
    median_um: Option<i64>,
    shortest_um: Option<i64>,
    weight_mg: Option<i64>,
    hs_code: Option<String>,
    confirmed_code: Option<String>,
    content_chars: i64,
    declared_families: String,
    dg_regulation: String,
    un_number: String,
    battery_packaging: String,
    battery_composition: String,
    battery_energy_mwh: Option<i64>,
    lithium_content_mg: Option<i64>,
    used_oil: bool,
    eccn: String,
    licence_required: bool,
    military: bool,
    description: String,
}

impl OfferRow {
    fn offer(self) -> sqlx::Result<Offer> {
        let decode = |error: kernel::ParseError| sqlx::Error::Decode(Box::new(error));
        let side = |um: i64| Length::from_micrometres(um).map_err(decode);
        let sides = match (self.longest_um, self.median_um, self.shortest_um) {
            (Some(a), Some(b), Some(c)) => Some(Dimensions::new(side(a)?, side(b)?, side(c)?)),
            _ => None,
        };
        let packaging = BatteryPackaging::from_name(&self.battery_packaging);
        Ok(Offer {
            asin: stored(&self.asin)?,
            title: self.title,
            bullet_points: lines(&self.bullet_points),
            description: self.description,
            category: self.category,
            group: known(Group::from_name(&self.product_group), &self.product_group)?,
            sides,
            weight: self.weight_mg.map(Weight::from_milligrams).transpose().map_err(decode)?,
            hs_code: self.hs_code.as_deref().map(stored).transpose()?,
            confirmed_code: self.confirmed_code.as_deref().map(stored).transpose()?,
            content_chars: self.content_chars,
            declared_families: lines(&self.declared_families),
            hazards: Hazards {
                regulation: self.dg_regulation,
                un_number: self.un_number,
                packaging: known(packaging, &self.battery_packaging)?,
                composition: self.battery_composition,
                energy_mwh: self.battery_energy_mwh,
                lithium_mg: self.lithium_content_mg,
                used_oil: self.used_oil,
            },
            export_control: ExportControl {
                eccn: self.eccn,
                licence_required: self.licence_required,
                military: self.military,
            },
        })
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}
