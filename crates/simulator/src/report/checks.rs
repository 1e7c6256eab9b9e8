//! What must hold at the end of a play.

use std::fmt;
use std::time::Duration;

use super::Books;
use crate::Outcome;

/// An order that waits so long for its answer, or for being released when it is paid, is stuck.
const STUCK_AFTER: Duration = Duration::from_secs(30);

/// The checks, each with whether it held.
#[derive(Debug, Clone)]
pub struct Checks {
    results: Vec<(String, bool)>,
}

impl Checks {
    /// What the outside world can tell.
    pub fn new(outcome: &Outcome, books: &Books) -> Self {
        let mut checks = Self { results: Vec::new() };
        checks.push("every order, return, refund, payout and deposit is final", outcome.open.total() == 0);
        checks.push(
            format!("no record was refused by a service ({} were)", outcome.dead_letters),
            outcome.dead_letters == 0,
        );
        if let Some(flow) = &outcome.flow {
            let slowest = flow.longest_answer.max(flow.longest_release);
            let name =
                format!("no order of the steady flow was stuck for {} s or more", STUCK_AFTER.as_secs());
            checks.push(name, flow.answered == flow.placed && slowest < STUCK_AFTER);
        }
        checks.push("what buyers paid is what was given back, paid and kept", books.difference() == 0);
        checks
    }

    /// Adds one.
    pub fn push(&mut self, name: impl Into<String>, held: bool) {
        self.results.push((name.into(), held));
    }

    /// True when all hold.
    pub fn hold(&self) -> bool {
        self.results.iter().all(|(_, held)| *held)
    }
}

impl fmt::Display for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, held) in &self.results {
            writeln!(f, "{} {name}", if *held { "holds " } else { "BROKEN" })?;
        }
        Ok(())
    }
}
