//! The embedded fonts and the shaping of text with them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Script, ShapePlan, UnicodeBuffer};

use super::RenderError;

/// Weight of the text font.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Weight {
    /// Text.
    Regular,
    /// Emphasis.
    Bold,
}

struct Face {
    shaper: rustybuzz::Face<'static>,
    font: Font,
}

/// All faces: regular, bold, and one for each further script.
pub(super) struct Fonts {
    faces: Vec<Face>,
    /// How to shape a script with a face, by both and whether it runs from right to left. Worked out once: it takes longer
    /// than the shaping.
    plans: RwLock<HashMap<(usize, bool, Script), Arc<ShapePlan>>>,
    /// Lines that were shaped lately: labels, names and addresses come again in every invoice.
    lines: RwLock<HashMap<(Weight, String), Arc<Line>>>,
}

/// Lines that are remembered; when there are more, all are forgotten.
const MOST_LINES: usize = 1_024;

/// A stretch of text in one face and direction, shaped.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// Index of the face.
    pub face: usize,
    /// The text.
    pub text: String,
    /// Its glyphs from left to right.
    pub glyphs: Vec<KrillaGlyph>,
    /// Width at size 1.
    pub width: f32,
}

/// A line of text, shaped, its runs from left to right.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// The runs.
    pub runs: Vec<Run>,
    /// Width at size 1.
    pub width: f32,
}

macro_rules! font {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../../../data/fonts/", $name, ".ttf")) as &'static [u8])
    };
}

const FILES: [(&str, &[u8]); 7] = [
    font!("NotoSans-Regular"),
    font!("NotoSans-Bold"),
    font!("NotoSansArabic-Regular"),
    font!("NotoSansHebrew-Regular"),
    font!("NotoSansArmenian-Regular"),
    font!("NotoSansGeorgian-Regular"),
    font!("NotoSansThai-Regular"),
];

/// Faces from this one on are for scripts that the text font does not have.
const FIRST_SCRIPT: usize = 2;

impl Fonts {
    /// Reads the fonts that ship with the product.
    pub(super) fn load() -> Result<Self, RenderError> {
        let faces = FILES.iter().map(|(name, bytes)| {
            let shaper = rustybuzz::Face::from_slice(bytes, 0).ok_or(RenderError::Font(name))?;
            let font = Font::new((*bytes).into(), 0).ok_or(RenderError::Font(name))?;
            Ok(Face { shaper, font })
        });
        Ok(Self {
            faces: faces.collect::<Result<_, _>>()?,
            plans: RwLock::default(),
            lines: RwLock::default(),
        })
    }

    /// A face as the PDF wants it.
    pub(super) fn font(&self, face: usize) -> &Font {
        &self.faces[face].font
    }

    /// True when some face has every character.
    pub(super) fn cover(&self, text: &str) -> bool {
        text.chars().all(|c| self.face_of(c, Weight::Regular).is_some())
    }

    /// Shapes a line. Characters that no face has are left out; callers ask [`Fonts::cover`] first.
    pub(super) fn line(&self, weight: Weight, text: &str) -> Arc<Line> {
        let key = (weight, text.to_owned());
        if let Some(known) = self.lines.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(known);
        }
        let line = Arc::new(self.shape_line(weight, text));
        let mut lines = self.lines.write().unwrap_or_else(PoisonError::into_inner);
        if lines.len() >= MOST_LINES {
            lines.clear();
        }
        lines.insert(key, Arc::clone(&line));
        line
    }

    fn shape_line(&self, weight: Weight, text: &str) -> Line {
        let mut runs: Vec<Run> = self
            .segments(weight, text)
            .into_iter()
            .map(|segment| self.shape(segment.face, &segment.text, segment.rtl))
            .collect();
        if text.chars().find_map(is_rtl) == Some(true) {
            runs.reverse();
        }
        let width = runs.iter().map(|run| run.width).sum();
        Line { runs, width }
    }

    /// Stretches of one face and direction, in the order of the text. What has no direction of its own goes with what
    /// stands before it.
    fn segments(&self, weight: Weight, text: &str) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        for c in text.chars() {
            let Some(face) = self.face_of(c, weight) else { continue };
            let rtl = is_rtl(c);
            match segments.last_mut() {
                Some(last) if fits(last, c, face, rtl, &self.faces[last.face]) => last.text.push(c),
                _ => segments.push(Segment { face, rtl: rtl.unwrap_or(false), text: c.to_string() }),
            }
        }
        segments
    }

    fn face_of(&self, c: char, weight: Weight) -> Option<usize> {
        let text = usize::from(weight == Weight::Bold);
        let has = |face: &usize| self.faces[*face].shaper.glyph_index(c).is_some();
        std::iter::once(text).chain(FIRST_SCRIPT..self.faces.len()).find(has)
    }

    fn plan(&self, face: usize, rtl: bool, buffer: &UnicodeBuffer) -> Arc<ShapePlan> {
        let key = (face, rtl, buffer.script());
        if let Some(known) = self.plans.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(known);
        }
        let (shaper, direction) = (&self.faces[face].shaper, buffer.direction());
        let plan = Arc::new(ShapePlan::new(shaper, direction, Some(buffer.script()), None, &[]));
        self.plans.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&plan));
        plan
    }

    fn shape(&self, face: usize, text: &str, rtl: bool) -> Run {
        let shaper = &self.faces[face].shaper;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        let plan = self.plan(face, rtl, &buffer);
        let shaped = rustybuzz::shape_with_plan(shaper, &plan, buffer);
        let mut starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        starts.sort_unstable();
        starts.dedup();
        let em = shaper.units_per_em() as f32;
        let glyphs: Vec<KrillaGlyph> = shaped
            .glyph_infos()
            .iter()
            .zip(shaped.glyph_positions())
            .map(|(info, position)| {
                let start = info.cluster as usize;
                let end = starts.iter().find(|next| **next > start).copied().unwrap_or(text.len());
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    position.x_advance as f32 / em,
                    position.x_offset as f32 / em,
                    position.y_offset as f32 / em,
                    position.y_advance as f32 / em,
                    start..end,
                    None,
                )
            })
            .collect();
        let width = shaped.glyph_positions().iter().map(|p| p.x_advance as f32 / em).sum();
        Run { face, text: text.to_owned(), glyphs, width }
    }
}

struct Segment {
    face: usize,
    rtl: bool,
    text: String,
}

/// True when a character can go on with a segment.
fn fits(segment: &Segment, c: char, face: usize, rtl: Option<bool>, segment_face: &Face) -> bool {
    match rtl {
        Some(rtl) => rtl == segment.rtl && (face == segment.face),
        None => face == segment.face || segment_face.shaper.glyph_index(c).is_some(),
    }
}

/// The direction of a character; `None` for those that have none of their own.
fn is_rtl(c: char) -> Option<bool> {
    match c {
        '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' => Some(true),
        _ if c.is_alphanumeric() => Some(false),
        _ => None,
    }
}
