//! Breaking text into lines, and the forms in which foreign scripts are shown.

use std::sync::Arc;

use super::fonts::{Fonts, Line, Weight};

/// Breaks text into lines no wider than `width` points at `size`. A word that is wider is broken inside.
pub(super) fn wrap(fonts: &Fonts, weight: Weight, size: f32, width: f32, text: &str) -> Vec<Arc<Line>> {
    let fits = |text: &str| fonts.line(weight, text).width * size <= width;
    let mut lines: Vec<String> = Vec::new();
    let mut current = String::new();
    for word in text.split_whitespace() {
        let longer = if current.is_empty() { word.to_owned() } else { format!("{current} {word}") };
        if fits(&longer) {
            current = longer;
            continue;
        }
        if !current.is_empty() {
            lines.push(std::mem::take(&mut current));
        }
        for c in word.chars() {
            current.push(c);
            if !fits(&current) && current.chars().count() > 1 {
                current.pop();
                lines.push(std::mem::take(&mut current));
                current.push(c);
            }
        }
    }
    if !current.is_empty() {
        lines.push(current);
    }
    lines.iter().map(|line| fonts.line(weight, line)).collect()
}

/// The forms in which a text of the buyer or seller is shown: Latin as it is; any other script transliterated, with the
/// original after it where a font has it. Officers of any country can read the first form.
pub(super) fn forms(fonts: &Fonts, text: &str) -> Vec<String> {
    if text.chars().all(is_latin) && fonts.cover(text) {
        return vec![text.to_owned()];
    }
    let transliterated: String = text
        .chars()
        .flat_map(|c| {
            if is_latin(c) { c.to_string() } else { any_ascii::any_ascii_char(c).to_owned() }
                .chars()
                .collect::<Vec<_>>()
        })
        .collect();
    let mut forms = vec![transliterated.split_whitespace().collect::<Vec<_>>().join(" ")];
    if fonts.cover(text) {
        forms.push(text.to_owned());
    }
    forms
}

/// Latin letters with all their accents, and what all scripts share.
fn is_latin(c: char) -> bool {
    matches!(c, '\u{20}'..='\u{24F}' | '\u{300}'..='\u{36F}' | '\u{1E00}'..='\u{1EFF}' | '\u{2000}'..='\u{206F}' | '\u{20A0}'..='\u{20CF}')
}
