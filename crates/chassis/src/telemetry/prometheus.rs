//! The process's Prometheus recorder.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::Shutdown;

/// Upper bounds of all histograms of seconds: from a quick query to a long batch.
const SECONDS: [f64; 14] =
    [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];
/// How often samples are folded into their buckets when nobody scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Installs the recorder; a repeat changes nothing. Where another recorder was installed before, ours stays empty.
pub(super) fn install() {
    HANDLE.get_or_init(|| {
        // The bounds are a non-empty constant, the builder's only demand.
        let builder = PrometheusBuilder::new();
        let recorder = match builder.set_buckets(&SECONDS) {
            Ok(builder) => builder.build_recorder(),
            Err(_) => PrometheusBuilder::new().build_recorder(),
        };
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("metrics.another_recorder_was_installed");
        }
        handle
    });
}

/// All metrics in Prometheus' text form.
pub(crate) fn render_metrics() -> String {
    HANDLE.get().map(PrometheusHandle::render).unwrap_or_default()
}

/// Keeps the memory of histograms bounded until `stop`.
pub(crate) async fn keep_up(stop: Shutdown) -> anyhow::Result<()> {
    while stop.run_until_cancelled(tokio::time::sleep(UPKEEP)).await.is_some() {
        if let Some(handle) = HANDLE.get() {
            handle.run_upkeep();
        }
    }
    Ok(())
}
