//! The mirror of the catalogue: which product a seller's SKU is, and which products are media.

use kernel::{Asin, SellerId, Sku};
use sqlx::PgConnection;

use super::stored;

/// What the catalogue says of an offer.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) seller: SellerId,
    pub(crate) sku: Sku,
    pub(crate) version: i64,
    /// The product and whether it is media; `None` when the offer is gone.
    pub(crate) product: Option<(Asin, bool)>,
}

/// Takes offers over, each at most once; a version that is not newer is ignored. An offer that is gone stays the
/// seller's.
pub(crate) async fn follow(conn: &mut PgConnection, offers: &[Offer]) -> sqlx::Result<()> {
    let sellers: Vec<&str> = offers.iter().map(|offer| offer.seller.as_str()).collect();
    let skus: Vec<&str> = offers.iter().map(|offer| offer.sku.as_str()).collect();
    let versions: Vec<i64> = offers.iter().map(|offer| offer.version).collect();
    let asins: Vec<Option<&str>> =
        offers.iter().map(|offer| offer.product.as_ref().map(|(asin, _)| asin.as_str())).collect();
    let media: Vec<bool> = offers.iter().map(|offer| offer.product.is_some_and(|(_, media)| media)).collect();
    sqlx::query!(
        "INSERT INTO offers AS o (seller_id, sku, item_version, asin, media)
         SELECT * FROM UNNEST($1::text[], $2::text[], $3::bigint[], $4::text[], $5::boolean[])
                    AS new (seller_id, sku, item_version, asin, media)
          ORDER BY seller_id, sku
         ON CONFLICT (seller_id, sku) DO UPDATE
            SET item_version = EXCLUDED.item_version, asin = coalesce(EXCLUDED.asin, o.asin),
                media = CASE WHEN EXCLUDED.asin IS NULL THEN o.media ELSE EXCLUDED.media END
          WHERE EXCLUDED.item_version > o.item_version",
        &sellers as &[&str],
        &skus as &[&str],
        &versions,
        &asins as &[Option<&str>],
        &media,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The product of a seller's SKU; `None` when we know of no such offer.
pub(crate) async fn asin_of(
    conn: &mut PgConnection,
    seller: SellerId,
    sku: &Sku,
) -> sqlx::Result<Option<Asin>> {
    let asin = sqlx::query_scalar!(
        "SELECT asin FROM offers WHERE seller_id = $1 AND sku = $2",
        seller.as_str(),
        sku.as_str()
    );
    asin.fetch_optional(conn).await?.flatten().map(|asin| stored(&asin)).transpose()
}

/// Whether a product is media. One that nobody told us of is not.
pub(crate) async fn is_media(conn: &mut PgConnection, asin: Asin) -> sqlx::Result<bool> {
    let media = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM offers WHERE asin = $1 AND media) AS "media!""#,
        asin.as_str()
    );
    media.fetch_one(conn).await
}

/// How many of a seller's excluded products are not media.
pub(crate) async fn excluded_non_media(conn: &mut PgConnection, seller: SellerId) -> sqlx::Result<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM product_exclusions x
            WHERE x.seller_id = $1 AND NOT EXISTS (SELECT FROM offers o WHERE o.asin = x.asin AND o.media)"#,
        seller.as_str()
    );
    count.fetch_one(conn).await
}
