//! Waiting until nothing moves: every service's Progress, read twice, unchanged, with nothing left to do.

use std::time::{Duration, Instant};

use tonic::Status;
use wire::ops::v1::progress_service_client::ProgressServiceClient;
use wire::ops::v1::{GetProgressRequest, GetProgressResponse};

use crate::{Channel, Error, Step};

/// How long between two readings.
const PAUSE: Duration = Duration::from_millis(250);

/// Whether the system came to rest.
pub(crate) enum Rest {
    /// It did; what each service had done by then.
    Reached(Vec<i64>),
    /// It did not; what still moved.
    Missed(Vec<String>),
}

/// Waits at most `within`.
pub(crate) async fn wait<C: Channel>(
    services: &[(String, C)],
    within: Duration,
    progress: &mut impl FnMut(Step),
) -> Result<Rest, Error> {
    let begun = Instant::now();
    let mut before = Vec::new();
    loop {
        let now = readings(services).await?;
        let mut waiting_for: Vec<String> =
            services.iter().zip(&now).flat_map(|((name, _), reading)| unfinished(name, reading)).collect();
        let activity: Vec<i64> = now.iter().map(|reading| reading.activity).collect();
        if waiting_for.is_empty() && activity == before {
            return Ok(Rest::Reached(activity));
        }
        if waiting_for.is_empty() {
            waiting_for.push("a second reading that is unchanged".to_owned());
        }
        progress(Step::Resting { waiting_for: waiting_for.clone() });
        if begun.elapsed() >= within {
            return Ok(Rest::Missed(waiting_for));
        }
        before = activity;
        tokio::time::sleep(PAUSE).await;
    }
}

/// Services that did something after `before` was read.
pub(crate) async fn moved_since<C: Channel>(
    services: &[(String, C)],
    before: &[i64],
) -> Result<Vec<String>, Error> {
    let now = readings(services).await?;
    let moved =
        services.iter().zip(now.iter().zip(before)).filter(|(_, (now, before))| now.activity != **before);
    Ok(moved.map(|((name, _), _)| format!("{name} moved while it was read: run the proof again")).collect())
}

async fn readings<C: Channel>(services: &[(String, C)]) -> Result<Vec<GetProgressResponse>, Error> {
    let mut readings = Vec::with_capacity(services.len());
    for (name, channel) in services {
        let answer = ProgressServiceClient::new(channel.clone()).get_progress(GetProgressRequest {}).await;
        readings.push(answer.map_err(|status| refused(name, status))?.into_inner());
    }
    Ok(readings)
}

pub(crate) fn refused(service: &str, status: Status) -> Error {
    Error::Service { service: service.to_owned(), status: Box::new(status) }
}

fn unfinished(name: &str, reading: &GetProgressResponse) -> Vec<String> {
    [
        (reading.outbox_depth, "in the outbox"),
        (reading.consumer_lag, "records not yet consumed"),
        (reading.deadlines_due, "deadlines due"),
    ]
    .into_iter()
    .filter(|(count, _)| *count != 0)
    .map(|(count, what)| format!("{name}: {count} {what}"))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_with_nothing_left_to_do_is_not_waited_for() {
        let idle = GetProgressResponse { dead_letters: 3, activity: 9, ..Default::default() };
        assert!(unfinished("fulfillment", &idle).is_empty());
    }

    #[test]
    fn what_is_left_to_do_is_named() {
        let busy = GetProgressResponse { outbox_depth: 2, deadlines_due: 1, ..Default::default() };
        assert_eq!(unfinished("customs", &busy), ["customs: 2 in the outbox", "customs: 1 deadlines due"]);
    }
}
