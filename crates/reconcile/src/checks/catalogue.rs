//! Sellers, items and monthly cycles.

use super::same;
use crate::Check;
use crate::facts::Facts;
use crate::topics::Topics;

pub(super) fn sellers(facts: &Facts, topics: &Topics) -> Check {
    let mut check = Check::new("every seller that registered is known to enrollment, and no other");
    let (registered, known) = (&topics.outside.sellers, &facts.enrollments);
    same(
        &mut check,
        "seller",
        ("registered", registered.iter()),
        |id| registered.contains(id),
        ("known to enrollment", known.keys()),
        |id| known.contains_key(id),
    );
    check
}

pub(super) fn items(facts: &Facts, topics: &Topics) -> Check {
    let mut check = Check::new("every item that was listed is known to eligibility, and no other");
    let (listed, known) = (&topics.outside.items, &facts.eligibility.items);
    same(
        &mut check,
        "item",
        ("listed", listed.iter()),
        |id| listed.contains(id),
        ("known to eligibility", known.iter()),
        |id| known.contains(id),
    );
    check
}

pub(super) fn cycles(facts: &Facts) -> Check {
    let mut check = Check::new("every cycle's verdicts add up to what it evaluated");
    for (id, cycle) in &facts.eligibility.cycles {
        check.equal(cycle.parts, cycle.evaluated, || format!("cycle {id}"));
    }
    check
}
