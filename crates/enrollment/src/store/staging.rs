//! Where a change of many products is prepared: tables of the transaction alone, gone with its end. Memory of this process
//! does not grow with the list.

use jiff_sqlx::ToSqlx;
use kernel::SellerId;
use sqlx::postgres::{PgArguments, PgCopyIn};
use sqlx::query::Query;
use sqlx::{PgConnection, Postgres};
use uuid::Uuid;

use crate::domain::{Act, Effect, UploadMode};

/// Whole tables are read and joined here, so the planner may do what it does best; and a large change takes its time.
const TABLES: &str = r#"
SET LOCAL enable_seqscan = on;
SET LOCAL work_mem = '64MB';
SET LOCAL statement_timeout = '30min';
-- Lines of a file as they were read: what it wants of which product, or what is to be said of the line.
CREATE TEMP TABLE lines (
    line bigint, until_line bigint, sku text COLLATE "C", asin text COLLATE "C",
    destinations text COLLATE "C", countries text, grounds text, note text, problem text, place text, detail text
) ON COMMIT DROP;
-- What is wanted of products, each once. `repeats`: 1 = said before, 2 = said otherwise before.
CREATE TEMP TABLE wanted (
    line bigint, asin text COLLATE "C", destinations text COLLATE "C", countries text, grounds text, note text,
    repeats integer NOT NULL DEFAULT 0
) ON COMMIT DROP;
-- What will be otherwise: A(dded), C(hanged) or R(emoved).
CREATE TEMP TABLE changes (
    line bigint, asin text COLLATE "C", what text, destinations text COLLATE "C", countries text, grounds text, note text
) ON COMMIT DROP;
"#;

/// Begins: in a transaction that is there for nothing else.
pub(crate) async fn create(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::raw_sql(TABLES).execute(db).await.map(std::mem::drop)
}

/// Ends before the transaction does, for the next seller's change in it.
pub(crate) async fn drop(db: &mut PgConnection) -> sqlx::Result<()> {
    let tables = "CLOSE ALL; DROP TABLE lines, wanted, changes";
    sqlx::raw_sql(tables).execute(db).await.map(std::mem::drop)
}

/// Takes lines in, as text of COPY.
pub(crate) async fn copy_lines(db: &mut PgConnection) -> sqlx::Result<PgCopyIn<&mut PgConnection>> {
    db.copy_in_raw(
        "COPY lines (line, until_line, sku, asin, destinations, countries, grounds, note, problem, place, detail)
         FROM STDIN",
    )
    .await
}

