//! The rules of today, compiled once for as long as nothing changes, and the rule sets that verdicts were made by.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::PgConnection;

use crate::domain::data::DataError;
use crate::domain::day;
use crate::domain::rules::{RuleBook, RuleSet};
use crate::domain::wording::Wording;
use crate::store;
use crate::store::rule_sets::StoredRuleSet;

/// Most stored rule sets kept in memory; a few are made in a year.
const STORED_MAX: usize = 16;

/// Shared by all use cases.
pub(crate) struct Rules {
    book: RuleBook,
    wording: Wording,
    today: Mutex<Option<(Date, Arc<RuleSet>)>>,
    stored: Mutex<HashMap<i32, Arc<StoredRuleSet>>>,
}

impl Rules {
    /// The rules that ship with the product.
    ///
    /// # Errors
    /// When a row of the embedded tables cannot be used.
    pub(crate) fn embedded() -> Result<Self, DataError> {
        let book = RuleBook::embedded()?;
        let wording = Wording::embedded(book.goods())?;
        Ok(Self { book, wording, today: Mutex::default(), stored: Mutex::default() })
    }

    /// The words for reasons and remedies.
    pub(crate) fn wording(&self) -> &Wording {
        &self.wording
    }

    /// The rules that hold at a time.
    pub(crate) fn at(&self, time: Timestamp) -> Arc<RuleSet> {
        let epoch = self.book.epoch(day(time));
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        match &*today {
            Some((known, rules)) if *known == epoch => rules.clone(),
            _ => today.insert((epoch, Arc::new(self.book.at(epoch)))).1.clone(),
        }
    }

    /// Rule sets by the ids that verdicts name; one query for each that is not in memory.
    pub(crate) async fn stored(
        &self,
        db: &mut PgConnection,
        ids: &[i32],
    ) -> sqlx::Result<HashMap<i32, Arc<StoredRuleSet>>> {
        let mut found = HashMap::new();
        for &id in ids {
            if found.contains_key(&id) {
                continue;
            }
            let set = match self.one_remembered(id) {
                Some(set) => set,
                None => self.remember(id, store::rule_sets::get(db, id).await?),
            };
            found.insert(id, set);
        }
        Ok(found)
    }

    /// The same when all of them are in memory.
    pub(crate) fn remembered(&self, ids: &[i32]) -> Option<HashMap<i32, Arc<StoredRuleSet>>> {
        ids.iter().map(|id| Some((*id, self.one_remembered(*id)?))).collect()
    }

    fn one_remembered(&self, id: i32) -> Option<Arc<StoredRuleSet>> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    fn remember(&self, id: i32, set: StoredRuleSet) -> Arc<StoredRuleSet> {
        let mut stored = self.stored.lock().unwrap_or_else(PoisonError::into_inner);
        if stored.len() >= STORED_MAX {
            stored.clear();
        }
        stored.entry(id).or_insert_with(|| Arc::new(set)).clone()
    }
}
