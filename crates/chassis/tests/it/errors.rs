//! What a client learns from our errors.

use std::time::Duration;

use chassis::{Error, Role, ServerArgs, reason_of};
use tonic::{Code, Status};
use tonic_types::StatusExt;
use wire::{ErrorReason, WireError};

use crate::probe::{Answer, start};

async fn received(error: Error) -> Status {
    let probe = start(Answer::Refuse(error), ServerArgs::local()).await;
    probe.get_progress(Role::Operator).await.unwrap_err()
}

#[tokio::test]
async fn a_client_learns_reason_domain_and_help_page() {
    let status = received(Error::not_found(ErrorReason::OrderNotFound, "order 1 is not known")).await;
    assert_eq!((status.code(), status.message()), (Code::NotFound, "order 1 is not known"));
    assert_eq!(reason_of(&status), Some(ErrorReason::OrderNotFound));
    let details = status.get_error_details();
    assert_eq!(details.error_info().unwrap().domain, "fba-export");
    assert_eq!(details.help().unwrap().links[0].url, "docs/errors/ORDER_NOT_FOUND.md");
}

#[tokio::test]
async fn a_client_learns_which_field_is_wrong() {
    let error = WireError::new(ErrorReason::WrongCurrency, "lines[2].unit_price", "EUR, expected USD");
    let status = received(error.into()).await;
    assert_eq!(reason_of(&status), Some(ErrorReason::WrongCurrency));
    let details = status.get_error_details();
    let violation = &details.bad_request().unwrap().field_violations[0];
    assert_eq!(
        (violation.field.as_str(), violation.description.as_str()),
        ("lines[2].unit_price", "EUR, expected USD")
    );
}

#[tokio::test]
async fn a_client_learns_what_would_have_to_hold() {
    let error = Error::wrong_state("order 1 is CLOSED").precondition("order 1", "must be ACCEPTED or PAID");
    let status = received(error).await;
    assert_eq!(status.code(), Code::FailedPrecondition);
    let details = status.get_error_details();
    let violation = &details.precondition_failure().unwrap().violations[0];
    assert_eq!(violation.r#type, "WRONG_STATE");
    assert_eq!(
        (violation.subject.as_str(), violation.description.as_str()),
        ("order 1", "must be ACCEPTED or PAID")
    );
}

#[tokio::test]
async fn a_client_learns_when_to_try_again() {
    let status = received(Error::unavailable("the database does not answer", Duration::from_secs(2))).await;
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(status.get_error_details().retry_info().unwrap().retry_delay, Some(Duration::from_secs(2)));
}

#[tokio::test]
async fn a_client_learns_the_incident_but_not_the_insides_of_a_fault() {
    let status = received(Error::internal(&std::io::Error::other("password=hunter2"))).await;
    assert_eq!((status.code(), reason_of(&status)), (Code::Internal, Some(ErrorReason::Internal)));
    assert!(status.message().contains("incident"), "{}", status.message());
    assert!(!status.message().contains("hunter2"), "{}", status.message());
}

#[test]
fn a_status_that_is_not_ours_has_no_reason() {
    assert_eq!(reason_of(&Status::unavailable("connection refused")), None);
}
