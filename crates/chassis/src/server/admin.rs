//! The admin server: `/live`, `/ready`, `/metrics`. Plain HTTP on a port of its own that is never made public.

use anyhow::Context;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::telemetry::render_metrics;
use crate::{Readiness, Shutdown};

/// Answers until `stop`.
pub(super) async fn serve(listener: TcpListener, readiness: Readiness, stop: Shutdown) -> anyhow::Result<()> {
    let router = Router::new()
        .route("/live", get(|| async { "live\n" }))
        .route("/ready", get(ready))
        .route("/metrics", get(|| async { render_metrics() }))
        .with_state(readiness);
    axum::serve(listener, router)
        .with_graceful_shutdown(stop.cancelled_owned())
        .await
        .context("the admin server broke")
}

async fn ready(State(readiness): State<Readiness>) -> (StatusCode, String) {
    if readiness.is_ready() {
        return (StatusCode::OK, "ready\n".to_owned());
    }
    let waiting_for = readiness.waiting_for();
    let why = if waiting_for.is_empty() {
        "stopping\n".to_owned()
    } else {
        format!("waiting for: {}\n", waiting_for.join(", "))
    };
    (StatusCode::SERVICE_UNAVAILABLE, why)
}
