//! Dated rows: at most one holds on a day, and it is the one that `at` answers.

use jiff::civil::{Date, date};
use kernel::{Dated, Effective, YearMonth};
use proptest::prelude::*;

pub(crate) fn day() -> impl Strategy<Value = Date> {
    (0_i32..4_000).prop_map(|days| date(2020, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap())
}

pub(crate) fn effective() -> impl Strategy<Value = Effective> {
    (day(), proptest::option::of(day()))
        .prop_filter_map("ends before it begins", |(from, to)| Effective::new(from, to).ok())
}

fn row(from: &str, to: &str) -> Effective {
    Effective::from_columns(from, to).unwrap()
}

#[test]
fn both_ends_of_a_period_belong_to_it() {
    let period = row("2025-01-15", "2025-02-14");
    assert!(period.contains(date(2025, 1, 15)) && period.contains(date(2025, 2, 14)));
    assert!(!period.contains(date(2025, 1, 14)) && !period.contains(date(2025, 2, 15)));
    assert!(row("2025-01-15", "").contains(date(9999, 12, 31)));
    assert!(Effective::from_columns("2025-02-01", "2025-01-31").is_err());
    assert!(Effective::from_columns("2025-02-30", "").is_err());
}

#[test]
fn a_day_between_rows_has_none_and_rows_that_touch_do_not_overlap() {
    let fees = Dated::new(vec![
        (row("2025-01-15", ""), "winter 2025"),
        (row("2024-01-01", "2024-06-30"), "2024"),
        (row("2024-07-01", "2024-12-31"), "late 2024"),
    ])
    .unwrap();
    assert_eq!(fees.at(date(2024, 6, 30)), Some(&"2024"));
    assert_eq!(fees.at(date(2024, 7, 1)), Some(&"late 2024"));
    assert_eq!(fees.at(date(2025, 1, 10)), None);
    assert_eq!(fees.at(date(2023, 12, 31)), None);
    assert_eq!(fees.at(date(2030, 1, 1)), Some(&"winter 2025"));
}

#[test]
fn rows_that_hold_on_the_same_day_are_refused() {
    let error =
        Dated::new(vec![(row("2025-01-01", ""), 1), (row("2025-06-01", "2025-06-30"), 2)]).unwrap_err();
    assert_eq!(error.first, row("2025-01-01", ""));
    assert!(Dated::new(vec![(row("2025-01-01", "2025-01-31"), 1), (row("2025-01-31", ""), 2)]).is_err());
}

#[test]
fn a_month_knows_its_days_and_its_neighbours() {
    let february = YearMonth::parse("2024-02").unwrap();
    assert_eq!((february.first_day(), february.last_day()), (date(2024, 2, 1), date(2024, 2, 29)));
    assert_eq!(february.next().to_string(), "2024-03");
    assert_eq!(YearMonth::parse("2024-12").unwrap().next().to_string(), "2025-01");
    assert_eq!(YearMonth::parse("2024-01").unwrap().previous().to_string(), "2023-12");
    for text in ["", "2024", "2024-13", "2024-00", "24-01", "2024-1", "2024-01-01", "+024-01"] {
        assert!(YearMonth::parse(text).is_err(), "{text:?}");
    }
}

proptest! {
    /// Construction refuses exactly the lists in which some day has two rows; otherwise `at` finds the one row.
    #[test]
    fn at_answers_the_one_row_in_force(rows in proptest::collection::vec(effective(), 0..6), probe in day()) {
        let overlapping = rows.iter().enumerate().any(|(i, a)| rows[..i].iter().any(|b| a.overlaps(b)));
        match Dated::new(rows.iter().map(|row| (*row, *row)).collect()) {
            Ok(dated) => {
                prop_assert!(!overlapping);
                prop_assert_eq!(dated.at(probe), rows.iter().find(|row| row.contains(probe)));
            }
            Err(_) => prop_assert!(overlapping),
        }
    }

    /// Every day belongs to its month.
    #[test]
    fn a_day_is_between_the_ends_of_its_month(day in day()) {
        let month = YearMonth::of(day);
        prop_assert!(month.first_day() <= day && day <= month.last_day());
        prop_assert_eq!(month.next().previous(), month);
    }
}
