//! What is known about offers, for all destinations: all of them in one query.

use kernel::{Asin, CountrySet, SellerId, Sku};
use serde_json::Value;
use sqlx::PgConnection;

use super::countries::from_bytes;
use super::verdicts::{Because, because};
use super::{known, stored};
use crate::domain::offer::Group;
use crate::domain::settings::{Excluded, Settings};

/// An offer that is asked about; without a SKU one that the seller does not list.
pub(crate) type Asked = (SellerId, Option<Sku>);

/// What the tables say about an offer.
#[derive(Debug)]
pub(crate) struct Known {
    /// `None` for a seller nobody told us of.
    pub(crate) settings: Option<Settings>,
    /// `None` when the seller has no such offer.
    pub(crate) product: Option<KnownProduct>,
}

/// What they say about its product.
#[derive(Debug)]
pub(crate) struct KnownProduct {
    pub(crate) asin: Asin,
    pub(crate) group: Group,
    pub(crate) excluded: Excluded,
    /// `None` before the first evaluation.
    pub(crate) verdict: Option<KnownVerdict>,
}

/// What its verdict says.
#[derive(Debug)]
pub(crate) struct KnownVerdict {
    pub(crate) eligible: CountrySet,
    pub(crate) rule_set: i32,
    pub(crate) because: Because,
}

impl Known {
    /// 0 for a seller nobody told us of.
    pub(crate) fn settings_version(&self) -> i64 {
        self.settings.map_or(0, |settings| settings.version)
    }

    /// The product, when it was evaluated and the seller is known.
    pub(crate) fn evaluated(&self) -> Option<Asin> {
        let product = self.product.as_ref().filter(|product| product.verdict.is_some())?;
        self.settings.map(|_| product.asin)
    }

    /// Bytes of text that it holds.
    pub(crate) fn text_len(&self) -> usize {
        let verdict = self.product.as_ref().and_then(|product| product.verdict.as_ref());
        verdict.map_or(0, |verdict| verdict.because.text_len())
    }
}

/// What is known of an offer, as a query answers it.
pub(super) struct Row {
    pub(super) settings_version: Option<i64>,
    pub(super) enabled: Option<bool>,
    pub(super) excluded_countries: Option<Vec<u8>>,
    pub(super) asin: Option<String>,
    pub(super) product_group: Option<String>,
    pub(super) excluded: bool,
    pub(super) countries: Option<Vec<u8>>,
    pub(super) rule_set_id: Option<i32>,
    pub(super) eligible: Option<Vec<u8>>,
    pub(super) facts: Option<Vec<u8>>,
    pub(super) evidence: Option<String>,
    pub(super) findings: Option<Value>,
}

/// The facts of each offer, in the order given.
pub(crate) async fn facts(db: &mut PgConnection, offers: &[Asked]) -> sqlx::Result<Vec<Known>> {
    let (sellers, skus) = columns(offers);
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT s.settings_version AS "settings_version?", s.enabled AS "enabled?", s.excluded AS "excluded_countries?",
                  i.asin AS "asin?", i.product_group AS "product_group?",
                  x.asin IS NOT NULL AS "excluded!", x.countries,
                  v.rule_set_id AS "rule_set_id?", v.eligible AS "eligible?", v.facts AS "facts?",
                  v.evidence AS "evidence?", v.findings AS "findings?"
             FROM UNNEST($1::text[], $2::text[]) WITH ORDINALITY AS l (seller_id, sku, place)
             LEFT JOIN sellers s ON s.seller_id = l.seller_id
             LEFT JOIN items i ON i.seller_id = l.seller_id AND i.sku = l.sku AND i.listed
             LEFT JOIN product_exclusions x ON x.seller_id = i.seller_id AND x.asin = i.asin
             LEFT JOIN verdicts_now v ON v.shard = shard_of(i.asin) AND v.asin = i.asin
            ORDER BY l.place"#,
        &sellers as &[&str],
        &skus as &[Option<&str>],
    );
    rows.fetch_all(db).await?.into_iter().map(Row::known).collect()
}

impl Row {
    pub(super) fn known(self) -> sqlx::Result<Known> {
        let seller = self.enabled.zip(self.excluded_countries.as_deref()).zip(self.settings_version);
        let settings = seller.map(|((enabled, excluded), version)| Settings {
            enabled,
            excluded: from_bytes(excluded),
            version,
        });
        let product = match self.asin.as_deref().map(stored).transpose()? {
            Some(asin) => Some(self.product(asin)?),
            None => None,
        };
        Ok(Known { settings, product })
    }

    fn product(self, asin: Asin) -> sqlx::Result<KnownProduct> {
        let group = self.product_group.unwrap_or_default();
        let group = known(Group::from_name(&group), &group)?;
        let excluded = match (self.excluded, self.countries) {
            (false, _) => Excluded::Not,
            (true, None) => Excluded::Everywhere,
            (true, Some(countries)) => Excluded::Countries(from_bytes(&countries)),
        };
        let verdict = match self.rule_set_id.zip(self.eligible) {
            Some((rule_set, eligible)) => Some(KnownVerdict {
                eligible: from_bytes(&eligible),
                rule_set,
                because: because(self.facts.as_deref(), self.evidence, self.findings)?,
            }),
            None => None,
        };
        Ok(KnownProduct { asin, group, excluded, verdict })
    }
}

/// The SKU under which each seller lists each product: of several the first in order. Found by the products: without statistics the
/// planner would rather walk through all offers of a seller.
pub(crate) async fn skus(
    db: &mut PgConnection,
    products: &[(SellerId, Asin)],
) -> sqlx::Result<Vec<Option<Sku>>> {
    let (sellers, asins) = columns_of_products(products);
    let skus = sqlx::query_scalar!(
        "WITH listed AS MATERIALIZED (SELECT asin, seller_id, sku FROM items WHERE asin = ANY($2) AND listed)
         SELECT min(i.sku) AS sku
           FROM UNNEST($1::text[], $2::text[]) WITH ORDINALITY AS l (seller_id, asin, place)
           LEFT JOIN listed i ON i.asin = l.asin AND i.seller_id = l.seller_id
          GROUP BY l.place ORDER BY l.place",
        &sellers as &[&str],
        &asins as &[&str],
    );
    decoded(skus.fetch_all(db).await?)
}

/// Offers as UNNEST takes them.
pub(super) fn columns(offers: &[Asked]) -> (Vec<&str>, Vec<Option<&str>>) {
    offers.iter().map(|(seller, sku)| (seller.as_str(), sku.as_ref().map(Sku::as_str))).unzip()
}

/// Sellers' products as UNNEST takes them.
pub(super) fn columns_of_products(products: &[(SellerId, Asin)]) -> (Vec<&str>, Vec<&str>) {
    products.iter().map(|(seller, asin)| (seller.as_str(), asin.as_str())).unzip()
}

pub(super) fn decoded(skus: Vec<Option<String>>) -> sqlx::Result<Vec<Option<Sku>>> {
    skus.into_iter().map(|sku| sku.as_deref().map(stored).transpose()).collect()
}