/// Finds the products of SKUs; those that are not the seller's become findings.
pub(crate) async fn resolve_skus(db: &mut PgConnection, seller: SellerId) -> sqlx::Result<()> {
    query("ANALYZE lines (sku)").execute(&mut *db).await?;
    query(
        "UPDATE lines l
            SET asin = o.asin, sku = NULL, detail = o.asin, place = 'asin',
                problem = CASE WHEN l.asin <> o.asin THEN 'OTHER_ASIN' END
           FROM offers o
          WHERE o.seller_id = $1 AND o.sku = l.sku AND o.asin IS NOT NULL AND l.problem IS NULL",
    )
    .bind(seller.as_str())
    .execute(&mut *db)
    .await?;
    query(
        "UPDATE lines SET problem = 'UNKNOWN_SKU', place = 'sku', detail = sku
          WHERE sku IS NOT NULL AND problem IS NULL",
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Brings the good lines together by their products. Lines that say the same of a product count once, those that say
/// different things not at all.
pub(crate) async fn want_lines(db: &mut PgConnection) -> sqlx::Result<()> {
    query(
        "INSERT INTO wanted (line, asin, destinations, countries, grounds, note, repeats)
         SELECT line, asin, destinations, countries, grounds, note,
                CASE WHEN lag(asin) OVER w IS DISTINCT FROM asin THEN 0
                     WHEN (lag(destinations) OVER w, lag(grounds) OVER w) IS NOT DISTINCT FROM (destinations, grounds)
                     THEN 1 ELSE 2 END
           FROM lines WHERE problem IS NULL
         WINDOW w AS (ORDER BY asin, line)",
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes what is to be said of lines into the report, and takes repeats and conflicts out.
pub(crate) async fn report_lines(db: &mut PgConnection, upload: Uuid) -> sqlx::Result<()> {
    query(
        "INSERT INTO exclusion_findings (upload_id, line, until_line, problem, place, detail)
         SELECT $1, line, until_line, problem, coalesce(place, ''), coalesce(detail, '') FROM lines
          WHERE problem IS NOT NULL",
    )
    .bind(upload)
    .execute(&mut *db)
    .await?;
    let twice = query("SELECT FROM wanted WHERE repeats > 0 LIMIT 1").fetch_optional(&mut *db).await?;
    if twice.is_none() {
        return Ok(());
    }
    query(
        "INSERT INTO exclusion_findings (upload_id, line, until_line, problem, place, detail)
         SELECT $1, w.line, w.line, CASE WHEN f.conflict THEN 'CONFLICTING_ROWS' ELSE 'DUPLICATE_ROW' END, '',
                CASE WHEN f.conflict THEN w.asin ELSE f.first_line::text END
           FROM wanted w
           JOIN (SELECT asin, min(line) AS first_line, bool_or(repeats = 2) AS conflict
                   FROM wanted GROUP BY asin HAVING max(repeats) > 0) AS f USING (asin)
          WHERE f.conflict OR w.repeats = 1",
    )
    .bind(upload)
    .execute(&mut *db)
    .await?;
    query("DELETE FROM wanted WHERE asin IN (SELECT asin FROM wanted WHERE repeats = 2)")
        .execute(&mut *db)
        .await?;
    query("DELETE FROM wanted WHERE repeats = 1").execute(db).await?;
    Ok(())
}

/// Wants the list as it was at a settings version.
pub(crate) async fn want_version(db: &mut PgConnection, seller: SellerId, version: i64) -> sqlx::Result<()> {
    query(
        "INSERT INTO wanted (asin, destinations, countries, grounds, note)
         SELECT asin, coalesce(destinations, countries), countries, grounds, reason FROM product_exclusions
          WHERE seller_id = $1 AND coalesce(since_version, 0) <= $2
         UNION ALL
         SELECT asin, coalesce(destinations, countries), countries, grounds, reason FROM product_exclusions_past
          WHERE seller_id = $1 AND since_version <= $2 AND until_version > $2",
    )
    .bind(seller.as_str())
    .bind(version)
    .execute(db)
    .await?;
    Ok(())
}

/// Wants the products that are excluded by a region, as they are. Regions have keys of three letters or more.
pub(crate) async fn want_by_region(db: &mut PgConnection, seller: SellerId) -> sqlx::Result<bool> {
    let wanted = query(
        "INSERT INTO wanted (asin, destinations, countries, grounds, note)
         SELECT asin, destinations, countries, grounds, reason FROM product_exclusions
          WHERE seller_id = $1 AND destinations ~ '[^|]{3}'",
    );
    Ok(wanted.bind(seller.as_str()).execute(db).await?.rows_affected() > 0)
}

/// Opens a walk through the different destinations with regions that are wanted, and what they stood for.
pub(crate) async fn open_regions(db: &mut PgConnection) -> sqlx::Result<()> {
    let open = "DECLARE regions CURSOR FOR
                SELECT DISTINCT destinations, countries FROM wanted WHERE destinations ~ '[^|]{3}'";
    query(open).execute(db).await.map(std::mem::drop)
}

/// The next of them.
pub(crate) async fn next_regions(db: &mut PgConnection) -> sqlx::Result<Vec<(String, String)>> {
    sqlx::query_as("FETCH FORWARD 1000 FROM regions").persistent(false).fetch_all(db).await
}

/// Says what destinations stand for now.
pub(crate) async fn stand_for(
    db: &mut PgConnection,
    destinations: &str,
    countries: &str,
) -> sqlx::Result<()> {
    let update = query("UPDATE wanted SET countries = $2 WHERE destinations = $1");
    update.bind(destinations).bind(countries).execute(db).await.map(std::mem::drop)
}

/// Compares what is wanted with the list.
pub(crate) async fn compare(db: &mut PgConnection, seller: SellerId, mode: UploadMode) -> sqlx::Result<()> {
    query("ANALYZE wanted (asin)").execute(&mut *db).await?;
    let kept = "INSERT INTO changes (line, asin, what, destinations, countries, grounds, note)
         SELECT w.line, w.asin, CASE WHEN x.asin IS NULL THEN 'A' ELSE 'C' END,
                w.destinations, w.countries, w.grounds, w.note
           FROM wanted w LEFT JOIN product_exclusions x ON x.seller_id = $1 AND x.asin = w.asin
          WHERE x.asin IS NULL
             OR (coalesce(x.destinations, x.countries), x.countries, x.grounds, x.reason)
                IS DISTINCT FROM (w.destinations, w.countries, w.grounds, w.note)
          ORDER BY w.asin";
    let gone = "INSERT INTO changes (asin, what)
         SELECT x.asin, 'R' FROM product_exclusions x
          WHERE x.seller_id = $1 AND NOT EXISTS (SELECT FROM wanted w WHERE w.asin = x.asin)
          ORDER BY x.asin";
    let named = "INSERT INTO changes (asin, what)
         SELECT x.asin, 'R' FROM product_exclusions x JOIN wanted w ON w.asin = x.asin
          WHERE x.seller_id = $1
          ORDER BY x.asin";
    let statements: &[&'static str] = match mode {
        UploadMode::Merge => &[kept],
        UploadMode::Replace => &[kept, gone],
        UploadMode::Remove => &[named],
    };
    for &statement in statements {
        query(statement).bind(seller.as_str()).execute(&mut *db).await?;
    }
    query("ANALYZE changes (asin)").execute(db).await.map(std::mem::drop)
}

/// What the changes come to. `before` is the number of products on the list.
pub(crate) async fn effect(db: &mut PgConnection, seller: SellerId, before: i64) -> sqlx::Result<Effect> {
    let (added, changed, removed, wanted): (i64, i64, i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE what = 'A'), count(*) FILTER (WHERE what = 'C'),
                count(*) FILTER (WHERE what = 'R'), (SELECT count(*) FROM wanted) FROM changes",
    )
    .persistent(false)
    .fetch_one(&mut *db)
    .await?;
    let media: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM product_exclusions x
                  WHERE x.seller_id = $1 AND EXISTS (SELECT FROM offers o WHERE o.asin = x.asin AND o.media))
              + (SELECT coalesce(sum(CASE what WHEN 'A' THEN 1 WHEN 'R' THEN -1 ELSE 0 END), 0)::bigint
                   FROM changes c WHERE EXISTS (SELECT FROM offers o WHERE o.asin = c.asin AND o.media))",
    )
    .persistent(false)
    .bind(seller.as_str())
    .fetch_one(db)
    .await?;
    let products = before + added - removed;
    // Of REMOVE, what is not on the list needs no removing.
    let unchanged = (wanted - added - changed - removed).max(0);
    Ok(Effect { added, changed, removed, unchanged, products, non_media: products - media })
}

/// The first line that is over the limit, where the list has `over` products that are not media too many.
pub(crate) async fn line_over(db: &mut PgConnection, over: i64) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "SELECT coalesce(min(line), 0) FROM (
             SELECT c.line FROM changes c
              WHERE c.what = 'A' AND NOT EXISTS (SELECT FROM offers o WHERE o.asin = c.asin AND o.media)
              ORDER BY c.line DESC LIMIT $1) AS last",
    )
    .persistent(false)
    .bind(over)
    .fetch_one(db)
    .await
}

