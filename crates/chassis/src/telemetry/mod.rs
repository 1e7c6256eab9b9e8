//! Logs, metrics and traces of a process.

mod context;
mod logs;
mod prometheus;

use std::time::Duration;

use opentelemetry_sdk::trace::SdkTracerProvider;

pub(crate) use context::{follow_headers, inject_context};
pub use context::{follow_trace, traceparent};
pub(crate) use prometheus::{keep_up, render_metrics};

/// How a process reports.
#[derive(Clone, Debug, clap::Args)]
pub struct TelemetryArgs {
    /// What is logged: level, or directives such as info,sqlx=warn
    #[arg(long, env = "FBA_LOG", default_value = "info")]
    pub log: String,
    /// Form of the log on standard error
    #[arg(long, env = "FBA_LOG_FORMAT", value_enum, default_value = "json")]
    pub log_format: LogFormat,
    /// Where traces go (OTLP over gRPC), e.g. http://collector:4317; without it none are made
    #[arg(long, env = "FBA_OTLP_ENDPOINT")]
    pub otlp_endpoint: Option<String>,
    /// Share of traces that are kept, in percent, when the caller did not decide
    #[arg(long, env = "FBA_TRACE_PERCENT", default_value_t = 100, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub trace_percent: u8,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line: for machines.
    Json,
    /// Text: for people.
    Text,
}

/// A process's running telemetry. Keep it until the end and [`Telemetry::flush`] it.
#[derive(Debug)]
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Starts logs and metrics, and traces when there is an endpoint. Once per process, inside its runtime.
    ///
    /// # Errors
    /// When the log directives or the endpoint cannot be used.
    pub fn init(service: &'static str, args: &TelemetryArgs) -> anyhow::Result<Self> {
        prometheus::install();
        let traces = args
            .otlp_endpoint
            .as_deref()
            .map(|endpoint| context::tracer(service, endpoint, args.trace_percent))
            .transpose()?;
        logs::install(service, args, traces.as_ref())?;
        Ok(Self { traces })
    }

    /// Sends the traces that wait, for at most `deadline`. The last step of stopping.
    pub fn flush(&self, deadline: Duration) {
        if let Some(Err(error)) = self.traces.as_ref().map(|traces| traces.shutdown_with_timeout(deadline)) {
            tracing::warn!(%error, "telemetry.flush_failed");
        }
    }
}
