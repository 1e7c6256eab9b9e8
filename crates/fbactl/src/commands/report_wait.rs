//! Waits until a report is final.

use std::time::Duration;

use wire::eligibility::v1::{GetReportRequest, Report, ReportReason, ReportState};

use super::report::HOME;
use crate::client::Context;
use crate::download::bar_of_waiting;
use crate::failure::Failure;

/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(500);

/// The report when it is done. The id is in every failure, so that it can be looked at later.
pub(super) async fn finished(context: &Context, report_id: &str, most: Duration) -> Result<Report, Failure> {
    let mut client = context.eligibility()?;
    let bar = bar_of_waiting();
    let looking = async {
        loop {
            let request = GetReportRequest { report_id: report_id.to_owned(), language: 0 };
            let answer = context.call(HOME, client.get_report(context.ask(request))).await?;
            let report = answer.report.ok_or_else(Failure::broken_answer)?;
            match report.state() {
                ReportState::Done => return Ok(report),
                ReportState::Cancelled | ReportState::Fatal => return Err(without_document(&report)),
                state => bar.set_message(state.as_str_name().trim_start_matches("REPORT_STATE_")),
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    let waited = tokio::time::timeout(most, looking).await;
    bar.finish_and_clear();
    waited.unwrap_or_else(|_| Err(Failure::still_under_way(format!("report {report_id} is not done yet"))))
}

fn without_document(report: &Report) -> Failure {
    let reason = report.reason.clone().unwrap_or_default();
    let code = reason.code().as_str_name().trim_start_matches("REPORT_REASON_CODE_");
    let ReportReason { text, remedy, .. } = &reason;
    Failure::refused(code, format!("report {}: {text}; {remedy}", report.report_id))
}
