//! Texts of listings: what of them is visible, and their words.

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
    let mut words = String::with_capacity(text.len() + 2);
    append_words(&mut words, text);
    words
}

/// Appends the [`words`] of a text.
pub(crate) fn append_words(words: &mut String, text: &str) {
    words.push(' ');
    let mut after_blank = true;
    let mut rest = text.as_bytes();
    while let Some(&byte) = rest.first() {
        // Most listings are ASCII; all of it takes the same way through a table.
        let c = match ASCII.get(usize::from(byte)) {
            Some(&plain) => {
                rest = &rest[1..];
                plain
            }
            None => {
                let at = text.len() - rest.len();
                let c = text[at..].chars().next().unwrap_or(BLANK);
                rest = &rest[c.len_utf8()..];
                if c.is_alphanumeric() {
                    words.extend(c.to_lowercase());
                    after_blank = false;
                    continue;
                }
                if c == '’' { NOTHING } else { BLANK }
            }
        };
        if c == NOTHING || (c == BLANK && after_blank) {
            continue;
        }
        after_blank = c == BLANK;
        words.push(c);
    }
    if !after_blank {
        words.push(BLANK);
    }
}

const BLANK: char = ' ';
/// Left out: an apostrophe ends no word.
const NOTHING: char = '\0';

/// What each ASCII character becomes.
static ASCII: [char; 128] = {
    let mut table = [BLANK; 128];
    let mut byte = 0;
    while byte < 128 {
        let c = byte as u8;
        if c.is_ascii_alphanumeric() {
            table[byte] = c.to_ascii_lowercase() as char;
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
    fn punctuation_and_case_do_not_hide_words() {
        assert_eq!(words("Laser-Pointer, GREEN!"), " laser pointer green ");
        assert_eq!(words("Men's  watch"), " mens watch ");
        assert_eq!(words(""), " ");
    }
}
