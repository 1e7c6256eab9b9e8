//! gRPC health: follows readiness, for the process as a whole and for each service. Whoever asks for `live` only hears
//! whether the process answers.

use std::convert::Infallible;
use std::future::Future;

use tonic_health::ServingStatus;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::server::HealthReporter;

use crate::Readiness;

/// The health service, and the future that keeps it in step with readiness.
pub(super) fn service(
    mounted: &[&'static str],
    readiness: Readiness,
) -> (HealthServer<impl Health>, impl Future<Output = Infallible> + use<>) {
    let (reporter, server) = tonic_health::server::health_reporter();
    // The empty name stands for the whole process.
    let names: Vec<&'static str> = std::iter::once("").chain(mounted.iter().copied()).collect();
    (server, follow(reporter, names, readiness))
}

/// Asked for by probes that would restart a process that does not answer, but not one that waits for something.
pub const LIVE: &str = "live";

async fn follow(reporter: HealthReporter, names: Vec<&'static str>, readiness: Readiness) -> Infallible {
    reporter.set_service_status(LIVE, ServingStatus::Serving).await;
    loop {
        let ready = readiness.is_ready();
        let status = if ready { ServingStatus::Serving } else { ServingStatus::NotServing };
        for name in &names {
            reporter.set_service_status(name, status).await;
        }
        readiness.differs_from(ready).await;
    }
}
