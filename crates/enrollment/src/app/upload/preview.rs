//! What a dry run would stop: eligibility counts it, part by part.

use std::time::Duration;

use tokio::time::Instant;

use super::Receiving;
use crate::app::Error;
use crate::app::change_products::by_countries;
use crate::domain::Preview;
use crate::store::{self, staging};

/// How long the whole count may take: a million products are counted in some ten seconds.
const WITHIN: Duration = Duration::from_secs(120);

impl Receiving {
    /// Counts what the staged changes would do to what is exportable. Where eligibility does not answer there is no count.
    pub(super) async fn preview(&mut self) -> Result<(), Error> {
        let (mut preview, until) = (Preview::default(), Instant::now() + WITHIN);
        staging::open_changes(&mut self.db).await?;
        loop {
            let changes = staging::next_changes(&mut self.db).await?;
            if changes.is_empty() {
                break;
            }
            let (excluded, included) = by_countries(changes);
            match self.eligibility.preview(self.upload.seller, excluded, included, until).await {
                Ok(part) => preview += part,
                Err(status) => {
                    tracing::warn!(code = ?status.code(), message = status.message(), "upload.no_preview");
                    return Ok(());
                }
            }
        }
        store::uploads::save_preview(&mut self.db, self.upload.id, preview).await?;
        self.upload.preview = Some(preview);
        Ok(())
    }
}
