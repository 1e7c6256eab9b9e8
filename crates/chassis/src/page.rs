//! Pages of lists: bounded sizes, and tokens that fit one list only.

use std::str::FromStr;

use wire::ErrorReason;

use crate::Error;

/// Entries of a page that names no size.
const DEFAULT_SIZE: i64 = 50;
/// Most entries of a page.
const MAX_SIZE: i64 = 500;

/// Where a page begins and how long it may be.
#[derive(Debug)]
pub struct Page {
    /// Entries wanted; one more is read to know whether there is a next page.
    size: i64,
    /// Key of the last entry of the page before; empty at the start.
    pub after: String,
    list: String,
}

impl Page {
    /// Reads size (1 to 500, 0 for 50) and token. `list` names the list and what filters it.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` for another size, `INVALID_PAGE_TOKEN` for a token of another list or none of ours.
    pub fn parse(list: impl Into<String>, size: i32, token: &str) -> Result<Self, Error> {
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

    /// The key after which the page begins, read; none at the start.
    ///
    /// # Errors
    /// `INVALID_PAGE_TOKEN`.
    pub fn start<K: FromStr>(&self) -> Result<Option<K>, Error> {
        if self.after.is_empty() { Ok(None) } else { self.after.parse().map(Some).map_err(|_| not_ours()) }
    }

    /// As [`Page::start`], for a key of two parts, which [`Page::cut`] was given as `first~second`.
    ///
    /// # Errors
    /// `INVALID_PAGE_TOKEN`.
    pub fn start_pair<A: FromStr, B: FromStr>(&self) -> Result<Option<(A, B)>, Error> {
        if self.after.is_empty() {
            return Ok(None);
        }
        let parts = self.after.split_once('~');
        let pair = parts.and_then(|(first, second)| Some((first.parse().ok()?, second.parse().ok()?)));
        pair.map(Some).ok_or_else(not_ours)
    }

    /// Entries wanted.
    pub fn size(&self) -> usize {
        // 1 to 500.
        usize::try_from(self.size).unwrap_or_default()
    }

    /// The token of a page that begins after a key, for a list that does not [`cut`](Self::cut).
    pub fn token(&self, key: &str) -> String {
        hex::encode(format!("{}\u{1f}{key}", self.list))
    }

    /// Rows to read.
    pub fn limit(&self) -> i64 {
        self.size + 1
    }

    /// Cuts what was read to the page; the token of the next page, empty on the last.
    pub fn cut<T>(&self, rows: &mut Vec<T>, key: impl Fn(&T) -> String) -> String {
        if rows.len() <= self.size() {
            return String::new();
        }
        rows.truncate(self.size());
        rows.last().map(|last| self.token(&key(last))).unwrap_or_default()
    }

    fn open(list: &str, token: &str) -> Result<String, Error> {
        let text = hex::decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let after = text.as_deref().and_then(|text| text.split_once('\u{1f}'));
        let after = after.filter(|(of, _)| *of == list).map(|(_, after)| after.to_owned());
        after.ok_or_else(not_ours)
    }
}

fn not_ours() -> Error {
    let message = "page_token is not one that this list returned: begin without one";
    Error::new(ErrorReason::InvalidPageToken, message)
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
    fn keys_are_read_as_what_they_are() {
        let mut rows = vec![(7, "x"), (8, "y")];
        let token = Page::parse("stock", 1, "").unwrap().cut(&mut rows, |(n, name)| format!("{n}~{name}"));
        let page = Page::parse("stock", 1, &token).unwrap();
        assert_eq!(page.start_pair::<i64, String>().unwrap(), Some((7, "x".to_owned())));
        assert_eq!(page.start::<i64>().err().unwrap().reason, ErrorReason::InvalidPageToken);
        assert_eq!(Page::parse("stock", 1, "").unwrap().start::<i64>().unwrap(), None);
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
