//! All lines are there: the file becomes the list, or is refused.

use super::{PREVIEW, Receiving, expected};
use crate::app::change_products::change_products;
use crate::app::preview_changes::preview_changes;
use crate::app::{Error, lock, read};
use crate::domain::{Act, Effect, FileRefused, Problem, Refused, Seller, Source, Upload, UploadState, day};
use crate::store::{self, staging};

impl Receiving {
    /// Carries the file out, or writes why not, and commits. Only from the comparison on, others that change the seller's
    /// settings wait.
    pub(super) async fn settle(
        mut self,
        refused: Option<FileRefused>,
        names_skus: bool,
    ) -> Result<Upload, Error> {
        let refused = match refused {
            Some(refused) => {
                staging::report_lines(&mut self.db, self.upload.id).await?;
                Some(refused)
            }
            None => self.judge(names_skus).await?,
        };
        let refused = match refused {
            Some(refused) => Some(refused),
            None => self.carry_out().await?,
        };
        match refused {
            Some(refused) => self.upload.refuse(&refused, &self.messages),
            None => self.upload.state = UploadState::Done,
        }
        self.count_lines().await?;
        self.upload.finished_at = Some(self.clock.now());
        store::uploads::save(&mut self.db, &self.upload).await?;
        self.db.commit().await?;
        Ok(self.upload)
    }

    /// Which lines are good.
    async fn judge(&mut self, names_skus: bool) -> Result<Option<FileRefused>, Error> {
        if names_skus {
            staging::resolve_skus(&mut self.db, self.upload.seller).await?;
        }
        staging::want_lines(&mut self.db).await?;
        staging::report_lines(&mut self.db, self.upload.id).await?;
        self.count_lines().await?;
        if self.upload.refused_lines > 0 && !self.upload.accept_good_lines {
            return Ok(Some(refused(Problem::FileBadLines, [self.upload.refused_lines])));
        }
        Ok(None)
    }

    /// Makes the list what the good lines want. A dry run only looks, and nobody waits for it.
    async fn carry_out(&mut self) -> Result<Option<FileRefused>, Error> {
        let seller = if self.upload.dry_run {
            read(&mut self.db, self.upload.seller).await?
        } else {
            lock(&mut self.db, self.upload.seller).await?
        };
        if let Err(Refused::VersionConflict { expected, actual }) = seller.expect(expected(&self.upload)) {
            return Ok(Some(refused(Problem::FileVersion, [actual, expected])));
        }
        staging::compare(&mut self.db, seller.id, self.upload.mode).await?;
        let effect = match self.within_limit(&seller).await? {
            Ok(effect) => effect,
            Err(refused) => return Ok(Some(refused)),
        };
        self.upload.effect = Some(effect);
        if self.upload.dry_run {
            return self.preview().await.map(|()| None);
        }
        let (by, reason) = (self.upload.by.clone(), self.upload.reason.clone());
        let act = Act { at: self.clock.now(), by: &by, channel: self.channel, reason: &reason };
        let source = Source::File(self.upload.id);
        let seller = change_products(&mut self.db, act, seller, source, effect).await?;
        self.upload.settings_version = (effect.touched() > 0).then_some(seller.version);
        Ok(None)
    }

    /// Counts what a dry run would stop.
    async fn preview(&mut self) -> Result<(), Error> {
        let seller = self.upload.seller;
        self.upload.preview = preview_changes(&mut self.db, &self.eligibility, seller, PREVIEW).await?;
        if let Some(preview) = self.upload.preview {
            store::uploads::save_preview(&mut self.db, self.upload.id, preview).await?;
        }
        Ok(())
    }

    /// What the file comes to, when there are not too many products: those over the limit are left out where good lines
    /// are to be accepted.
    async fn within_limit(&mut self, seller: &Seller) -> Result<Result<Effect, FileRefused>, Error> {
        let limit = self.policy.product_exclusions(day(self.clock.now()));
        let before = seller.product_exclusions;
        let effect = staging::effect(&mut self.db, seller.id, before).await?;
        let over = effect.non_media - limit;
        if over <= 0 || effect.added == 0 {
            return Ok(Ok(effect));
        }
        let line = staging::line_over(&mut self.db, over).await?;
        if !self.upload.accept_good_lines {
            return Ok(Err(refused(Problem::FileOverLimit, [effect.non_media, limit, line])));
        }
        staging::leave_out(&mut self.db, self.upload.id, line, limit).await?;
        Ok(Ok(staging::effect(&mut self.db, seller.id, before).await?))
    }

    async fn count_lines(&mut self) -> Result<(), Error> {
        let (refused, repeated) = store::uploads::count(&mut self.db, self.upload.id).await?;
        (self.upload.refused_lines, self.upload.repeated_lines) = (refused, repeated);
        Ok(())
    }
}

fn refused<const N: usize>(problem: Problem, details: [i64; N]) -> FileRefused {
    FileRefused { problem, details: details.map(|detail| detail.to_string()).into() }
}
