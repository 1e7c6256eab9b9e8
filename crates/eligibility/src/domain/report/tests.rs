#![allow(clippy::unwrap_used)]
use super::*;

const LIMITS: Limits =
    Limits { open_per_seller: 10, wait_hours: 24, max_rows: 100, document_days: 90, record_days: 365 };

fn now() -> Timestamp {
    "2026-10-05T08:00:00Z".parse().unwrap()
}

fn asked() -> Report {
    let id = ReportId::parse("0190a5b0-0000-7000-8000-000000000001").unwrap();
    Report::asked(id, "A1SELLER00001".parse().unwrap(), "seller:A1SELLER00001".to_owned(), now())
}

fn document() -> Document {
    let next_evaluation = next_evaluation(now());
    Document { attempt: 1, sha256: "00".repeat(32), bytes: 10, rows: 0, next_evaluation }
}

#[test]
fn a_report_is_queued_begun_and_done_and_its_document_is_kept_for_ninety_days() {
    let mut report = asked();
    assert!(report.is_open() && report.begin(now(), LIMITS));
    assert_eq!((report.state.name(), report.attempts, report.started), ("IN_PROGRESS", 1, Some(now())));
    report.done(document(), now(), LIMITS);
    let end = report.ended.unwrap();
    assert!(!report.is_open() && !end.expired);
    assert_eq!(end.files_until, "2027-01-03T08:00:00Z".parse().unwrap());
    assert_eq!(end.record_until, "2027-10-05T08:00:00Z".parse().unwrap());
}

#[test]
fn the_pauses_between_attempts_double_and_the_eighth_failure_is_fatal() {
    let mut report = asked();
    for pause in [5, 10, 20, 40, 80, 160, 320] {
        assert!(report.begin(now(), LIMITS));
        let next = report.failed(Reason::StoreFailed, now(), LIMITS);
        assert_eq!(next, Next::Again(SignedDuration::from_secs(pause)));
        assert_eq!(report.state, State::InQueue);
    }
    assert!(report.begin(now(), LIMITS));
    assert_eq!(report.failed(Reason::StoreFailed, now(), LIMITS), Next::Ended);
    assert_eq!(report.state, State::Fatal(Reason::StoreFailed));
}

#[test]
fn a_report_whose_writers_are_killed_is_given_up_at_the_ninth_beginning() {
    let mut report = asked();
    assert!((0..8).all(|_| report.begin(now(), LIMITS)));
    assert!(!report.begin(now(), LIMITS));
    assert_eq!(report.state, State::Fatal(Reason::Interrupted));
}

#[test]
fn an_attempt_that_ends_with_its_process_does_not_count() {
    let mut report = asked();
    for _ in 0..20 {
        assert!(report.begin(now(), LIMITS));
        report.put_back();
    }
    assert_eq!((report.attempts, report.state.name()), (0, "IN_QUEUE"));
}

#[test]
fn too_many_rows_are_not_tried_again() {
    let mut report = asked();
    report.begin(now(), LIMITS);
    assert_eq!(report.failed(Reason::TooManyRows, now(), LIMITS), Next::Ended);
}

#[test]
fn what_is_under_way_can_be_cancelled_once_and_what_is_final_cannot() {
    let mut report = asked();
    assert_eq!(report.cancel("operator:test", now(), LIMITS), Ok(true));
    assert_eq!(report.cancel("operator:other", now(), LIMITS), Ok(false));
    let by = "operator:test".to_owned();
    assert_eq!(report.state, State::Cancelled { reason: Reason::CancelledByCaller, by });
    let mut done = asked();
    done.begin(now(), LIMITS);
    done.done(document(), now(), LIMITS);
    assert_eq!(done.cancel("operator:test", now(), LIMITS), Err(AlreadyFinal));
    let mut fatal = asked();
    fatal.begin(now(), LIMITS);
    fatal.failed(Reason::TooManyRows, now(), LIMITS);
    assert_eq!(fatal.cancel("operator:test", now(), LIMITS), Err(AlreadyFinal));
}

#[test]
fn a_document_keeps_the_next_evaluation_of_its_rows() {
    let mut report = asked();
    let later = "2026-12-24T00:00:00Z".parse().unwrap();
    assert_eq!(report.next_evaluation(later), "2027-01-01T00:00:00Z".parse().unwrap());
    report.begin(now(), LIMITS);
    report.done(document(), now(), LIMITS);
    assert_eq!(report.next_evaluation(later), "2026-11-01T00:00:00Z".parse().unwrap());
}

#[test]
fn reasons_are_found_by_their_names() {
    assert!(Reason::ALL.into_iter().all(|reason| Reason::from_name(reason.name()) == Some(reason)));
    assert_eq!(Reason::from_name("LOST"), None);
}
