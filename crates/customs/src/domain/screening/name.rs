//! The form in which names are compared.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The key of a name: compatibility forms and letter case folded, invisible characters, accents and punctuation taken
/// out, the words sorted, so that `KARROVSKI, Dmitrios` and `Dmitrios Karrovski` have one key. Empty when nothing is left.
#[must_use]
pub(crate) fn name_key(name: &str) -> String {
    let folded = fold(name);
    let mut words: Vec<&str> = folded.split_whitespace().collect();
    words.sort_unstable();
    words.join(" ")
}

/// The key of a name in Latin letters, for lists that are kept in them.
#[must_use]
pub(super) fn latin_key(name: &str) -> String {
    name_key(&any_ascii::any_ascii(&name.nfkc().collect::<String>()))
}

fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    let decomposed = name.nfkc().flat_map(char::to_lowercase).collect::<String>();
    for c in decomposed.nfkd() {
        match c {
            // Full case folding where lower case is not enough.
            'ß' => folded.push_str("ss"),
            'ς' => folded.push('σ'),
            // Part of a word, not a border of words: O'Neill, Co., soft hyphens and joiners.
            '\'' | '’' | 'ʼ' | '`' | '.' => {}
            _ if is_combining_mark(c) || is_invisible(c) => {}
            _ if c.is_alphanumeric() => folded.push(c),
            _ => folded.push(' '),
        }
    }
    folded
}

/// Format characters (Unicode Cf) that do not show: joiners, marks of direction, soft hyphen, tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_that_does_not_change_the_name_does_not_change_the_key() {
        let key = name_key("KARROVSKI, Dmitrios Pavel");
        for same in [
            "dmitrios pavel karrovski",
            "Dmitrios  Pavel\u{200B} Kar\u{AD}rovski",
            "Ｄｍｉｔｒｉｏｓ Pavel KARROVSKI",
            "Dmítrios Pável Karrovski.",
            "Karrovski; Pavel - Dmitrios",
        ] {
            assert_eq!(name_key(same), key, "{same:?}");
        }
    }

    #[test]
    fn another_name_has_another_key() {
        for other in ["Dmitrios Karrovski", "Dmitrios Pavel Karrovsky", "Dmitrios Pavel Karrovski Jr"] {
            assert_ne!(name_key(other), name_key("KARROVSKI, Dmitrios Pavel"), "{other:?}");
        }
        assert_eq!(name_key(" .,- \u{200B}"), "");
    }

    #[test]
    fn letter_case_is_folded_in_every_script() {
        assert_eq!(name_key("STRASSE"), name_key("straße"));
        assert_eq!(name_key("ΟΔΥΣΣΕΥΣ"), name_key("οδυσσευς"));
        assert_eq!(latin_key("Тагановка"), latin_key("TAGANOVKA"));
    }
}
