//! Texts of listings: what of them is visible, and their words.

use unicode_normalization::char::{compose, decompose_compatible, is_combining_mark};

use super::markup::plain;

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
    !c.is_whitespace() && !c.is_control() && !is_invisible(c)
}

/// Zero-width characters, the soft hyphen and the byte order mark show nothing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{ad}' | '\u{feff}')
}

/// The words of a text in lower case, with one blank before, between and after them: a word or phrase is found
/// between blanks, whatever punctuation the text had.
pub(crate) fn words(text: &str) -> String {
    let mut words = Vec::with_capacity(text.len() + 2);
    append_words(&mut words, text);
    // Letters were appended whole.
    String::from_utf8_lossy(&words).into_owned()
}

/// Appends the [`words`] of a text that may hold HTML.
pub(crate) fn append_words(words: &mut Vec<u8>, text: &str) {
    append(words, text, BLANK);
}

/// Appends the words of a text that may hold HTML, with a [`CLAUSE`] as a word between its clauses: no phrase goes beyond them.
pub(crate) fn append_clauses(words: &mut Vec<u8>, text: &str) {
    append(words, text, CLAUSE);
}

fn append(words: &mut Vec<u8>, text: &str, clause: u8) {
    match text.contains('<') || text.contains('&') {
        true => append_shown(words, &plain(text), clause),
        false => append_shown(words, text, clause),
    }
}

/// `clause`: what stands for a mark between clauses.
fn append_shown(words: &mut Vec<u8>, text: &str, clause: u8) {
    words.push(BLANK);
    let mut after_blank = true;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let piece = bytes.get(at..at + PIECE).and_then(|piece| piece.try_into().ok()).map(u64::from_le_bytes);
        if let Some(plain) = piece.and_then(|piece| plain_piece(piece, after_blank)) {
            words.extend_from_slice(&plain.to_le_bytes());
            after_blank = plain.to_le_bytes()[PIECE - 1] == BLANK;
            at += PIECE;
            continue;
        }
        // Most listings are ASCII; all of it takes the same way through a table.
        let plain = match ASCII.get(usize::from(byte)) {
            Some(&plain) => {
                at += 1;
                plain
            }
            None => {
                let Some(c) = text[at..].chars().next() else { break };
                at += c.len_utf8();
                if is_half_width_kana(c) {
                    let (kana, length) = full_width(c, &text[at..]);
                    at += length;
                    after_blank = append_letter(words, kana, after_blank);
                    continue;
                }
                if c.is_alphanumeric() {
                    after_blank = append_letter(words, c, after_blank);
                    continue;
                }
                if c == '’' || is_invisible(c) || is_combining_mark(c) {
                    NOTHING
                } else if CLAUSE_MARKS.contains(&c) {
                    CLAUSE
                } else {
                    BLANK
                }
            }
        };
        if plain == CLAUSE && clause == CLAUSE && !in_number(words, bytes.get(at)) {
            end_clause(words);
            after_blank = true;
            continue;
        }
        let plain = if plain == CLAUSE { BLANK } else { plain };
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

/// Eight letters, digits and single blanks in lower case, all at once: what most of most listings is.
#[inline]
const fn plain_piece(piece: u64, after_blank: bool) -> Option<u64> {
    if piece & HIGH != 0 {
        return None;
    }
    let letters = between(piece | (EACH * 0x20), b'a', b'z');
    let blanks = between(piece, BLANK, BLANK);
    let before = blanks << 8 | if after_blank { 0x80 } else { 0 };
    let plain = letters | blanks | between(piece, b'0', b'9');
    if plain == HIGH && blanks & before == 0 { Some(piece | letters >> 2) } else { None }
}

/// The highest bit of each byte that lies between two; none of them is above 127.
const fn between(bytes: u64, low: u8, high: u8) -> u64 {
    (bytes + EACH * (0x80 - low as u64)) & !(bytes + EACH * (0x7f - high as u64)) & HIGH
}

/// "12,8" and "1:18" are one clause.
fn in_number(words: &[u8], next: Option<&u8>) -> bool {
    words.last().is_some_and(u8::is_ascii_digit) && next.is_some_and(u8::is_ascii_digit)
}

/// Once, however many marks there are.
fn end_clause(words: &mut Vec<u8>) {
    match words.as_slice() {
        [.., CLAUSE, BLANK] => {}
        [.., BLANK] => words.extend([CLAUSE, BLANK]),
        _ => words.extend([BLANK, CLAUSE, BLANK]),
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
    if let Some((_, plain)) = LIGATURES.iter().find(|(ligature, _)| *ligature == c) {
        plain.chars().for_each(append);
        return false;
    }
    // Full-width, circled and mathematical letters mean the plain ones.
    decompose_compatible(c, |part| {
        if !is_combining_mark(part) {
            part.to_lowercase().filter(|lower| !is_combining_mark(*lower)).for_each(&mut append);
        }
    });
    false
}

/// Narrow katakana, whose marks are characters of their own.
fn is_half_width_kana(c: char) -> bool {
    matches!(c, '\u{ff66}'..='\u{ff9d}')
}

/// The same in full width, and how many bytes of what follows are its mark.
fn full_width(c: char, rest: &str) -> (char, usize) {
    let mut wide = c;
    decompose_compatible(c, |part| wide = part);
    let mark = match rest.chars().next() {
        Some(voiced @ '\u{ff9e}') => compose(wide, '\u{3099}').zip(Some(voiced.len_utf8())),
        Some(half_voiced @ '\u{ff9f}') => compose(wide, '\u{309a}').zip(Some(half_voiced.len_utf8())),
        _ => None,
    };
    mark.unwrap_or((wide, 0))
}

/// False for Thai, Chinese, Japanese, and for Korean, whose particles are part of the word.
fn writes_blanks(c: char) -> bool {
    !matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}')
}

/// Letters that are as often written as two.
const LIGATURES: [(char, &str); 6] =
    [('ß', "ss"), ('ẞ', "ss"), ('œ', "oe"), ('Œ', "oe"), ('æ', "ae"), ('Æ', "ae")];
const BLANK: u8 = b' ';
/// Bytes that are looked at together; a one, and the highest bit, in each of them.
const PIECE: usize = 8;
const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = EACH * 0x80;
/// Between clauses.
pub(crate) const CLAUSE: u8 = b',';
/// Marks between clauses beyond ASCII.
const CLAUSE_MARKS: [char; 18] =
    ['、', '。', '，', '；', '：', '！', '？', '（', '）', '【', '】', '「', '」', '·', '•', '★', '►', '✔'];
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
    let marks = b",;|()[]{}!?:\n";
    let mut mark = 0;
    while mark < marks.len() {
        table[marks[mark] as usize] = CLAUSE;
        mark += 1;
    }
    table
};

