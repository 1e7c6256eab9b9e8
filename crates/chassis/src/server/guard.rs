//! What every call passes before and after its handler: the limit of calls at a time, the caller's token and role,
//! the deadline, the span and the metrics. One layer, read from top to bottom.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::body::Body;
use tonic::codegen::{Service, http};
use tonic::{Code, Status};
use tower::Layer;
use tracing::Instrument;
use wire::ErrorReason;

use super::ServerArgs;
use super::body::CallBody;
use super::deadline::caller_deadline;
use super::metrics::{CallMetrics, UNKNOWN_METHOD};
use crate::auth::Access;
use crate::telemetry::follow_headers;
use crate::{Authenticator, Error, RoleTable, Shutdown, reason_of};

/// When a caller may try again after OVERLOADED.
const RETRY_AFTER_OVERLOAD: Duration = Duration::from_millis(250);

/// The rules of admission of one server.
pub(super) struct Guard {
    authenticator: Authenticator,
    roles: RoleTable,
    calls: Arc<Semaphore>,
    call_deadline: Duration,
    stream_deadline: Duration,
    stop: Shutdown,
}

/// Puts a [`Guard`] before the routes.
#[derive(Clone)]
pub(super) struct GuardLayer(pub(super) Arc<Guard>);

/// The routes behind their guard.
#[derive(Clone)]
pub(super) struct Guarded<S> {
    guard: Arc<Guard>,
    routes: S,
}

impl Guard {
    pub(super) fn new(
        args: &ServerArgs,
        authenticator: Authenticator,
        roles: RoleTable,
        stop: Shutdown,
    ) -> Self {
        Self {
            authenticator,
            roles,
            calls: Arc::new(Semaphore::new(args.max_calls as usize)),
            call_deadline: Duration::from_secs(args.call_seconds),
            stream_deadline: Duration::from_secs(args.stream_seconds),
            stop,
        }
    }

    /// Lets a request pass, with its principal in the extensions, or says why not.
    fn admit(
        &self,
        access: Access,
        request: &mut http::Request<Body>,
    ) -> Result<OwnedSemaphorePermit, Error> {
        let permit = Arc::clone(&self.calls).try_acquire_owned().map_err(|_| overloaded())?;
        let token = request.headers().get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let principal = self.authenticator.authenticate(token)?;
        access.admit(request.uri().path(), &principal)?;
        request.extensions_mut().insert(principal);
        Ok(permit)
    }

    async fn call<S>(&self, mut request: http::Request<Body>, mut routes: S) -> http::Response<Body>
    where
        S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>,
    {
        let access = self.roles.access(request.uri().path());
        if access == Access::Open {
            let response = infallible(routes.call(request).await);
            return response.map(|body| Body::new(CallBody::open(body, self.stop.clone())));
        }
        let begun = Instant::now();
        let method = if let Access::Roles(path, _) = access { path } else { UNKNOWN_METHOD };
        let metrics = CallMetrics::begin(method, begun);
        let permit = match self.admit(access, &mut request) {
            Ok(permit) => permit,
            Err(refusal) => return metrics.refused(refusal),
        };
        let span = tracing::info_span!("grpc.call", method, otel.kind = "server");
        follow_headers(&span, request.headers());
        let asked = caller_deadline(request.headers());
        let until_answer = self.call_deadline.min(asked.unwrap_or(self.call_deadline));
        let Ok(response) = tokio::time::timeout(until_answer, routes.call(request).instrument(span)).await
        else {
            return metrics.refused(deadline_exceeded(method, until_answer));
        };
        match explained(infallible(response)) {
            Err(refusal) => metrics.refused(refusal),
            Ok(response) => {
                let until_end = begun + self.stream_deadline.min(asked.unwrap_or(self.stream_deadline));
                CallBody::wrap(response, metrics, permit, until_end)
            }
        }
    }
}

fn infallible<T>(result: Result<T, Infallible>) -> T {
    match result {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

fn overloaded() -> Error {
    let mut error =
        Error::new(ErrorReason::Overloaded, "the server is at its limit of calls: try again shortly");
    error.retry_after = Some(RETRY_AFTER_OVERLOAD);
    error
}

fn deadline_exceeded(method: &str, after: Duration) -> Error {
    Error::new(
        ErrorReason::DeadlineExceeded,
        format!(
            "{method} did not finish within {after:?}: repeat it with the same request_id, or ask for less"
        ),
    )
}

/// Errors that tonic makes by itself (a message too large or malformed) get a reason too; ours already have one.
fn explained(response: http::Response<Body>) -> Result<http::Response<Body>, Error> {
    let Some(status) = Status::from_header_map(response.headers()) else { return Ok(response) };
    if status.code() == Code::Ok || reason_of(&status).is_some() {
        return Ok(response);
    }
    let reason = match status.code() {
        Code::OutOfRange => ErrorReason::LimitExceeded,
        Code::Internal if status.message().contains("decode") => ErrorReason::InvalidArgument,
        Code::Unimplemented => ErrorReason::InvalidArgument,
        _ => {
            tracing::error!(code = ?status.code(), message = status.message(), "grpc.answer_without_reason");
            ErrorReason::Internal
        }
    };
    Err(Error::new(reason, status.message()))
}

impl<S> Layer<S> for GuardLayer {
    type Service = Guarded<S>;

    fn layer(&self, routes: S) -> Guarded<S> {
        Guarded { guard: Arc::clone(&self.0), routes }
    }
}

impl<S> Service<http::Request<Body>> for Guarded<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.routes.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        // The clone that was polled ready is the one to call.
        let waiting = self.routes.clone();
        let routes = std::mem::replace(&mut self.routes, waiting);
        let guard = Arc::clone(&self.guard);
        Box::pin(async move { Ok(guard.call(request, routes).await) })
    }
}
