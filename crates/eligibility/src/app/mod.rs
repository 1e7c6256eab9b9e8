//! Use cases, one file each: load, let the domain decide, save; all in the caller's transaction.

mod apply_settings;
mod check_lines;
mod explain;
mod judge;
mod list_offers;
mod preview_exclusions;
mod rules;
mod start_cycle;
mod step_cycle;

pub(crate) use apply_settings::apply_settings;
pub(crate) use check_lines::{Checked, check_lines};
pub(crate) use explain::{Explanation, explain};
pub(crate) use list_offers::list_offers;
pub(crate) use preview_exclusions::preview_exclusions;
pub(crate) use rules::Rules;
pub(crate) use start_cycle::{Started, schedule_next, start_cycle};
pub(crate) use step_cycle::step_cycle;

/// Deadline that starts a month's cycle; its subject is the month.
pub(crate) const MONTHLY: &str = "monthly_cycle";
/// Deadline that is due for as long as a cycle runs; its subject is the cycle.
pub(crate) const STEP: &str = "cycle_step";
