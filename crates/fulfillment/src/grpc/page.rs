//! Page sizes and tokens.

use std::str::FromStr;

use chassis::Error;
use wire::ErrorReason;

/// Rows of a page when none are asked for.
const DEFAULT: i32 = 50;
/// Most rows of a page.
const MOST: i32 = 500;

/// The number of rows to give.
pub(super) fn size(asked: i32) -> Result<i64, Error> {
    match asked {
        0 => Ok(DEFAULT.into()),
        1..=MOST => Ok(asked.into()),
        _ => Err(Error::invalid("page_size", format!("is {asked}; 1 to {MOST}, or 0 for {DEFAULT}"))),
    }
}

/// A token of ours: what the list was asked for, and the two parts of the last row's place.
pub(super) fn token(list: &str, first: impl std::fmt::Display, second: impl std::fmt::Display) -> String {
    format!("{list}~{first}~{second}")
}

/// The place of a token that this list gave; `None` for the first page.
pub(super) fn place<A: FromStr, B: FromStr>(list: &str, token: &str) -> Result<Option<(A, B)>, Error> {
    if token.is_empty() {
        return Ok(None);
    }
    let mut parts = token.split('~');
    let place = (|| {
        let same_list = parts.next()? == list;
        let place = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        (same_list && parts.next().is_none()).then_some(place)
    })();
    place.map(Some).ok_or_else(|| {
        let problem =
            "page_token is not of this list: take next_page_token of the page before, and ask for the same";
        Error::new(ErrorReason::InvalidPageToken, problem)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_token_leads_to_the_place_it_was_made_for() {
        let token = token("orders/PAID", 17, "LEX1");
        assert_eq!(place::<i64, String>("orders/PAID", &token).unwrap(), Some((17, "LEX1".to_owned())));
        assert_eq!(place::<i64, String>("orders/PAID", "").unwrap(), None);
    }

    #[test]
    fn a_token_of_another_list_is_refused() {
        let token = token("orders/PAID", 17, "LEX1");
        let error = place::<i64, String>("orders/", &token).unwrap_err();
        assert_eq!(error.reason, ErrorReason::InvalidPageToken);
        assert!(place::<i64, String>("orders/", "x").is_err());
    }

    #[test]
    fn pages_have_1_to_500_rows() {
        assert_eq!(size(0).unwrap(), 50);
        assert!(size(501).is_err() && size(-1).is_err());
    }
}
