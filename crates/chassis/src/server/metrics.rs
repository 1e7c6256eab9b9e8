//! Metrics of every gRPC call.

use std::time::Instant;

use ::metrics::{counter, gauge, histogram};
use tonic::body::Body;
use tonic::codegen::http;
use tonic::{Code, Status};

use crate::Error;

/// `method` of calls whose path is in no role table: paths are the caller's choice and must not become labels.
pub(super) const UNKNOWN_METHOD: &str = "unknown";

/// One call being worked on. A call that is given up (the connection broke) counts as CANCELLED.
pub(super) struct CallMetrics {
    method: &'static str,
    begun: Instant,
    code: Code,
}

impl CallMetrics {
    pub(super) fn begin(method: &'static str, begun: Instant) -> Self {
        gauge!("grpc_server_calls_in_flight").increment(1);
        Self { method, begun, code: Code::Cancelled }
    }

    /// The call ended with `code`.
    pub(super) fn finish(mut self, code: Code) {
        self.code = code;
    }

    /// The call is answered with an error instead of being handled.
    pub(super) fn refused(self, error: Error) -> http::Response<Body> {
        let status = Status::from(error);
        tracing::debug!(method = self.method, code = ?status.code(), message = status.message(), "grpc.refused");
        self.finish(status.code());
        status.into_http()
    }
}

impl Drop for CallMetrics {
    fn drop(&mut self) {
        let code = format!("{:?}", self.code);
        gauge!("grpc_server_calls_in_flight").decrement(1);
        counter!("grpc_server_calls_total", "method" => self.method, "code" => code).increment(1);
        histogram!("grpc_server_call_seconds", "method" => self.method)
            .record(self.begun.elapsed().as_secs_f64());
    }
}
