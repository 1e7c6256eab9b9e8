//! The text that a browser would show of HTML, as far as words are concerned. Sellers' HTML is often broken: what is no tag or
//! entity for sure stays text, so that no words are lost.

use std::borrow::Cow;

/// A tag longer than this is text with a stray "<".
const LONGEST_TAG: usize = 2_000;
/// Entities of entities ("&amp;amp;nbsp;") are resolved so often.
const ROUNDS: usize = 3;
/// Tags that part no words; others part clauses.
const INLINE: [&str; 16] = [
    "a", "abbr", "b", "big", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub", "sup", "u",
    "wbr",
];
/// Elements whose content is not shown.
const HIDDEN: [&str; 3] = ["script", "style", "template"];
/// Entities whose first letter is not the letter that is meant, or that are none.
const NAMED: [(&str, &str); 16] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("rsquo", "'"),
    ("lsquo", "'"),
    ("shy", ""),
    ("zwj", ""),
    ("zwnj", ""),
    ("szlig", "ß"),
    ("aelig", "æ"),
    ("AElig", "Æ"),
    ("oelig", "œ"),
    ("OElig", "Œ"),
    ("oslash", "ø"),
];
/// Of a letter with a mark: "eacute". Words are compared without marks.
const MARKS: [&str; 8] = ["acute", "grave", "circ", "uml", "tilde", "ring", "cedil", "caron"];

/// A text without tags and with the characters that its entities stand for.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let mut plain = Cow::Borrowed(text);
    for _ in 0..ROUNDS {
        // Escaped tags become tags.
        match entities(&plain) {
            Some(resolved) => plain = Cow::Owned(resolved),
            None => break,
        }
    }
    match tags(&plain) {
        Some(shown) => Cow::Owned(shown),
        None => plain,
    }
}

/// `None` if there are no entities.
fn entities(text: &str) -> Option<String> {
    let mut resolved: Option<String> = None;
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        match entity(from) {
            Some((meaning, length)) => {
                let resolved = resolved.get_or_insert_default();
                resolved.push_str(before);
                resolved.push_str(&meaning);
                rest = &from[length..];
            }
            None => {
                // Kept with what follows; only a text with an entity is copied.
                match &mut resolved {
                    Some(resolved) => {
                        resolved.push_str(before);
                        resolved.push('&');
                    }
                    None if from[1..].contains('&') => {
                        resolved = Some(format!("{before}&"));
                    }
                    None => return None,
                }
                rest = &from[1..];
            }
        }
    }
    let mut resolved = resolved?;
    resolved.push_str(rest);
    (resolved != text).then_some(resolved)
}

/// What the entity at the beginning of a text stands for, and how long it is.
fn entity(text: &str) -> Option<(Cow<'static, str>, usize)> {
    let name_ends =
        text.bytes().skip(1).take(12).position(|byte| !(byte.is_ascii_alphanumeric() || byte == b'#'))?;
    let end = name_ends + 1;
    let name = text.get(1..end)?;
    let closed = text[end..].starts_with(';');
    let length = end + usize::from(closed);
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some((char::from_u32(code)?.to_string().into(), length));
    }
    // "AT&T;" is rare, "R&D" is not.
    if !closed || name.is_empty() {
        return None;
    }
    if let Some((_, meaning)) = NAMED.iter().find(|(known, _)| *known == name) {
        return Some(((*meaning).into(), length));
    }
    let (letter, mark) = name.split_at(1);
    let meaning = if MARKS.contains(&mark) { letter.to_owned() } else { " ".to_owned() };
    Some((meaning.into(), length))
}

/// `None` if there are no tags.
fn tags(text: &str) -> Option<String> {
    let mut shown: Option<String> = None;
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        let shown = shown.get_or_insert_default();
        shown.push_str(before);
        match tag(from) {
            Some((name, length)) => {
                if !INLINE.iter().any(|inline| name.eq_ignore_ascii_case(inline)) {
                    shown.push('\n');
                }
                rest = &from[length..];
                if let Some(hidden) = HIDDEN.iter().find(|hidden| name.eq_ignore_ascii_case(hidden)) {
                    rest = after(rest, hidden);
                }
            }
            None => {
                shown.push(' ');
                rest = &from[1..];
            }
        }
    }
    let mut shown = shown?;
    shown.push_str(rest);
    Some(shown)
}

/// Name and length of the tag at the beginning of a text; "3 < 4" is text.
fn tag(text: &str) -> Option<(&str, usize)> {
    if text.starts_with("<!--") {
        return text.find("-->").map(|end| ("!", end + 3));
    }
    let name = text[1..].trim_start_matches('/');
    let length = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?');
    // A new tag begins before this one has ended: it is broken, and its words count.
    let end = text.bytes().take(LONGEST_TAG).skip(1).position(|byte| byte == b'>' || byte == b'<')? + 1;
    let closed = text.as_bytes()[end] == b'>';
    (is_name && closed).then(|| (&name[..length], end + 1))
}

/// What follows the element; all, if it has no end.
fn after<'a>(text: &'a str, element: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = text[from..].find("</") {
        let close = &text[from + at + 2..];
        if close.get(..element.len()).is_some_and(|name| name.eq_ignore_ascii_case(element)) {
            return close.split_once('>').map_or("", |(_, rest)| rest);
        }
        from += at + 2;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::words;

    fn shown(text: &str) -> String {
        words(text).trim().to_owned()
    }

    #[test]
    fn tags_and_entities_do_not_hide_words() {
        assert_eq!(shown("<p>Laser<br/>pointer</p>"), "laser pointer");
        assert_eq!(shown("<b>La</b>ser <span style='x'>poin</span>ter"), "laser pointer");
        assert_eq!(shown("Laser&nbsp;pointer &amp; more"), "laser pointer more");
        assert_eq!(shown("&Eacute;p&eacute;e, Gro&szlig;e P&#228;te &#x1F52B;"), "epee grosse pate");
        assert_eq!(shown("laser&#45;pointer&ndash;x"), "laser pointer x");
        assert_eq!(shown("men&rsquo;s, men&#39;s"), "mens mens");
    }

    #[test]
    fn escaped_html_is_read_as_html() {
        assert_eq!(shown("&lt;b&gt;Laser&lt;/b&gt; pointer"), "laser pointer");
        assert_eq!(shown("&amp;lt;p&amp;gt;Laser&amp;amp;nbsp;pointer"), "laser pointer");
    }

    #[test]
    fn what_a_browser_hides_is_no_text() {
        assert_eq!(shown("<style>.gun{color:red}</style>Mug<script>var rifle</script> blue"), "mug blue");
        assert_eq!(shown("Mug<!-- gun <b> --> blue"), "mug blue");
        assert_eq!(shown("<STYLE type='x'>a</style >Mug"), "mug");
    }

    #[test]
    fn broken_html_loses_no_words() {
        assert_eq!(shown("<p>Laser<b pointer"), "laser b pointer");
        assert_eq!(shown("2 < 3 laser > 1"), "2 3 laser 1");
        assert_eq!(shown("<script>laser pointer"), "laser pointer");
        assert_eq!(shown("<div class=\"x\"<p>laser</p>"), "div class x laser");
        assert_eq!(shown("R&D &unknown; &; &#xZZ; & laser"), "r d xzz laser");
        assert_eq!(shown("&"), "");
        assert_eq!(shown("<"), "");
    }

    #[test]
    fn a_plain_text_is_not_copied() {
        assert!(matches!(plain("Salt & pepper"), Cow::Borrowed(_)));
        assert!(matches!(plain("Größe"), Cow::Borrowed(_)));
    }
}
