//! Texts of listings: what of them is visible, and their words.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Number of visible characters of a text that may hold HTML: without tags, entities for blanks, and white space.
pub(crate) fn visible_chars(text: &str) -> usize {
    let mut in_tag = false;
    let mut visible = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '<' if starts_tag(&text[at + 1..]) => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if !in_tag => visible.push(c),
            _ => {}
        }
    }
    visible.replace("&nbsp;", " ").replace("&#160;", " ").chars().filter(|c| is_visible(*c)).count()
}

/// A tag starts with a letter, a slash or an exclamation mark: "3 < 4" is text.
fn starts_tag(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!') && rest.contains('>')
}

fn is_visible(c: char) -> bool {
    // Zero-width characters, the soft hyphen and the byte order mark show nothing.
    !c.is_whitespace()
        && !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{ad}' | '\u{feff}')
}

/// The words of a text in lower case, with one blank before, between and after them: a word or phrase is found
/// between blanks, whatever punctuation the text had.
pub(crate) fn words(text: &str) -> String {
    let mut words = Vec::with_capacity(text.len() + 2);
    append_words(&mut words, text);
    // Letters were appended whole.
    String::from_utf8_lossy(&words).into_owned()
}

/// Appends the [`words`] of a text.
pub(crate) fn append_words(words: &mut Vec<u8>, text: &str) {
    words.push(BLANK);
    let mut after_blank = true;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        // Most listings are ASCII; all of it takes the same way through a table.
        let plain = match ASCII.get(usize::from(byte)) {
            Some(&plain) => {
                at += 1;
                plain
            }
            None => {
                let Some(c) = text[at..].chars().next() else { break };
                at += c.len_utf8();
                if c.is_alphanumeric() {
                    after_blank = append_letter(words, c, after_blank);
                    continue;
                }
                if c == '’' || is_combining_mark(c) { NOTHING } else { BLANK }
            }
        };
        if plain == NOTHING || (plain == BLANK && after_blank) {
            continue;
        }
        after_blank = plain == BLANK;
        words.push(plain);
    }
    if !after_blank {
        words.push(BLANK);
    }
}

/// A letter beyond ASCII, in lower case and without accents, which listings often leave out. Scripts that write no blanks have
/// a word for each letter, so that a phrase is found wherever it stands. Answers whether a blank came last.
fn append_letter(words: &mut Vec<u8>, c: char, after_blank: bool) -> bool {
    let mut append = |c: char| words.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    if !writes_blanks(c) {
        if !after_blank {
            append(' ');
        }
        append(c);
        append(' ');
        return true;
    }
    for lower in c.to_lowercase() {
        decompose_canonical(lower, |part| {
            if !is_combining_mark(part) {
                append(part);
            }
        });
    }
    false
}

/// False for Thai, Chinese, Japanese, and for Korean, whose particles are part of the word.
fn writes_blanks(c: char) -> bool {
    !matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}')
}

const BLANK: u8 = b' ';
/// Left out: an apostrophe ends no word.
const NOTHING: u8 = 0;

/// What each ASCII character becomes.
static ASCII: [u8; 128] = {
    let mut table = [BLANK; 128];
    let mut byte = 0;
    while byte < 128 {
        let c = byte as u8;
        if c.is_ascii_alphanumeric() {
            table[byte] = c.to_ascii_lowercase();
        }
        byte += 1;
    }
    table[b'\'' as usize] = NOTHING;
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_blanks_and_invisible_characters_are_no_content() {
        for text in ["", "  \n", "<p></p>", "<br/>&nbsp;<p> </p>", "\u{200b}\u{feff}", "<img src='x.png'>"] {
            assert_eq!(visible_chars(text), 0, "{text:?}");
        }
        assert_eq!(visible_chars("<p>Hi <b>you</b></p>"), 5);
        assert_eq!(visible_chars("3 < 4"), 3);
    }

    #[test]
    fn accents_do_not_hide_words() {
        assert_eq!(words("ÉPÉE Größe pâté"), " epee große pate ");
        // A letter and its accent as two characters.
        assert_eq!(words("e\u{301}pe\u{301}e"), " epee ");
    }

    #[test]
    fn scripts_without_blanks_have_a_word_for_each_letter() {
        assert_eq!(words("新品日本刀 2本"), " 新 品 日 本 刀 2 本 ");
        assert_eq!(words("レーザー, ok"), " レ ー ザ ー ok ");
    }

    #[test]
    fn punctuation_and_case_do_not_hide_words() {
        assert_eq!(words("Laser-Pointer, GREEN!"), " laser pointer green ");
        assert_eq!(words("Men's  watch"), " mens watch ");
        assert_eq!(words(""), " ");
    }
}