#[cfg(test)]
#[allow(clippy::unwrap_used)]
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
        assert_eq!(words("ÉPÉE Größe pâté Cœur"), " epee grosse pate coeur ");
        // A letter and its accent as two characters.
        assert_eq!(words("e\u{301}pe\u{301}e"), " epee ");
    }

    #[test]
    fn scripts_without_blanks_have_a_word_for_each_letter() {
        assert_eq!(words("新品日本刀 2本"), " 新 品 日 本 刀 2 本 ");
        assert_eq!(words("レーザー, ok"), " レ ー ザ ー ok ");
    }

    #[test]
    fn invisible_characters_part_no_words() {
        assert_eq!(words("ta\u{200b}ser g\u{ad}un\u{feff}"), " taser gun ");
    }

    #[test]
    fn letters_of_other_widths_and_shapes_are_letters() {
        assert_eq!(words("Ｌａｓｅｒ　ＰＯＩＮＴＥＲ"), " laser pointer ");
        assert_eq!(words("𝐋𝐚𝐬𝐞𝐫 Ⓛaser ﬁne"), " laser laser fine ");
        assert_eq!(words("ﾚｰｻﾞｰﾎﾟｲﾝﾀｰ"), words("レーザーポインター"));
    }

    #[test]
    fn clauses_are_parted_and_numbers_are_not() {
        let clauses = |text: &str| {
            let mut words = Vec::new();
            append_clauses(&mut words, text);
            String::from_utf8(words).unwrap()
        };
        assert_eq!(clauses("Laser, (green); 12,8V<br>1:18"), " laser , green , 12 8v , 1 18 ");
        assert_eq!(clauses("激光笔，绿光"), " 激 光 笔 , 绿 光 ");
    }

    #[test]
    fn eight_letters_at_once_are_as_one_by_one() {
        let texts = [
            "Men S  Watch 42mm BLACK",
            "AZaz09 @[`{/:x",
            "a b c d e f g h i j",
            "  two  blanks  here  ",
            "Größe 12 Stk",
        ];
        for text in texts {
            for (from, _) in text.char_indices() {
                let one_by_one: String = text[from..].chars().map(|c| words(&c.to_string())).collect();
                let letters = |text: &str| text.replace(' ', "");
                assert_eq!(letters(&words(&text[from..])), letters(&one_by_one), "{text}");
                assert!(!words(&text[from..]).contains("  "), "{text}");
            }
        }
    }

    #[test]
    fn punctuation_and_case_do_not_hide_words() {
        assert_eq!(words("Laser-Pointer, GREEN!"), " laser pointer green ");
        assert_eq!(words("Men's  watch"), " mens watch ");
        assert_eq!(words(""), " ");
    }
}
