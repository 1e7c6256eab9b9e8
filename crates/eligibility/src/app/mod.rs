//! Use cases, one file each: load, let the domain decide, save; all in the caller's transaction.

mod activate_rules;
mod announce;
mod apply_settings;
mod cancel_cycle;
mod cancel_report;
mod check_lines;
mod confirm_classification;
mod create_report;
mod diff_rules;
mod do_reviews;
mod evaluate;
mod explain;
mod judgement;
mod keep_past;
mod keep_reports;
mod list_deliverable;
mod list_offers;
mod preview_exclusions;
mod preview_product;
mod publish_standing;
mod reevaluate;
mod report_file;
mod report_rules;
mod request_review;
mod rules;
mod run_cycle;
mod settle;
mod start_cycle;
mod suggest_codes;
mod suggester;
mod write_report;

pub(crate) use activate_rules::{
    BookError, Which, activate, book, book_at, catch_up, caught_up, compile, follow, import_tables,
};
pub(crate) use announce::{announce, sweep};
pub(crate) use apply_settings::apply_settings;
pub(crate) use cancel_cycle::{Ended, cancel_cycle};
pub(crate) use cancel_report::cancel_report;
pub(crate) use check_lines::{Deciding, Line, deciding, read_offers, read_past};
pub(crate) use confirm_classification::confirm_classification;
pub(crate) use create_report::{TooMany, create_report};
pub(crate) use diff_rules::Comparison;
pub(crate) use do_reviews::Reviewer;
pub(crate) use explain::{Explanation, explain};
pub(crate) use keep_past::{PastKeeper, earliest};
pub(crate) use keep_reports::ReportKeeper;
pub(crate) use list_deliverable::{Deliverable, list_deliverable};
pub(crate) use list_offers::list_offers;
pub(crate) use preview_exclusions::preview_exclusions;
pub(crate) use preview_product::{Otherwise, preview_product};
pub(crate) use publish_standing::StandingPublisher;
pub(crate) use reevaluate::Reevaluation;
pub(crate) use report_rules::ReportRules;
pub(crate) use request_review::{Asked, Requested, request_review};
pub(crate) use rules::{Book, Rules};
pub(crate) use run_cycle::{complete_cycle, evaluate_shard};
pub(crate) use settle::Takeover;
pub(crate) use start_cycle::{Started, schedule_next, start_cycle};
pub(crate) use suggest_codes::CodeSuggester;
pub(crate) use suggester::Suggester;
pub(crate) use write_report::ReportWriter;

/// Deadline that starts a month's cycle; its subject is the month.
pub(crate) const MONTHLY: &str = "monthly_cycle";
/// Deadline that is due when all of a cycle was evaluated; its subject is the cycle.
pub(crate) const TURN: &str = "cycle_turn";
/// Deadline that is due while verdicts of a slice are told; its subject is the slice.
pub(crate) const ANNOUNCE: &str = "cycle_announce";
/// Deadline that is due when old generations are to be removed.
pub(crate) const SWEEP: &str = "cycle_sweep";
