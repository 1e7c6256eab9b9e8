//! What a cycle reads of products.

use futures::stream::try_unfold;
use futures::{Stream, TryStreamExt};
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres};

use super::{PIECE, SHARDS};
use crate::domain::facts::Facts;
use crate::store::copy::{self, Reader};
use crate::store::shards::Attempt;

/// Which products of a shard are to be evaluated.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    All,
    /// Those that were touched.
    Touched,
    /// Those that were touched after a cycle's attempt has read the shard.
    TouchedSince(Attempt),
}

/// Products that an offer describes, with what stands about them.
pub(crate) struct Piece(Vec<u8>);

/// A product and what stands about it.
#[derive(Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) asin: &'a [u8],
    pub(crate) facts: Facts,
    pub(crate) size_tier: &'a [u8],
    pub(crate) evidence: &'a [u8],
    /// `None` before the first evaluation.
    pub(crate) standing: Option<Stands<'a>>,
}

/// What stands about a product.
#[derive(Debug)]
pub(crate) struct Stands<'a> {
    pub(crate) version: i64,
    pub(crate) state: &'a [u8],
    pub(crate) eligible: &'a [u8],
    pub(crate) size_tier: &'a [u8],
    pub(crate) codes: &'a [u8],
}

/// The verdicts of a shard that stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    slice: i32,
    /// There are some: the first cycle need not look for each.
    any: bool,
}

/// The verdicts of a shard in the generation that stands.
pub(crate) async fn standing(db: &mut PgConnection, shard: i32, generation: i32) -> sqlx::Result<Standing> {
    let slice = generation * SHARDS + shard;
    // In the index's order: EXISTS reads the whole of it first.
    let first =
        sqlx::query_scalar!("SELECT asin FROM verdict_rows WHERE slice = $1 ORDER BY asin LIMIT 1", slice);
    Ok(Standing { slice, any: first.fetch_optional(db).await?.is_some() })
}

/// What of these shards is to be evaluated, piece by piece, each with its shard: read by a connection of its own, which sees what is
/// committed.
pub(crate) fn pieces(
    db: PoolConnection<Postgres>,
    source: Source,
    generation: i32,
    shards: impl Iterator<Item = i32> + Send,
) -> impl Stream<Item = sqlx::Result<(i32, Piece)>> + Send {
    try_unfold((db, shards, None), move |(mut db, mut shards, now)| async move {
        let (shard, standing, after) = match now {
            Some(now) => now,
            None => {
                let Some(shard) = shards.next() else { return Ok(None) };
                (shard, standing(&mut db, shard, generation).await?, String::new())
            }
        };
        let piece = read(&mut db, source, (shard, standing), &after).await?;
        let next = piece.followed_by()?.map(|after| (shard, standing, after));
        Ok(Some(((shard, piece), (db, shards, next))))
    })
}

/// Reads the next products of a shard after an ASIN, in order; fewer than [`PIECE`] at the end. The shard and its slice are named:
/// both indexes begin with them, and no other slice is looked at. An ASIN has no quotes, a cycle's id neither.
pub(crate) async fn read(
    db: &mut PgConnection,
    source: Source,
    (shard, standing): (i32, Standing),
    after: &str,
) -> sqlx::Result<Piece> {
    let Standing { slice, any } = standing;
    // One by one: the planner would rather read the whole slice for each piece.
    let touched = |since: &str| {
        format!(
            "(SELECT t.asin FROM touched t {since} WHERE t.shard = {shard} AND t.asin > '{after}' ORDER BY t.asin) t,
             LATERAL (SELECT p.facts, p.size_tier, p.evidence FROM products_{shard} p
                       WHERE p.shard = {shard} AND p.asin = t.asin AND p.facts IS NOT NULL LIMIT 1) p"
        )
    };
    let (products, from) = match source {
        Source::All => {
            let all = format!("p.shard = {shard} AND p.asin > '{after}' AND p.facts IS NOT NULL");
            (format!("products_{shard} p WHERE {all}"), "p")
        }
        Source::Touched => (touched(""), "t"),
        Source::TouchedSince((cycle, attempt)) => {
            let since = format!(
                "JOIN cycle_shards s ON s.cycle_id = '{cycle}' AND s.attempt = {attempt} AND s.shard = t.shard
                                    AND t.xid >= s.seen"
            );
            (touched(&since), "t")
        }
    };
    let statement = format!(
        "COPY (SELECT q.*, v.version, v.state, v.eligible, v.size_tier, v.codes
                 FROM (SELECT {from}.asin, p.facts, p.size_tier, p.evidence
                         FROM {products} ORDER BY {from}.asin LIMIT {PIECE}) AS q
                 LEFT JOIN LATERAL (SELECT * FROM verdict_rows r WHERE r.slice = {slice} AND r.asin = q.asin AND {any}
                                      LIMIT 1) v
                        ON true
                ORDER BY q.asin) TO STDOUT (FORMAT binary)"
    );
    let mut bytes = Vec::new();
    let mut rows = db.copy_out_raw(&statement).await?;
    while let Some(row) = rows.try_next().await? {
        bytes.extend_from_slice(&row);
    }
    Ok(Piece(bytes))
}

impl Piece {
    /// After which ASIN the next piece begins; `None`: this one is the last.
    fn followed_by(&self) -> sqlx::Result<Option<String>> {
        let (mut count, mut last) = (0, String::new());
        self.for_each(|product| {
            count += 1;
            if count == PIECE {
                last = String::from_utf8_lossy(product.asin).into_owned();
            }
        })?;
        Ok((count == PIECE).then_some(last))
    }

    /// One after the other.
    pub(crate) fn for_each(&self, mut then: impl FnMut(Candidate<'_>)) -> sqlx::Result<()> {
        let mut rows = Reader::new(&self.0)?;
        while let Some([asin, facts, size_tier, evidence, version, state, eligible, tier, codes]) =
            rows.row()?
        {
            let standing = match version {
                None => None,
                version => Some(Stands {
                    version: i64::from_be_bytes(copy::fixed(version)?),
                    state: copy::some(state)?,
                    eligible: copy::some(eligible)?,
                    size_tier: copy::some(tier)?,
                    codes: copy::some(codes)?,
                }),
            };
            then(Candidate {
                asin: copy::some(asin)?,
                facts: Facts::from_bytes(copy::fixed(facts)?),
                size_tier: copy::some(size_tier)?,
                evidence: copy::some(evidence)?,
                standing,
            });
        }
        Ok(())
    }
}
