//! The report of an exclusion file, line by line.

use crate::views::UploadedLine;

/// A report that arrives in pieces.
pub(super) struct Report {
    all: bool,
    limit: usize,
    rest: Vec<u8>,
    pub(super) lines: Vec<UploadedLine>,
}

impl Report {
    /// Lines with errors, or all; at most so many.
    pub(super) fn new(all: bool, limit: usize) -> Self {
        Self { all, limit, rest: Vec::new(), lines: Vec::new() }
    }

    /// True when there are more lines than are wanted.
    pub(super) fn take(&mut self, piece: &[u8]) -> bool {
        self.rest.extend_from_slice(piece);
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { return false };
        let rest = self.rest.split_off(end + 1);
        let whole = std::mem::replace(&mut self.rest, rest);
        for line in String::from_utf8_lossy(&whole).lines() {
            let Some(line) = UploadedLine::parse(line).filter(|line| self.all || line.is_error()) else {
                continue;
            };
            if self.lines.len() == self.limit {
                return true;
            }
            self.lines.push(line);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_report_in_pieces_the_errors_are_kept() {
        let mut report = Report::new(false, 2);
        assert!(!report.take(b"line\tresult\tcolumn\tmessage\n1\tSKIPPED\t\theader\n2\tUNKNOWN_S"));
        assert!(!report.take(b"KU\tsku\tno SKU\n3\tACCEPTED\t\t\n4\tDUPLICATE_ROW\t\tsame\n"));
        assert!(!report.take(b"5\tUNKNOWN_ASIN\tasin\tno ASIN\n"));
        let results: Vec<&str> = report.lines.iter().map(|line| line.result.as_str()).collect();
        assert_eq!(results, ["UNKNOWN_SKU", "UNKNOWN_ASIN"]);
        assert!(report.take(b"6\tMALFORMED_LINE\t\tbad\n"));
    }

    #[test]
    fn a_quoted_message_is_shown_without_its_quotes() {
        let mut report = Report::new(false, 1);
        report.take(b"2\tUNKNOWN_SKU\tsku\t\"7\"\" nail is no SKU\"\n");
        assert_eq!(report.lines[0].message, "7\" nail is no SKU");
    }
}
