//! The body of an answer, watched until its end: its code goes to the metrics, its deadline holds, and open streams
//! end when the server stops.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use futures::future::BoxFuture;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::OwnedSemaphorePermit;
use tonic::body::Body;
use tonic::codegen::{Bytes, http};
use tonic::{Code, Status};
use wire::ErrorReason;

use super::metrics::CallMetrics;
use crate::{Error, Shutdown};

/// A body that ends early when `ends` does.
pub(super) struct CallBody {
    inner: Body,
    ends: BoxFuture<'static, Error>,
    call: Option<CallMetrics>,
    ended: bool,
    // Given back when the body is dropped: a call counts until its answer is out.
    _permit: Option<OwnedSemaphorePermit>,
}

impl CallBody {
    /// The answer of a guarded call.
    pub(super) fn wrap(
        response: http::Response<Body>,
        metrics: CallMetrics,
        permit: OwnedSemaphorePermit,
        until: Instant,
    ) -> http::Response<Body> {
        if let Some(status) = Status::from_header_map(response.headers()) {
            metrics.finish(status.code());
            return response;
        }
        response.map(|inner| {
            Body::new(Self {
                inner,
                ends: Box::pin(deadline(until)),
                call: Some(metrics),
                ended: false,
                _permit: Some(permit),
            })
        })
    }

    /// The answer of a call that anyone may make (health, reflection): it may stay open until the server stops.
    pub(super) fn open(inner: Body, stop: Shutdown) -> Body {
        if inner.is_end_stream() {
            return inner;
        }
        Body::new(Self { inner, ends: Box::pin(stopping(stop)), call: None, ended: false, _permit: None })
    }

    fn finish(&mut self, code: Code) {
        self.ended = true;
        if let Some(call) = self.call.take() {
            call.finish(code);
        }
    }
}

async fn deadline(until: Instant) -> Error {
    tokio::time::sleep_until(until.into()).await;
    Error::new(ErrorReason::DeadlineExceeded, "the stream did not finish before its deadline: ask for less")
}

async fn stopping(stop: Shutdown) -> Error {
    stop.cancelled_owned().await;
    Error::new(ErrorReason::Unavailable, "the server is stopping: connect again")
}

impl HttpBody for CallBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(None);
        }
        match Pin::new(&mut this.inner).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(status) = frame.trailers_ref().and_then(Status::from_header_map) {
                    this.finish(status.code());
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(status))) => {
                this.finish(status.code());
                Poll::Ready(Some(Err(status)))
            }
            Poll::Ready(None) => {
                this.finish(Code::Unknown);
                Poll::Ready(None)
            }
            Poll::Pending => this.ends.as_mut().poll(context).map(|error| {
                let status = Status::from(error);
                this.finish(status.code());
                let mut trailers = http::HeaderMap::new();
                Some(status.add_header(&mut trailers).map(|()| Frame::trailers(trailers)))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
