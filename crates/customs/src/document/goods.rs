//! Tables over several sheets: the header is repeated, no row is torn.

use std::sync::Arc;

use super::fonts::{Fonts, Line};
use super::sheet::{Align, BOTTOM, Ink, MARGIN, Sheet, Style};
use super::text::wrap;

/// Space between columns.
const GAP: f32 = 6.0;
/// Space above and below the text of a row.
const PADDING: f32 = 3.2;

/// One column.
pub(super) struct Column {
    pub title: &'static str,
    pub width: f32,
    pub align: Align,
}

impl Column {
    pub(super) const fn left(title: &'static str, width: f32) -> Self {
        Self { title, width, align: Align::Left }
    }

    pub(super) const fn right(title: &'static str, width: f32) -> Self {
        Self { title, width, align: Align::Right }
    }
}

/// Where the next thing goes, and how a new sheet begins.
pub(super) struct Pen<'a> {
    pub fonts: &'a Fonts,
    pub sheets: Vec<Sheet>,
    pub y: f32,
    /// Starts a sheet after the first and answers where its text begins.
    pub continued: &'a dyn Fn(&mut Sheet) -> f32,
}

impl Pen<'_> {
    /// The sheet that is written on.
    pub(super) fn sheet(&mut self) -> &mut Sheet {
        if self.sheets.is_empty() {
            self.sheets.push(Sheet::default());
        }
        let last = self.sheets.len() - 1;
        &mut self.sheets[last]
    }

    /// Makes room: turns to a new sheet when less than `height` is left. Answers whether it did.
    pub(super) fn room(&mut self, height: f32) -> bool {
        if self.y + height <= BOTTOM {
            return false;
        }
        let mut sheet = Sheet::default();
        self.y = (self.continued)(&mut sheet);
        self.sheets.push(sheet);
        true
    }
}

/// Sets a table. Cells hold paragraphs, each broken to its column's width.
pub(super) fn table(pen: &mut Pen<'_>, columns: &[Column], rows: &[Vec<Vec<String>>]) {
    let mut headed = false;
    for row in rows {
        let cells: Vec<Vec<Arc<Line>>> = columns
            .iter()
            .zip(row)
            .map(|(column, paragraphs)| {
                let width = column.width - GAP;
                let lines = paragraphs
                    .iter()
                    .flat_map(|text| wrap(pen.fonts, Style::CELL.weight, Style::CELL.size, width, text));
                lines.collect()
            })
            .collect();
        let tallest = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
        let height = tallest as f32 * Style::CELL.leading + 2.0 * PADDING;
        let header = if headed { 0.0 } else { header_height() };
        if pen.room(height + header) || !headed {
            head(pen, columns);
            headed = true;
        }
        set_row(pen, columns, cells, height);
    }
}

fn header_height() -> f32 {
    Style::HEAD.leading + 2.0 * PADDING
}

fn head(pen: &mut Pen<'_>, columns: &[Column]) {
    let (fonts, y, height) = (pen.fonts, pen.y, header_height());
    let width: f32 = columns.iter().map(|column| column.width).sum();
    let sheet = pen.sheet();
    sheet.fill(MARGIN, y, width, height, Ink::Mist);
    sheet.rule(MARGIN, y + height, width, 0.7, Ink::Navy);
    let mut x = MARGIN;
    for column in columns {
        match column.align {
            Align::Left => sheet.line(fonts, Style::HEAD, x + GAP / 2.0, y + PADDING, column.title),
            Align::Right => {
                sheet.line_to(fonts, Style::HEAD, x + column.width - GAP / 2.0, y + PADDING, column.title);
            }
        }
        x += column.width;
    }
    pen.y += height;
}

fn set_row(pen: &mut Pen<'_>, columns: &[Column], cells: Vec<Vec<Arc<Line>>>, height: f32) {
    let y = pen.y;
    let width: f32 = columns.iter().map(|column| column.width).sum();
    let sheet = pen.sheet();
    let mut x = MARGIN;
    for (column, lines) in columns.iter().zip(cells) {
        for (index, line) in lines.into_iter().enumerate() {
            let top = y + PADDING + index as f32 * Style::CELL.leading;
            let left = match column.align {
                Align::Left => x + GAP / 2.0,
                Align::Right => x + column.width - GAP / 2.0 - line.width * Style::CELL.size,
            };
            sheet.shaped(Style::CELL, left, top, line);
        }
        x += column.width;
    }
    sheet.rule(MARGIN, y + height, width, 0.4, Ink::Silver);
    pen.y += height;
}
