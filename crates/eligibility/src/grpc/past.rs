//! Times that have passed, in requests.

use std::sync::Arc;

use chassis::Error;
use jiff::{SignedDuration, Timestamp};
use messaging::calls::database;
use wire::convert::parse_timestamp;

use super::EligibilityApi;
use super::rules::unusable;
use crate::app::{Book, book_at, earliest};

/// How much later than ours another replica's clock may be, from which a caller has the time.
const LEAD: SignedDuration = SignedDuration::from_secs(1);

impl EligibilityApi {
    /// The time that is asked about, if it is not now: one that has passed and of which it is known what held.
    pub(super) async fn moment(
        &self,
        at: Option<prost_types::Timestamp>,
    ) -> Result<Option<Timestamp>, Error> {
        let Some(at) = at else { return Ok(None) };
        let at = parse_timestamp("at", Some(at))?;
        let now = self.clock.now();
        if at > now + LEAD {
            return Err(Error::invalid("at", format!("{at} lies in the future: it is {now}")));
        }
        let mut db = self.pool.acquire().await.map_err(database)?;
        match earliest(&mut db, &self.past, now).await.map_err(database)? {
            Some(earliest) if earliest <= at => Ok(Some(at.min(now))),
            Some(earliest) => {
                let problem = format!("{at} lies before {earliest}, since when it is known what held");
                Err(Error::invalid("at", problem))
            }
            None => Err(Error::invalid(
                "at",
                "it is not written down yet what held: leave it out to ask about now",
            )),
        }
    }

    /// The tables that were in force then.
    pub(super) async fn book_at(&self, at: Timestamp) -> Result<Arc<Book>, Error> {
        let mut db = self.pool.acquire().await.map_err(database)?;
        book_at(&mut db, &self.rules, at).await.map_err(unusable)
    }
}
