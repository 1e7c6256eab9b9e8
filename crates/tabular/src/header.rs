//! Which cell of a line is which column.

use crate::cells::{Cells, Row};
use crate::error::{HeaderProblem, quoted};
use crate::line::{LineError, LineErrorKind};
use crate::lines::RawLine;
use crate::{Delimiter, Fields, FileError, Format};

/// The header of a file, and what reads the lines below it.
pub(crate) struct Header {
    cells: Cells,
    /// For each column of the format, its position in a line.
    positions: Vec<Option<usize>>,
    /// How many cells a line may fill.
    width: usize,
}

impl Header {
    /// Reads the line that must be the header.
    pub(crate) fn parse(format: &Format, line: &RawLine<'_>) -> Result<Self, FileError> {
        let unreadable = |error| FileError::UnreadableHeader { line: line.number, error };
        let mut cells = Cells::new(Delimiter::of_header(line.bytes));
        let text = line.text(cells.delimiter()).map_err(unreadable)?;
        let row = cells.split(text).map_err(unreadable)?;
        let (positions, width) = columns(format, &row).map_err(|problem| FileError::HeaderMismatch {
            line: line.number,
            problem,
            expected: format.column_list(),
            found: quoted(text),
        })?;
        Ok(Self { cells, positions, width })
    }

    /// What stands between two fields of the file.
    pub(crate) fn delimiter(&self) -> Delimiter {
        self.cells.delimiter()
    }

    /// Reads a line below the header; a row of blank cells, as spreadsheets write them, is no record.
    pub(crate) fn read<'a>(&'a mut self, line: &RawLine<'a>) -> Result<Option<Fields<'a>>, LineError> {
        let row = self.cells.split(line.text(self.cells.delimiter())?)?;
        if row.cells().all(str::is_empty) {
            return Ok(None);
        }
        match row.cells().skip(self.width).position(|cell| !cell.is_empty()) {
            Some(excess) => Err(LineError::at(self.width + excess, LineErrorKind::TooManyFields)),
            None => Ok(Some(Fields::new(row, &self.positions))),
        }
    }
}

/// The position of each column, and how many cells the header has up to its last name.
fn columns(format: &Format, row: &Row<'_>) -> Result<(Vec<Option<usize>>, usize), HeaderProblem> {
    let width = row.cells().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    let mut positions = vec![None; format.columns.len()];
    for (position, cell) in row.cells().take(width).enumerate() {
        let column = format.columns.iter().position(|name| is_same_name(name, cell));
        let column = column.ok_or_else(|| HeaderProblem::Unknown(quoted(cell)))?;
        if positions[column].replace(position).is_some() {
            return Err(HeaderProblem::Repeated(format.columns[column]));
        }
    }
    let is_there =
        |name| format.columns.iter().zip(&positions).any(|(column, at)| column == name && at.is_some());
    match format.required.iter().find(|group| !group.iter().any(is_there)) {
        Some(group) => Err(HeaderProblem::Missing(group)),
        None => Ok((positions, width)),
    }
}

/// Compares names without case, blanks, `-` and `_`.
fn is_same_name(a: &str, b: &str) -> bool {
    let letters = |name| str::chars(name).filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_'));
    letters(a).flat_map(char::to_lowercase).eq(letters(b).flat_map(char::to_lowercase))
}
