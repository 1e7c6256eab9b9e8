//! Documents on paper: the commercial invoice as a PDF/A-2u (archival, all text extractable) file. Pure: the same model gives the same bytes.
//!
//! [`fonts`] shapes text, [`text`] breaks it into lines, [`sheet`] keeps what stands where, [`invoice`] lays out the
//! invoice, [`pdf`] paints the pages.
// Geometry on paper is in points; no amount, rate or weight is ever a float here.
#![allow(clippy::float_arithmetic)]

mod fonts;
mod goods;
mod invoice;
mod parts;
mod pdf;
mod sheet;
mod text;

#[cfg(test)]
mod tests;

use crate::domain::invoice::Invoice;
use fonts::Fonts;

/// Turns invoices into PDF files.
pub(crate) struct Renderer {
    fonts: Fonts,
}

/// A document cannot be made: a fault of ours.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RenderError {
    /// A font that ships with the product cannot be read.
    #[error("the font {0} that ships with the product cannot be read")]
    Font(&'static str),
    /// The file was refused by its own validation.
    #[error("the PDF is not valid: {0}")]
    Invalid(String),
}

impl Renderer {
    /// Reads the fonts.
    ///
    /// # Errors
    /// When one cannot be read.
    pub(crate) fn new() -> Result<Self, RenderError> {
        Ok(Self { fonts: Fonts::load()? })
    }

    /// The invoice as a PDF file: a few milliseconds for a page.
    ///
    /// # Errors
    /// When the file is not valid PDF/A.
    pub(crate) fn invoice(&self, model: &Invoice) -> Result<Vec<u8>, RenderError> {
        let sheets = invoice::lay_out(&self.fonts, model);
        pdf::paint(&self.fonts, model, &sheets)
    }
}
