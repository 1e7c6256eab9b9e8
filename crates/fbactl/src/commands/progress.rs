//! How far every service has come.

use wire::ops::v1::{GetProgressRequest, GetProgressResponse};

use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::Listed;
use crate::views::{Reached, ServiceProgress};

pub(crate) async fn run(context: &Context) -> Result<(), Failure> {
    let answers = futures::future::join_all(Service::ALL.map(|service| ask(context, service))).await;
    let mut first_failure = None;
    let mut entries = Vec::with_capacity(answers.len());
    for (service, answer) in Service::ALL.into_iter().zip(answers) {
        let reached = match answer {
            Ok(progress) => known(progress),
            Err(failure) => {
                let error = failure.line();
                first_failure.get_or_insert(failure);
                Reached::Unknown { error }
            }
        };
        entries.push(ServiceProgress { service, reached });
    }
    context.print_list(Listed { entries, truncated: false })?;
    first_failure.map_or(Ok(()), Err)
}

async fn ask(context: &Context, service: Service) -> Result<GetProgressResponse, Failure> {
    let mut client = context.progress(service)?;
    context.call(service, client.get_progress(context.ask(GetProgressRequest {}))).await
}

fn known(progress: GetProgressResponse) -> Reached {
    Reached::Known {
        clock_time: progress.clock_time.map(Into::into),
        deadlines_due: progress.deadlines_due,
        outbox_depth: progress.outbox_depth,
        consumer_lag: progress.consumer_lag,
        dead_letters: progress.dead_letters,
        activity: progress.activity,
    }
}
