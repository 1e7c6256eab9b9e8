//! The Exportable Inventory report (id 26600): tab-separated, UTF-8. Amazon's columns are not public; these are ours.

use jiff::Timestamp;
use kernel::CountrySet;

use super::verdict::State;

/// Headers, in order.
const COLUMNS: [&str; 15] = [
    "sku",
    "fnsku",
    "asin",
    "product-name",
    "product-group",
    "is-media",
    "size-tier",
    "export-status",
    "eligible-country-count",
    "eligible-countries",
    "ineligible-countries",
    "reason-codes",
    "warnings",
    "missing-content",
    "evaluated-at",
];
/// The two columns that depend on more than the row.
const LAST_COLUMNS: [&str; 2] = ["next-evaluation", "rule-set-version"];

/// One offer of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportRow {
    pub(crate) sku: String,
    pub(crate) fnsku: String,
    pub(crate) asin: String,
    pub(crate) title: String,
    pub(crate) product_group: String,
    pub(crate) content_missing: bool,
    pub(crate) state: State,
    /// Empty while unknown.
    pub(crate) size_tier: String,
    pub(crate) eligible: CountrySet,
    /// Destinations that were open at the evaluation; empty before the first.
    pub(crate) open: CountrySet,
    pub(crate) codes: String,
    pub(crate) warnings: String,
    pub(crate) evaluated: Option<Timestamp>,
    /// Empty before the first evaluation.
    pub(crate) rule_set: String,
}

/// The line of headers.
pub(crate) fn header() -> String {
    let columns: Vec<&str> = COLUMNS.into_iter().chain(LAST_COLUMNS).collect();
    columns.join("\t") + "\n"
}

impl ReportRow {
    /// The row's line. `next` is the time of the next cycle.
    pub(crate) fn line(&self, next: Timestamp) -> String {
        let closed = self.open.minus(self.eligible);
        let media = if self.product_group == "OTHER" { "no" } else { "yes" };
        let cells = [
            cell(&self.sku),
            self.fnsku.clone(),
            self.asin.clone(),
            cell(&self.title),
            self.product_group.clone(),
            media.to_owned(),
            self.size_tier.clone(),
            self.state.name().to_owned(),
            self.eligible.len().to_string(),
            self.eligible.to_string(),
            closed.to_string(),
            self.codes.clone(),
            self.warnings.clone(),
            if self.content_missing { "yes" } else { "no" }.to_owned(),
            self.evaluated.map(|at| at.to_string()).unwrap_or_default(),
            next.to_string(),
            self.rule_set.clone(),
        ];
        cells.join("\t") + "\n"
    }
}

/// A text in a cell: whatever would end the cell or the line is a blank.
fn cell(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn row() -> ReportRow {
        ReportRow {
            sku: "SKU 1".to_owned(),
            fnsku: "X000000001".to_owned(),
            asin: "B000000001".to_owned(),
            title: "A\ttab and a\nbreak".to_owned(),
            product_group: "BOOK".to_owned(),
            content_missing: false,
            state: State::Exportable,
            size_tier: "SMALL_STANDARD".to_owned(),
            eligible: CountrySet::parse("DE|FR").unwrap(),
            open: CountrySet::parse("CA|DE|FR").unwrap(),
            codes: "MEDIA_BOOK".to_owned(),
            warnings: String::new(),
            evaluated: Some("2026-10-01T00:00:00Z".parse().unwrap()),
            rule_set: "1.0.0+abc@2026-01-15".to_owned(),
        }
    }

    #[test]
    fn every_line_has_as_many_cells_as_the_header() {
        let next = "2026-11-01T00:00:00Z".parse().unwrap();
        let line = row().line(next);
        assert_eq!(line.matches('\t').count(), header().matches('\t').count());
        assert_eq!(line.matches('\n').count(), 1);
    }

    #[test]
    fn the_line_tells_where_the_item_may_go_and_why_not_elsewhere() {
        let line = row().line("2026-11-01T00:00:00Z".parse().unwrap());
        assert_eq!(
            line,
            "SKU 1\tX000000001\tB000000001\tA tab and a break\tBOOK\tyes\tSMALL_STANDARD\tEXPORTABLE\t2\tDE|FR\tCA\t\
             MEDIA_BOOK\t\tno\t2026-10-01T00:00:00Z\t2026-11-01T00:00:00Z\t1.0.0+abc@2026-01-15\n"
        );
    }
}
