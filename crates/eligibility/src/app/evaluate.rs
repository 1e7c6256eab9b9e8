//! A cycle's work on products: what they show is decided about, piece by piece, and compared with what stands.

use std::collections::HashMap;

use futures::TryStreamExt as _;
use futures::stream::select_all;
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres};

use crate::domain::cycle::{Counts, Cycle};
use crate::domain::facts::Facts;
use crate::domain::rules::RuleSet;
use crate::domain::verdict::State;
use crate::store::cycle_rows::{self, Candidate, Decided, PIECE, Piece, Rows, SHARDS, Source};
use crate::store::to_bytes;

/// Most decisions kept: products of a catalogue show some hundred sets of facts, made-up ones any number.
const DECIDED_MAX: usize = 65_536;

/// Decides about products for a cycle.
pub(super) struct Evaluation<'a> {
    rules: &'a RuleSet,
    /// The generation that stands, and the one that is written.
    standing: i32,
    generation: i32,
    rows: Rows,
    pub(super) counts: Counts,
    decided: HashMap<Facts, (State, Decided)>,
}

impl<'a> Evaluation<'a> {
    /// All verdicts of a cycle are dated by its start, whenever a worker comes to them.
    pub(super) fn new(
        rules: &'a RuleSet,
        rule_set: i32,
        cycle: &Cycle,
        standing: i32,
        generation: i32,
    ) -> Self {
        Self {
            rules,
            standing,
            generation,
            rows: Rows::new(rule_set, cycle.started, cycle.id),
            counts: Counts::default(),
            decided: HashMap::new(),
        }
    }

    /// Evaluates all products of a shard into a table.
    pub(super) async fn run(&mut self, db: &mut PgConnection, shard: i32, table: &str) -> sqlx::Result<()> {
        let mut after = String::new();
        let standing = cycle_rows::standing(db, shard, self.standing).await?;
        loop {
            let piece = cycle_rows::read(db, Source::All, (shard, standing), &after).await?;
            self.decide_all(shard, &piece, |product| {
                after.clear();
                after.push_str(&String::from_utf8_lossy(product.asin));
            })?;
            let count = self.rows.count();
            self.rows.write(db, table).await?;
            if count < PIECE {
                return Ok(());
            }
        }
    }

    /// Evaluates products that were touched into a table. They are read by other connections meanwhile: who reads them one by one waits
    /// for the database most of the time.
    pub(super) async fn run_touched(
        &mut self,
        db: &mut PgConnection,
        readers: Vec<PoolConnection<Postgres>>,
        source: Source,
        table: &str,
    ) -> sqlx::Result<()> {
        let (standing, step) = (self.standing, readers.len());
        let pieces = (0..).zip(readers).map(|(first, reader)| {
            Box::pin(cycle_rows::pieces(reader, source, standing, (first..SHARDS).step_by(step)))
        });
        let mut pieces = select_all(pieces);
        while let Some((shard, piece)) = pieces.try_next().await? {
            self.decide_all(shard, &piece, |_| {})?;
            if self.rows.count() >= PIECE {
                self.rows.write(db, table).await?;
            }
        }
        self.rows.write(db, table).await
    }

    fn decide_all(
        &mut self,
        shard: i32,
        piece: &Piece,
        mut seen: impl FnMut(&Candidate<'_>),
    ) -> sqlx::Result<()> {
        let slice = self.generation * SHARDS + shard;
        piece.for_each(|product| {
            seen(&product);
            self.decide(slice, &product);
        })
    }

    fn decide(&mut self, slice: i32, product: &Candidate<'_>) {
        if self.decided.len() >= DECIDED_MAX {
            self.decided.clear();
        }
        let rules = self.rules;
        let (state, decided) =
            self.decided.entry(product.facts).or_insert_with(|| decide(rules, product.facts));
        self.counts.add(*state, 1);
        let differs = product.standing.as_ref().is_none_or(|stands| {
            let same = stands.state == decided.state.as_bytes()
                && stands.eligible == decided.eligible
                && stands.size_tier == product.size_tier
                && stands.codes == decided.codes.as_bytes();
            !same
        });
        let version = product.standing.as_ref().map_or(0, |stands| stands.version) + i64::from(differs);
        self.rows.add(slice, product, (version, differs), decided);
    }
}

fn decide(rules: &RuleSet, facts: Facts) -> (State, Decided) {
    let ruling = rules.decide(facts);
    let decided = Decided {
        state: ruling.state.name(),
        eligible: to_bytes(ruling.eligible),
        codes: ruling.codes.join("|"),
        warnings: ruling.warnings.join("|"),
    };
    (ruling.state, decided)
}
