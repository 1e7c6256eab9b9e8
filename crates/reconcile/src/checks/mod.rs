//! What must hold. One file for each thing that is proven; every check is a pure function of facts and topics.

mod catalogue;
mod customs;
mod events;
mod money;
mod orders;
mod returns;
mod stock;

use crate::facts::Facts;
use crate::topics::Topics;
use crate::{Check, Options, Report};

/// The one check of a system that still moves.
pub(crate) fn not_at_rest(waiting_for: Vec<String>) -> Report {
    let mut check = Check::new(AT_REST);
    for what in waiting_for {
        check.that(false, || what);
    }
    Report { checks: vec![check] }
}

const AT_REST: &str = "the system is at rest";

/// All checks, from the proof's own ground to the money.
pub(crate) fn all(facts: &Facts, topics: &Topics, options: &Options) -> Report {
    let checks = vec![
        Check { checked: 1, ..Check::new(AT_REST) },
        facts.contract.clone(),
        topics.readable.clone(),
        events::numbering(facts, topics),
        events::dead_letters(facts, options),
        catalogue::sellers(facts, topics),
        catalogue::items(facts, topics),
        catalogue::cycles(facts),
        orders::placed(facts, topics),
        orders::finished(facts, options),
        orders::shipments_planned(facts, topics),
        orders::shipments_finished(facts, options),
        stock::balance(facts),
        stock::movements(facts, topics),
        stock::shipments(facts),
        customs::invoices(facts, topics),
        customs::deposits(facts, topics),
        customs::shortfalls(facts),
        money::amounts_due(facts, topics),
        money::captured(facts, topics),
        money::outflows(facts, topics, options),
        money::deposit_refunds(facts),
        money::in_equals_out_and_held(facts),
        money::ledgers(facts),
        returns::judged(facts, topics, options),
        returns::restocked(facts, topics),
        returns::reimbursed(facts, topics),
        returns::lost(facts, topics),
    ];
    Report { checks }
}

/// Things that both sides must know: compares two sets of ids, saying what each lacks.
fn same<'a, T>(
    check: &mut Check,
    what: &str,
    (here, mine): (&str, impl Iterator<Item = &'a T>),
    has_mine: impl Fn(&T) -> bool,
    (there, theirs): (&str, impl Iterator<Item = &'a T>),
    has_theirs: impl Fn(&T) -> bool,
) where
    T: std::fmt::Display + 'a,
{
    for id in mine {
        check.that(has_theirs(id), || format!("{what} {id} is {here} but not {there}"));
    }
    for id in theirs.filter(|id| !has_mine(id)) {
        check.that(false, || format!("{what} {id} is {there} but not {here}"));
    }
}
