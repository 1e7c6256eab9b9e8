//! Where a seller's products may go, and how they are excluded.

use kernel::{Asin, CountrySet, SellerId};
use sqlx::PgConnection;

use super::countries::from_bytes;
use super::stored;
use crate::domain::settings::Excluded;

/// A product that a seller lists and that has a verdict.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) asin: Asin,
    pub(crate) eligible: CountrySet,
    pub(crate) excluded: Excluded,
}

/// Those of the products that the seller lists and that were evaluated, each once.
pub(crate) async fn listed(
    db: &mut PgConnection,
    seller: SellerId,
    asins: &[Asin],
) -> sqlx::Result<Vec<Listed>> {
    let asins: Vec<&str> = asins.iter().map(Asin::as_str).collect();
    let rows = sqlx::query!(
        r#"SELECT v.asin AS "asin!", v.eligible AS "eligible!", x.asin IS NOT NULL AS "excluded!", x.countries AS "countries?"
             FROM UNNEST($2::text[]) AS t (asin)
             JOIN verdicts_now v ON v.shard = shard_of(t.asin) AND v.asin = t.asin
             LEFT JOIN product_exclusions x ON x.seller_id = $1 AND x.asin = v.asin
            WHERE v.eligible IS NOT NULL
              AND EXISTS (SELECT FROM items i WHERE i.asin = v.asin AND i.listed AND i.seller_id = $1)"#,
        seller.as_str(),
        &asins as &[&str],
    );
    let rows = rows.fetch_all(db).await?.into_iter().map(|row| {
        let excluded = match (row.excluded, row.countries) {
            (false, _) => Excluded::Not,
            (true, None) => Excluded::Everywhere,
            (true, Some(countries)) => Excluded::Countries(from_bytes(&countries)),
        };
        Ok(Listed { asin: stored(&row.asin)?, eligible: from_bytes(&row.eligible), excluded })
    });
    rows.collect()
}
