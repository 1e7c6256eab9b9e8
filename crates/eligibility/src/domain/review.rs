//! A product's evaluation before the next cycle, because a seller asks for it. (Our choice: the programme knows only the
//! month.) What has changed since the last evaluation counts then, also what it opens.

use jiff::{Timestamp, ToSpan as _};
use kernel::{Asin, ReviewId, SellerId};

/// A review that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Review {
    pub(crate) id: ReviewId,
    pub(crate) seller: SellerId,
    pub(crate) asin: Asin,
    pub(crate) created_by: String,
    pub(crate) created: Timestamp,
    /// `None` while it waits.
    pub(crate) outcome: Option<Outcome>,
}

/// What an evaluation came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) at: Timestamp,
    /// Number of the product's last event.
    pub(crate) version: i64,
    /// That event tells it.
    pub(crate) changed: bool,
}

/// A seller's last verdict about a product, as far as it matters whether another is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Evaluated {
    pub(crate) outcome: Outcome,
    pub(crate) rule_set_version: String,
    /// An offer of the product has changed since.
    pub(crate) changed_since: bool,
}

impl Evaluated {
    /// Evaluated again, it would come to the same.
    pub(crate) fn is_up_to_date(&self, rule_set_version: &str) -> bool {
        !self.changed_since && self.rule_set_version == rule_set_version
    }
}

/// The seller has asked for as many reviews as it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany {
    /// In 24 hours.
    pub(crate) most: usize,
    pub(crate) count: usize,
    /// When it may ask again; `None`: at no time that is known.
    pub(crate) again: Option<Timestamp>,
}

/// The time from which on reviews count against the limit.
pub(crate) fn counted_since(now: Timestamp) -> Timestamp {
    now - 24.hours()
}

/// Whether a seller may ask, by the times of its reviews of the last 24 hours, newest first.
pub(crate) fn may_ask(newest: &[Timestamp], most: usize) -> Result<(), TooMany> {
    if newest.len() < most {
        return Ok(());
    }
    // Once this one does not count any more, there is one fewer than it may have.
    let last = most.checked_sub(1).and_then(|index| newest.get(index));
    Err(TooMany { most, count: newest.len(), again: last.map(|at| *at + 24.hours()) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + hour.hours()
    }

    #[test]
    fn a_seller_may_ask_again_when_a_day_has_passed_since_the_oldest_that_fills_the_limit() {
        assert_eq!(may_ask(&[], 2), Ok(()));
        assert_eq!(may_ask(&[at(9)], 2), Ok(()));
        let refused = TooMany { most: 2, count: 2, again: Some(at(29)) };
        assert_eq!(may_ask(&[at(9), at(5)], 2), Err(refused));
        // After the limit was lowered.
        let refused = TooMany { most: 1, count: 2, again: Some(at(33)) };
        assert_eq!(may_ask(&[at(9), at(5)], 1), Err(refused));
    }

    #[test]
    fn where_nothing_may_be_asked_for_no_time_is_named() {
        assert_eq!(may_ask(&[], 0), Err(TooMany { most: 0, count: 0, again: None }));
    }

    #[test]
    fn an_evaluation_is_up_to_date_until_an_offer_or_the_rules_change() {
        let outcome = Outcome { at: at(0), version: 1, changed: false };
        let evaluated = Evaluated { outcome, rule_set_version: "1".to_owned(), changed_since: false };
        assert!(evaluated.is_up_to_date("1") && !evaluated.is_up_to_date("2"));
        assert!(!Evaluated { changed_since: true, ..evaluated }.is_up_to_date("1"));
    }
}
