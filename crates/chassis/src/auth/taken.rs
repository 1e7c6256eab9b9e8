//! Tokens that were checked: a caller sends the same one with every call, and a signature takes longer to check than most
//! calls to answer.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use super::Principal;

/// Tokens that are remembered; then all are forgotten, for a token that is no longer sent would stay for ever.
const MOST: usize = 1_000;

/// Tokens with their principals, until they expire.
#[derive(Default)]
pub(super) struct Taken(RwLock<HashMap<String, (Principal, u64)>>);

impl Taken {
    /// Whose token it is, when it was taken before and holds at `now`, in seconds since 1970.
    pub(super) fn get(&self, token: &str, now: u64) -> Option<Principal> {
        let taken = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (principal, until) = taken.get(token)?;
        (now <= *until).then(|| principal.clone())
    }

    /// Remembers a token that was checked and holds until then, in seconds since 1970.
    pub(super) fn put(&self, token: &str, principal: &Principal, until: u64) {
        let mut taken = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= MOST {
            taken.clear();
        }
        taken.insert(token.to_owned(), (principal.clone(), until));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;

    #[test]
    fn a_token_is_taken_until_it_expires() {
        let taken = Taken::default();
        let ada = Principal::new("operator:ada", Role::Operator);
        taken.put("a", &ada, 100);
        assert_eq!(taken.get("a", 100).map(|principal| principal.subject), Some(ada.subject));
        assert!(taken.get("a", 101).is_none() && taken.get("b", 1).is_none());
    }

    #[test]
    fn no_more_than_some_are_remembered() {
        let taken = Taken::default();
        for n in 0..=MOST {
            taken.put(&n.to_string(), &Principal::new("service:x", Role::Service), 1);
        }
        assert!(taken.get("0", 1).is_none() && taken.get(&MOST.to_string(), 1).is_some());
    }
}
