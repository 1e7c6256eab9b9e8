//! The verdicts that a cycle writes.

use jiff::Timestamp;
use kernel::CycleId;
use sqlx::PgConnection;

use super::Candidate;
use crate::store::copy::Writer;

/// Of a row.
const COLUMNS: i16 = 14;

/// Verdicts that are written together: they share who made them and when.
pub(crate) struct Rows {
    writer: Writer,
    count: usize,
    rule_set: i32,
    at: Timestamp,
    cycle: CycleId,
}

/// What of a verdict follows from facts alone, as tables keep it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decided {
    pub(crate) state: &'static str,
    pub(crate) eligible: Vec<u8>,
    pub(crate) codes: String,
    pub(crate) warnings: String,
}

impl Rows {
    /// None yet.
    pub(crate) fn new(rule_set: i32, at: Timestamp, cycle: CycleId) -> Self {
        Self { writer: Writer::new(COLUMNS), count: 0, rule_set, at, cycle }
    }

    /// Verdicts that were added since they were written last.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Adds a verdict of a slice; `announce`: it is told, being otherwise than what stood.
    pub(crate) fn add(
        &mut self,
        slice: i32,
        product: &Candidate<'_>,
        (version, announce): (i64, bool),
        decided: &Decided,
    ) {
        self.count += 1;
        self.writer
            .row()
            .field(&slice.to_be_bytes())
            .field(product.asin)
            .field(&version.to_be_bytes())
            .field(&[u8::from(announce)])
            .field(decided.state.as_bytes())
            .field(&decided.eligible)
            .field(product.size_tier)
            .field(decided.codes.as_bytes())
            .field(decided.warnings.as_bytes())
            .field(&product.facts.to_bytes())
            .field(product.evidence)
            .field(&self.rule_set.to_be_bytes())
            .time(self.at)
            .field(self.cycle.as_uuid().as_bytes());
    }

    /// Writes them to a table of the form of `verdict_rows`, and is empty again. Many at once: sqlx 0.9.0 leaves Nagle's algorithm on,
    /// and the end of a COPY may wait 40 ms for the acknowledgement of what came before.
    pub(crate) async fn write(&mut self, db: &mut PgConnection, table: &str) -> sqlx::Result<()> {
        if self.count == 0 {
            return Ok(());
        }
        let statement = format!(
            "COPY {table} (slice, asin, version, announce, state, eligible, size_tier, codes, warnings, facts, evidence,
                           rule_set_id, evaluated_at, cycle_id) FROM STDIN (FORMAT binary)"
        );
        let writer = std::mem::replace(&mut self.writer, Writer::new(COLUMNS));
        let mut copy = db.copy_in_raw(&statement).await?;
        copy.send(writer.finish()).await?;
        copy.finish().await?;
        self.count = 0;
        Ok(())
    }
}
