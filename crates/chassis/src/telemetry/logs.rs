//! Structured logs on standard error. Standard output belongs to the output of commands.

use anyhow::Context;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use super::{LogFormat, TelemetryArgs};

pub(super) fn install(
    service: &'static str,
    args: &TelemetryArgs,
    traces: Option<&SdkTracerProvider>,
) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&args.log)
        .with_context(|| format!("--log {:?} cannot be read: expected e.g. info,sqlx=warn", args.log))?;
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match args.log_format {
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
        LogFormat::Text => lines.boxed(),
    };
    let spans = traces.map(|traces| tracing_opentelemetry::layer().with_tracer(traces.tracer(service)));
    tracing_subscriber::registry()
        .with(spans)
        .with(lines)
        .with(filter)
        .try_init()
        .context("logs were already started in this process")
}
