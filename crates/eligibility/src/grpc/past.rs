//! Times that have passed, in requests.

use std::sync::Arc;

use chassis::Error;
use jiff::Timestamp;
use messaging::calls::database;

use super::EligibilityApi;
use super::rules::unusable;
use crate::app::{Book, book_at, earliest};

impl EligibilityApi {
    /// A time that has passed and of which it is known what held.
    pub(super) async fn past(&self, at: Timestamp) -> Result<Timestamp, Error> {
        let now = self.clock.now();
        if at > now {
            return Err(Error::invalid("at", format!("{at} lies in the future: it is {now}")));
        }
        let mut db = self.pool.acquire().await.map_err(database)?;
        match earliest(&mut db, &self.past, now).await.map_err(database)? {
            Some(earliest) if earliest <= at => Ok(at),
            Some(earliest) => Err(Error::invalid(
                "at",
                format!("{at} lies before {earliest}, since when it is known what held"),
            )),
            None => Err(Error::invalid("at", "is not known yet: leave it out, which asks about now")),
        }
    }

    /// The tables that were in force then.
    pub(super) async fn book_at(&self, at: Timestamp) -> Result<Arc<Book>, Error> {
        let mut db = self.pool.acquire().await.map_err(database)?;
        book_at(&mut db, &self.rules, at).await.map_err(unusable)
    }
}
