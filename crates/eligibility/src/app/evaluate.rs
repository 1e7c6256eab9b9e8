//! A cycle's work on products: what they show is decided about, piece by piece, and compared with what stands.

use std::collections::HashMap;

use jiff::Timestamp;
use kernel::CycleId;
use sqlx::PgConnection;

use crate::domain::cycle::{Counts, Cycle};
use crate::domain::facts::Facts;
use crate::domain::rules::RuleSet;
use crate::domain::verdict::State;
use crate::store::cycle_rows::{self, Candidate, Decided, PIECE, Rows, SHARDS, Source};
use crate::store::to_bytes;

/// Most decisions kept: products of a catalogue show some hundred sets of facts, made-up ones any number.
const DECIDED_MAX: usize = 65_536;

/// Decides about products for a cycle.
pub(super) struct Evaluation<'a> {
    pub(super) rules: &'a RuleSet,
    pub(super) rule_set: i32,
    pub(super) cycle: CycleId,
    /// All verdicts of a cycle are dated by its start, whenever a worker comes to them.
    pub(super) at: Timestamp,
    /// The generation that stands, and the one that is written.
    pub(super) standing: i32,
    pub(super) generation: i32,
    pub(super) counts: Counts,
    decided: HashMap<Facts, (State, Decided)>,
}

impl<'a> Evaluation<'a> {
    pub(super) fn new(
        rules: &'a RuleSet,
        rule_set: i32,
        cycle: &Cycle,
        standing: i32,
        generation: i32,
    ) -> Self {
        Self {
            rules,
            rule_set,
            cycle: cycle.id,
            at: cycle.started,
            standing,
            generation,
            counts: Counts::default(),
            decided: HashMap::new(),
        }
    }

    /// Evaluates products of a shard into a table.
    pub(super) async fn run(
        &mut self,
        db: &mut PgConnection,
        source: Source,
        shard: i32,
        table: &str,
    ) -> sqlx::Result<()> {
        let mut after = String::new();
        let standing = cycle_rows::standing(db, shard, self.standing).await?;
        loop {
            let piece = cycle_rows::read(db, source, (shard, standing), &after).await?;
            let mut rows = Rows::new(self.generation * SHARDS + shard, self.rule_set, self.at, self.cycle);
            let mut count = 0;
            piece.for_each(|product| {
                count += 1;
                after.clear();
                after.push_str(&String::from_utf8_lossy(product.asin));
                self.decide(&product, &mut rows);
            })?;
            if count > 0 {
                rows.write(db, table).await?;
            }
            if count < PIECE {
                return Ok(());
            }
        }
    }

    fn decide(&mut self, product: &Candidate<'_>, rows: &mut Rows) {
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
        rows.add(product, version, differs, decided);
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
