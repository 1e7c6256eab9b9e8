//! The rules in force, compiled once for as long as nothing changes, and the rule sets that verdicts were made by.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::PgConnection;

use crate::domain::data::{DataError, Tables};
use crate::domain::day;
use crate::domain::rules::{RuleBook, RuleSet};
use crate::domain::wording::Wording;
use crate::store;
use crate::store::rule_sets::StoredRuleSet;

/// Most stored rule sets kept in memory; a few are made in a year.
const STORED_MAX: usize = 16;

/// Days of a book's rules that are kept compiled, so that questions about then do not push the rules of now out.
const COMPILED_MAX: usize = 2;

/// Shared by all use cases.
pub(crate) struct Rules {
    in_force: RwLock<Arc<Book>>,
    /// Those that were in force at a time that was asked about last.
    past: Mutex<Option<Arc<Book>>>,
    shipped_digest: String,
    stored: Mutex<HashMap<i32, Arc<StoredRuleSet>>>,
}

/// Tables, compiled.
pub(crate) struct Book {
    /// What put them in force; 0 where nothing did.
    pub(crate) activation: i64,
    rules: RuleBook,
    wording: Wording,
    /// Those that were asked for last, first.
    compiled: Mutex<Vec<(Date, Arc<RuleSet>)>>,
}

impl Book {
    /// # Errors
    /// When a row of the tables cannot be used.
    pub(crate) fn read(tables: &Tables, activation: i64) -> Result<Self, DataError> {
        let rules = RuleBook::read(tables)?;
        let wording = Wording::embedded(rules.goods())?;
        Ok(Self { activation, rules, wording, compiled: Mutex::default() })
    }

    /// The words for reasons and remedies.
    pub(crate) fn wording(&self) -> &Wording {
        &self.wording
    }

    /// Digest of the tables.
    pub(crate) fn digest(&self) -> &str {
        self.rules.digest()
    }

    /// The rules that hold at a time.
    pub(crate) fn at(&self, time: Timestamp) -> Arc<RuleSet> {
        let epoch = self.rules.epoch(day(time));
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = compiled.iter().position(|(known, _)| *known == epoch) {
            compiled[..=at].rotate_right(1);
            return compiled[0].1.clone();
        }
        let rules = Arc::new(self.rules.at(epoch));
        compiled.insert(0, (epoch, rules.clone()));
        compiled.truncate(COMPILED_MAX);
        rules
    }
}

impl Rules {
    /// With the tables that ship with the product in force.
    ///
    /// # Errors
    /// When a row of them cannot be used.
    pub(crate) fn shipped() -> Result<Self, DataError> {
        let shipped = Book::read(&Tables::shipped(), 0)?;
        let shipped_digest = shipped.digest().to_owned();
        let in_force = RwLock::new(Arc::new(shipped));
        Ok(Self { in_force, past: Mutex::default(), shipped_digest, stored: Mutex::default() })
    }

    /// Digest of the tables that ship with the product.
    pub(crate) fn shipped_digest(&self) -> &str {
        &self.shipped_digest
    }

    /// The tables in force.
    pub(crate) fn in_force(&self) -> Arc<Book> {
        self.in_force.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The tables of an activation, if they are in force or were asked about last.
    pub(crate) fn known(&self, activation: i64) -> Option<Arc<Book>> {
        let past = self.past.lock().unwrap_or_else(PoisonError::into_inner).clone();
        [Some(self.in_force()), past].into_iter().flatten().find(|book| book.activation == activation)
    }

    /// Remembers tables that are asked about, in place of the last.
    pub(crate) fn remember_past(&self, book: Book) -> Arc<Book> {
        let book = Arc::new(book);
        *self.past.lock().unwrap_or_else(PoisonError::into_inner) = Some(book.clone());
        book
    }

    /// Puts tables in force, unless newer ones are.
    pub(crate) fn put_in_force(&self, book: Book) {
        let mut in_force = self.in_force.write().unwrap_or_else(PoisonError::into_inner);
        if in_force.activation < book.activation {
            *in_force = Arc::new(book);
        }
    }

    /// The rules that hold at a time.
    pub(crate) fn at(&self, time: Timestamp) -> Arc<RuleSet> {
        self.in_force().at(time)
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
