//! Pages of lists: bounded sizes, and tokens that fit one list only.

use chassis::Error;
use wire::ErrorReason;

/// Entries of a page that names no size.
const DEFAULT_SIZE: i64 = 50;
/// Most entries of a page.
const MAX_SIZE: i64 = 500;

/// Where a page begins and how long it may be.
pub(crate) struct Page {
    /// Entries wanted; one more is read to know whether there is a next page.
    size: i64,
    /// Key of the last entry of the page before; empty at the start.
    pub(crate) after: String,
    list: String,
}

impl Page {
    /// Reads size and token. `list` names the list and what filters it.
    pub(crate) fn parse(list: impl Into<String>, size: i32, token: &str) -> Result<Self, Error> {
        let list = list.into();
        let size = match i64::from(size) {
            0 => DEFAULT_SIZE,
            size @ 1..=MAX_SIZE => size,
            _ => {
                return Err(Error::invalid(
                    "page_size",
                    format!("must be 1 to {MAX_SIZE}, or 0 for {DEFAULT_SIZE}"),
                ));
            }
        };
        let after = if token.is_empty() { String::new() } else { Self::open(&list, token)? };
        Ok(Self { size, after, list })
    }

    /// Rows to read.
    pub(crate) fn limit(&self) -> i64 {
        self.size + 1
    }

    /// Cuts what was read to the page; the token of the next page, empty on the last.
    pub(crate) fn cut<T>(&self, rows: &mut Vec<T>, key: impl Fn(&T) -> String) -> String {
        let size = usize::try_from(self.size).unwrap_or_default();
        if rows.len() <= size {
            return String::new();
        }
        rows.truncate(size);
        rows.last().map(|last| hex::encode(format!("{}\u{1f}{}", self.list, key(last)))).unwrap_or_default()
    }

    fn open(list: &str, token: &str) -> Result<String, Error> {
        let text = hex::decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let after = text.as_deref().and_then(|text| text.split_once('\u{1f}'));
        let after = after.filter(|(of, _)| *of == list).map(|(_, after)| after.to_owned());
        after.ok_or_else(|| {
            let message = "page_token is not one that this list returned: begin without one";
            Error::new(ErrorReason::InvalidPageToken, message)
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_token_leads_to_the_next_page_of_its_own_list() {
        let page = Page::parse("sellers", 2, "").unwrap();
        let mut rows = vec!["a".to_owned(), "b".to_owned(), "c".to_owned()];
        let token = page.cut(&mut rows, Clone::clone);
        assert_eq!(rows, ["a", "b"]);
        assert_eq!(Page::parse("sellers", 2, &token).unwrap().after, "b");
        let refused = Page::parse("authorities", 2, &token).err().unwrap();
        assert_eq!(refused.reason, ErrorReason::InvalidPageToken);
        assert_eq!(Page::parse("sellers", 2, "zz").err().unwrap().reason, ErrorReason::InvalidPageToken);
    }

    #[test]
    fn the_last_page_has_no_token() {
        let page = Page::parse("sellers", 2, "").unwrap();
        assert_eq!(page.cut(&mut vec!["a".to_owned(), "b".to_owned()], Clone::clone), "");
    }

    #[test]
    fn a_page_has_at_most_500_entries() {
        assert_eq!(Page::parse("sellers", 0, "").unwrap().limit(), 51);
        assert_eq!(Page::parse("sellers", 500, "").unwrap().limit(), 501);
        assert!(Page::parse("sellers", 501, "").is_err() && Page::parse("sellers", -1, "").is_err());
    }
}
