//! Sheets of paper: what stands where, in points from the top left corner.

use std::sync::Arc;

use super::fonts::{Fonts, Line, Weight};
use super::text::wrap;

/// US Letter, which centers print on.
pub(super) const WIDTH: f32 = 612.0;
/// Height of a sheet.
pub(super) const HEIGHT: f32 = 792.0;
/// Left and right margin.
pub(super) const MARGIN: f32 = 42.0;
/// Where text begins on a sheet.
pub(super) const TOP: f32 = 44.0;
/// Where text ends; the footer is below.
pub(super) const BOTTOM: f32 = 738.0;
/// Width between the margins.
pub(super) const BODY: f32 = WIDTH - 2.0 * MARGIN;

/// The few colours of the document; all are legible on a black and white print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Text.
    Black,
    /// Labels.
    Grey,
    /// Title and main rules.
    Navy,
    /// Thin rules.
    Silver,
    /// Background of headers.
    Mist,
}

/// Something on a sheet.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    /// Text with its baseline.
    Text { x: f32, baseline: f32, size: f32, ink: Ink, line: Arc<Line> },
    /// A horizontal rule.
    Rule { x: f32, y: f32, width: f32, thickness: f32, ink: Ink },
    /// A filled box.
    Box { x: f32, y: f32, width: f32, height: f32, ink: Ink },
}

/// How text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub weight: Weight,
    pub size: f32,
    pub leading: f32,
    pub ink: Ink,
}

impl Style {
    pub(super) const LABEL: Self = Self::new(Weight::Regular, 6.4, 8.6, Ink::Grey);
    pub(super) const TEXT: Self = Self::new(Weight::Regular, 8.4, 11.2, Ink::Black);
    pub(super) const STRONG: Self = Self::new(Weight::Bold, 8.4, 11.2, Ink::Black);
    pub(super) const NAME: Self = Self::new(Weight::Bold, 9.6, 12.6, Ink::Black);
    pub(super) const CELL: Self = Self::new(Weight::Regular, 7.6, 10.0, Ink::Black);
    pub(super) const HEAD: Self = Self::new(Weight::Bold, 6.6, 8.6, Ink::Navy);
    pub(super) const SMALL: Self = Self::new(Weight::Regular, 7.2, 9.8, Ink::Black);
    pub(super) const TITLE: Self = Self::new(Weight::Bold, 19.0, 23.0, Ink::Navy);

    const fn new(weight: Weight, size: f32, leading: f32, ink: Ink) -> Self {
        Self { weight, size, leading, ink }
    }
}

/// Where on a column's width text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// One sheet.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    pub marks: Vec<Mark>,
}

impl Sheet {
    /// Sets one line that is not broken.
    pub(super) fn line(&mut self, fonts: &Fonts, style: Style, x: f32, y: f32, text: &str) {
        self.shaped(style, x, y, fonts.line(style.weight, text));
    }

    /// Sets one line that ends at `right`.
    pub(super) fn line_to(&mut self, fonts: &Fonts, style: Style, right: f32, y: f32, text: &str) {
        let line = fonts.line(style.weight, text);
        self.shaped(style, right - line.width * style.size, y, line);
    }

    /// Sets text broken to a width; answers where the next line goes.
    pub(super) fn paragraph(&mut self, fonts: &Fonts, style: Style, area: Area, text: &str) -> f32 {
        let mut y = area.y;
        for line in wrap(fonts, style.weight, style.size, area.width, text) {
            self.shaped(style, area.x, y, line);
            y += style.leading;
        }
        y
    }

    /// Draws a horizontal rule.
    pub(super) fn rule(&mut self, x: f32, y: f32, width: f32, thickness: f32, ink: Ink) {
        self.marks.push(Mark::Rule { x, y, width, thickness, ink });
    }

    /// Fills a box.
    pub(super) fn fill(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        self.marks.push(Mark::Box { x, y, width, height, ink });
    }

    /// Sets a line that is already shaped.
    pub(super) fn shaped(&mut self, style: Style, x: f32, y: f32, line: Arc<Line>) {
        // The baseline of a line that begins at y: four fifths of its size below.
        let baseline = y + style.size * 0.8 + (style.leading - style.size) / 2.0;
        self.marks.push(Mark::Text { x, baseline, size: style.size, ink: style.ink, line });
    }

    /// All text of the sheet, for tests.
    #[cfg(test)]
    pub(super) fn text(&self) -> String {
        let texts = self.marks.iter().filter_map(|mark| match mark {
            Mark::Text { line, .. } => {
                Some(line.runs.iter().map(|run| run.text.as_str()).collect::<String>())
            }
            _ => None,
        });
        texts.collect::<Vec<_>>().join("\n")
    }
}

/// Where a paragraph goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub x: f32,
    pub y: f32,
    pub width: f32,
}

impl Area {
    pub(super) const fn new(x: f32, y: f32, width: f32) -> Self {
        Self { x, y, width }
    }
}