/// Leaves the added products out that are not media and come in a line from this one on; each is told in the report.
pub(crate) async fn leave_out(
    db: &mut PgConnection,
    upload: Uuid,
    from: i64,
    limit: i64,
) -> sqlx::Result<()> {
    query(
        "WITH over AS (DELETE FROM changes c
                        WHERE c.what = 'A' AND c.line >= $2
                          AND NOT EXISTS (SELECT FROM offers o WHERE o.asin = c.asin AND o.media)
                       RETURNING c.line)
         INSERT INTO exclusion_findings (upload_id, line, until_line, problem, place, detail)
         SELECT $1, line, line, 'OVER_LIMIT', '', $3 FROM over",
    )
    .bind(upload)
    .bind(from)
    .bind(limit.to_string())
    .execute(&mut *db)
    .await?;
    let left = "DELETE FROM wanted w WHERE w.line >= $1
                 AND EXISTS (SELECT FROM exclusion_findings f WHERE f.upload_id = $2 AND f.line = w.line)";
    query(left).bind(from).bind(upload).execute(db).await.map(std::mem::drop)
}

/// True when a product will be excluded by a region.
pub(crate) async fn names_region(db: &mut PgConnection) -> sqlx::Result<bool> {
    let named = "SELECT EXISTS (SELECT FROM changes WHERE destinations ~ '[^|]{3}')";
    sqlx::query_scalar(named).persistent(false).fetch_one(db).await
}

