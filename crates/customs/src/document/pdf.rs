//! Painting sheets into a PDF/A-2u file.

use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::{Document, SerializeSettings};

use super::RenderError;
use super::fonts::Fonts;
use super::sheet::{HEIGHT, Ink, Mark, Sheet, WIDTH};
use crate::domain::invoice::Invoice;

/// The program that stands in the file's metadata.
const CREATOR: &str = "fba-export";

pub(super) fn paint(fonts: &Fonts, model: &Invoice, sheets: &[Sheet]) -> Result<Vec<u8>, RenderError> {
    let invalid = |problem: &str| RenderError::Invalid(problem.to_owned());
    let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A2_U).finish();
    let configuration = configuration.map_err(|error| RenderError::Invalid(format!("{error:?}")))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    document.set_metadata(metadata(model));
    for sheet in sheets {
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| invalid("the sheet has no size"))?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        sheet.marks.iter().for_each(|mark| paint_mark(&mut surface, fonts, mark));
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| RenderError::Invalid(format!("{error:?}")))
}

/// No personal data: metadata is read by programs that do not know that it could be.
fn metadata(model: &Invoice) -> Metadata {
    let part = |number: i8| u8::try_from(number).unwrap_or(1);
    let date = DateTime::new(u16::try_from(model.date.year()).unwrap_or(1970))
        .month(part(model.date.month()))
        .day(part(model.date.day()))
        .hour(0)
        .minute(0)
        .second(0)
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(format!("Commercial invoice {}", model.number))
        .language("en".to_owned())
        .creator(CREATOR.to_owned())
        .document_id(model.number.clone())
        .creation_date(date)
}

fn paint_mark(surface: &mut Surface<'_>, fonts: &Fonts, mark: &Mark) {
    match mark {
        Mark::Text { x, baseline, size, ink, line } => {
            surface.set_fill(Some(fill(*ink)));
            let mut x = *x;
            for run in &line.runs {
                let font = fonts.font(run.face).clone();
                surface.draw_glyphs(Point::from_xy(x, *baseline), &run.glyphs, font, &run.text, *size, false);
                x += run.width * size;
            }
        }
        Mark::Rule { x, y, width, thickness, ink } => {
            paint_box(surface, *ink, Rect::from_xywh(*x, *y - thickness / 2.0, *width, *thickness));
        }
        Mark::Box { x, y, width, height, ink } => {
            paint_box(surface, *ink, Rect::from_xywh(*x, *y, *width, *height));
        }
    }
}

fn paint_box(surface: &mut Surface<'_>, ink: Ink, rect: Option<Rect>) {
    let mut path = PathBuilder::new();
    let Some(rect) = rect else { return };
    path.push_rect(rect);
    if let Some(path) = path.finish() {
        surface.set_fill(Some(fill(ink)));
        surface.draw_path(&path);
    }
}

fn fill(ink: Ink) -> Fill {
    let color = match ink {
        Ink::Black => rgb::Color::new(0x16, 0x1a, 0x20),
        Ink::Grey => rgb::Color::new(0x5b, 0x65, 0x70),
        Ink::Navy => rgb::Color::new(0x17, 0x34, 0x5c),
        Ink::Silver => rgb::Color::new(0xc3, 0xca, 0xd2),
        Ink::Mist => rgb::Color::new(0xee, 0xf2, 0xf6),
    };
    Fill { paint: color.into(), opacity: NormalizedF32::ONE, rule: FillRule::default() }
}
