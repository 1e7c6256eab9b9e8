//! Trace context (W3C `traceparent`) across gRPC and Kafka.

use std::time::Duration;

use anyhow::Context as _;
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tonic::codegen::http::HeaderMap;
use tonic::metadata::{MetadataKey, MetadataMap, MetadataValue};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const TRACEPARENT: &str = "traceparent";
/// How long one export may take.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);

pub(super) fn tracer(
    service: &'static str,
    endpoint: &str,
    percent: u8,
) -> anyhow::Result<SdkTracerProvider> {
    let exporter = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(EXPORT_TIMEOUT)
        .build()
        .with_context(|| format!("--otlp-endpoint {endpoint} cannot be used"))?;
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(share(percent)))))
        .with_resource(Resource::builder().with_service_name(service).build())
        .build())
}

/// The SDK wants a share as a float; this is no money.
#[allow(clippy::float_arithmetic)]
fn share(percent: u8) -> f64 {
    f64::from(percent) / 100.0
}

/// The current span's `traceparent`, to be sent along with an event; `None` where no trace is made.
#[must_use]
pub fn traceparent() -> Option<String> {
    let mut carried = Carrier(None);
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut carried);
    carried.0
}

/// Makes `span` continue the trace that `traceparent` names.
pub fn follow_trace(span: &Span, traceparent: &str) {
    follow(span, &Carrier(Some(traceparent.to_owned())));
}

/// Makes `span` continue the caller's trace.
pub(crate) fn follow_headers(span: &Span, headers: &HeaderMap) {
    if let Some(traceparent) = headers.get(TRACEPARENT).and_then(|value| value.to_str().ok()) {
        follow_trace(span, traceparent);
    }
}

/// Sends the current trace along with a request.
pub(crate) fn inject_context(metadata: &mut MetadataMap) {
    let value = traceparent().and_then(|text| MetadataValue::try_from(text).ok());
    if let Some(value) = value {
        metadata.insert(MetadataKey::from_static(TRACEPARENT), value);
    }
}

fn follow(span: &Span, carrier: &Carrier) {
    let parent: Context = TraceContextPropagator::new().extract(carrier);
    // Without an endpoint there is no trace layer, and nothing to follow.
    let _ = span.set_parent(parent);
}

/// Carries the one header.
struct Carrier(Option<String>);

impl Injector for Carrier {
    fn set(&mut self, key: &str, value: String) {
        if key == TRACEPARENT {
            self.0 = Some(value);
        }
    }
}

impl Extractor for Carrier {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.as_deref().filter(|_| key == TRACEPARENT)
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}
