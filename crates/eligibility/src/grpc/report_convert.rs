//! Reports for the wire.

use jiff::Timestamp;
use wire::convert::timestamp;
use wire::eligibility::v1;

use crate::domain::report::{Document, End, Reason, Report, State};
use crate::domain::report_wording::ReportWording;
use crate::domain::wording::Language;

/// Of every document.
const CONTENT_TYPE: &str = "text/tab-separated-values; charset=utf-8";

/// A report as it stands at `now`, its reason in a language.
pub(super) fn report(
    report: &Report,
    wording: &ReportWording,
    language: Language,
    now: Timestamp,
) -> v1::Report {
    v1::Report {
        report_id: report.id.to_string(),
        seller_id: report.seller.to_string(),
        report_type: v1::ReportType::ExportableInventory.into(),
        state: state(&report.state).into(),
        reason: reason(&report.state, wording, language),
        document: document(report),
        next_evaluation_time: Some(timestamp(report.next_evaluation(now))),
        created_by: report.created_by.clone(),
        created_time: Some(timestamp(report.created)),
        started_time: report.started.map(timestamp),
        ended_time: report.ended.map(|end| timestamp(end.at)),
        attempts: report.attempts,
    }
}

fn state(state: &State) -> v1::ReportState {
    match state {
        State::InQueue => v1::ReportState::InQueue,
        State::InProgress => v1::ReportState::InProgress,
        State::Done(_) => v1::ReportState::Done,
        State::Cancelled { .. } => v1::ReportState::Cancelled,
        State::Fatal(_) => v1::ReportState::Fatal,
    }
}

fn reason(state: &State, wording: &ReportWording, language: Language) -> Option<v1::ReportReason> {
    let (reason, actor) = match state {
        State::Cancelled { reason, by } => (*reason, by.clone()),
        State::Fatal(reason) => (*reason, String::new()),
        State::InQueue | State::InProgress | State::Done(_) => return None,
    };
    let told = wording.told(reason, language);
    let (text, remedy) = (told.text.to_owned(), told.remedy.to_owned());
    Some(v1::ReportReason { code: code(reason).into(), text, remedy, actor })
}

fn code(reason: Reason) -> v1::ReportReasonCode {
    match reason {
        Reason::CancelledByCaller => v1::ReportReasonCode::CancelledByCaller,
        Reason::WaitedTooLong => v1::ReportReasonCode::WaitedTooLong,
        Reason::StoreFailed => v1::ReportReasonCode::StoreFailed,
        Reason::ReadFailed => v1::ReportReasonCode::ReadFailed,
        Reason::Interrupted => v1::ReportReasonCode::Interrupted,
        Reason::TooManyRows => v1::ReportReasonCode::TooManyRows,
    }
}

fn document(report: &Report) -> Option<v1::ReportDocument> {
    let (State::Done(document), Some(end)) = (&report.state, report.ended) else { return None };
    let Document { sha256, bytes, rows, .. } = document;
    let End { files_until, expired, .. } = end;
    Some(v1::ReportDocument {
        sha256: sha256.clone(),
        size_bytes: *bytes,
        row_count: *rows,
        content_type: CONTENT_TYPE.to_owned(),
        expires_time: Some(timestamp(files_until)),
        expired,
    })
}
