//! What a new judgement between two cycles changes of what stands.

use kernel::{CountrySet, CycleId};
use messaging::Outgoing;

use crate::domain::rules::RuleSet;
use crate::domain::verdict::Verdict;
use crate::publish;
use crate::store::verdicts::{NewVerdict, Standing};

/// A judgement to be written in place of what stands.
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    /// Countries that wait for the next cycle.
    pub(super) held: CountrySet,
    /// The last cycle.
    pub(super) cycle: Option<CycleId>,
}

impl Judgement {
    /// The row to write, and the event where it tells anything new.
    pub(super) fn written(
        self,
        standing: &Standing,
        rules: &RuleSet,
        at: jiff::Timestamp,
    ) -> (NewVerdict, Option<Outgoing>) {
        let Verdict { shown, ruling } = self.verdict;
        let mut codes = ruling.codes;
        if !self.held.is_empty() {
            codes.push(rules.programme.pending.code.clone());
            codes.sort_unstable();
        }
        let new = (ruling.state, Some(ruling.eligible), shown.size_tier.as_deref(), codes.as_slice());
        let old =
            (standing.state, standing.eligible, standing.size_tier.as_deref(), standing.codes.as_slice());
        let differs = new != old;
        let verdict = NewVerdict {
            asin: standing.asin,
            version: standing.version + i64::from(differs),
            state: ruling.state,
            eligible: ruling.eligible,
            warnings: ruling.warnings,
            shown,
            codes,
            cycle: self.cycle,
        };
        let event = differs.then(|| publish::verdict_changed(&verdict.told(&rules.version, at)));
        (verdict, event)
    }
}