/// Carries the changes out. `version` is the settings version that they bring as a whole.
pub(crate) async fn apply(
    db: &mut PgConnection,
    seller: SellerId,
    act: Act<'_>,
    version: i64,
) -> sqlx::Result<()> {
    let keep = "INSERT INTO product_exclusions_past
                (seller_id, asin, countries, destinations, grounds, reason, changed_at, changed_by, since_version,
                 until_version)
         SELECT x.seller_id, x.asin, x.countries, x.destinations, x.grounds, x.reason, x.changed_at, x.changed_by,
                coalesce(x.since_version, 0), $2
           FROM product_exclusions x JOIN changes c ON c.asin = x.asin
          WHERE x.seller_id = $1 AND c.what <> 'A'";
    query(keep).bind(seller.as_str()).bind(version).execute(&mut *db).await?;
    let remove = "DELETE FROM product_exclusions x USING changes c
                   WHERE x.seller_id = $1 AND c.asin = x.asin AND c.what = 'R'";
    query(remove).bind(seller.as_str()).execute(&mut *db).await?;
    let change = "UPDATE product_exclusions x
            SET countries = c.countries, destinations = c.destinations, grounds = c.grounds, reason = c.note,
                changed_at = $3, changed_by = $4, since_version = $2
           FROM changes c WHERE x.seller_id = $1 AND c.asin = x.asin AND c.what = 'C'";
    let add = "INSERT INTO product_exclusions
                (seller_id, asin, countries, destinations, grounds, reason, changed_at, changed_by, since_version)
         SELECT $1, asin, countries, destinations, grounds, note, $3, $4, $2 FROM changes WHERE what = 'A'
          ORDER BY asin";
    for statement in [change, add] {
        query(statement)
            .bind(seller.as_str())
            .bind(version)
            .bind(act.at.to_sqlx())
            .bind(act.by)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// A changed product: its ASIN, and the countries it is excluded from, joined by |; `None` where it is not any more.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Changed {
    pub(crate) asin: String,
    pub(crate) countries: Option<String>,
}

/// Opens a walk through the changes.
pub(crate) async fn open_changes(db: &mut PgConnection) -> sqlx::Result<()> {
    let open = "DECLARE changed CURSOR FOR
                SELECT asin, CASE WHEN what <> 'R' THEN countries END AS countries FROM changes";
    query(open).execute(db).await.map(std::mem::drop)
}

/// The next changes of one part.
pub(crate) async fn next_changes(db: &mut PgConnection) -> sqlx::Result<Vec<Changed>> {
    sqlx::query_as("FETCH FORWARD 900 FROM changed").persistent(false).fetch_all(db).await
}

/// Not prepared once for all: the tables live as long as their transaction.
fn query(sql: &'static str) -> Query<'static, Postgres, PgArguments> {
    sqlx::query(sql).persistent(false)
}
