//! Which gRPC code each reason has: exhaustive, so that a new reason does not compile until it has one.

use tonic::Code;
use wire::ErrorReason;

/// The gRPC code of a reason. Only UNAVAILABLE, OVERLOADED and DEADLINE_EXCEEDED invite a repeat of the same call.
pub(crate) fn code_of(reason: ErrorReason) -> Code {
    use ErrorReason as R;
    match reason {
        R::InvalidArgument
        | R::WrongCurrency
        | R::LimitExceeded
        | R::InvalidPageToken
        | R::RequestIdReused
        | R::MalformedRecord
        | R::InvalidRecord => Code::InvalidArgument,
        R::Unauthenticated => Code::Unauthenticated,
        R::RoleNotAllowed | R::SellerNotAllowed => Code::PermissionDenied,
        R::SellerNotFound
        | R::ItemNotFound
        | R::OrderNotFound
        | R::ShipmentNotFound
        | R::AuthorityNotFound
        | R::ReturnNotFound
        | R::InvoiceNotFound
        | R::QuoteNotFound
        | R::CycleNotFound
        | R::DeadLetterNotFound
        | R::UploadNotFound
        | R::ReportNotFound
        | R::ReportExpired
        | R::ReviewNotFound
        | R::RuleSetNotFound => Code::NotFound,
        R::WrongState
        | R::TermsNotAccepted
        | R::NotReturnable
        | R::DestinationNotServed
        | R::NotCalculable
        | R::ReportTypeDiscontinued
        | R::TooManyReports
        | R::TooManyReviews
        | R::FutureEvent => Code::FailedPrecondition,
        R::VersionConflict => Code::Aborted,
        R::Unavailable => Code::Unavailable,
        R::Overloaded => Code::ResourceExhausted,
        R::DeadlineExceeded => Code::DeadlineExceeded,
        R::Internal | R::Unspecified => Code::Internal,
    }
}
