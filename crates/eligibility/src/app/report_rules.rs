//! What reports go by.

use crate::domain::data::DataError;
use crate::domain::report_limits::ReportLimits;
use crate::domain::report_wording::ReportWording;

/// Shared by all that deal with reports.
#[derive(Debug)]
pub(crate) struct ReportRules {
    pub(crate) limits: ReportLimits,
    pub(crate) wording: ReportWording,
}

impl ReportRules {
    /// The tables that ship with the product.
    ///
    /// # Errors
    /// When a row of them cannot be used.
    pub(crate) fn embedded() -> Result<Self, DataError> {
        Ok(Self { limits: ReportLimits::embedded()?, wording: ReportWording::embedded()? })
    }
}
