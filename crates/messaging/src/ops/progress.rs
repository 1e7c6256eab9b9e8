//! How far the service has come with its work.

use tonic::{Request, Response, Status};
use wire::convert;
use wire::ops::v1::progress_service_server::ProgressService;
use wire::ops::v1::{GetProgressRequest, GetProgressResponse};

use crate::calls::database;
use crate::service::Core;
use crate::{dead_letters, deadlines, outbox};

/// Implements `ProgressService`.
pub struct Progress {
    core: Core,
}

impl Progress {
    pub(crate) fn new(core: Core) -> Self {
        Self { core }
    }
}

#[tonic::async_trait]
impl ProgressService for Progress {
    async fn get_progress(
        &self,
        _: Request<GetProgressRequest>,
    ) -> Result<Response<GetProgressResponse>, Status> {
        let core = &self.core;
        // The lag first: a record that is applied meanwhile may leave rows in the outbox, which are counted after it.
        let consumer_lag = core.lag().await.map_err(|error| {
            let retry = std::time::Duration::from_secs(1);
            chassis::Error::unavailable(format!("the lag cannot be read: {error}"), retry)
        })?;
        let now = core.clock.now();
        let counts = async {
            let mut db = core.connection().await?;
            let due = deadlines::count_due(&mut db, now).await?;
            let waiting = dead_letters::count(&mut db, "").await?;
            Ok((due, outbox::depth(&mut db).await?.rows, waiting))
        };
        let (deadlines_due, outbox_depth, dead_letters) = counts.await.map_err(database)?;
        Ok(Response::new(GetProgressResponse {
            service: core.service.to_owned(),
            clock_time: Some(convert::timestamp(now)),
            deadlines_due,
            outbox_depth,
            consumer_lag,
            dead_letters,
            activity: i64::try_from(core.activity()).unwrap_or(i64::MAX),
        }))
    }
}
