//! Calls to `ops.v1`, as an operator makes them.

use std::convert::Infallible;
use std::task::{Context, Poll};

use chassis::{Principal, Role};
use tonic::body::Body;
use tonic::codegen::{Service, http};
use wire::ops::v1::DeadLetter;
use wire::ops::v1::ListDeadLettersRequest;
use wire::ops::v1::dead_letter_service_client::DeadLetterServiceClient;
use wire::ops::v1::dead_letter_service_server::{DeadLetterService, DeadLetterServiceServer};

use super::Process;

/// A service called by an operator, without a network between.
#[derive(Clone)]
pub(crate) struct AsOperator<S>(S);

impl<S> Service<http::Request<Body>> for AsOperator<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: http::Request<Body>) -> S::Future {
        request.extensions_mut().insert(Principal::new("operator:test", Role::Operator));
        self.0.call(request)
    }
}

/// A client of one of the process's `ops` services.
pub(crate) fn ops_client<T: DeadLetterService>(
    server: DeadLetterServiceServer<T>,
) -> DeadLetterServiceClient<AsOperator<DeadLetterServiceServer<T>>> {
    DeadLetterServiceClient::new(AsOperator(server))
}

/// All dead letters, newest first.
pub(crate) async fn dead_letters(process: &mut Process) -> Vec<DeadLetter> {
    let server = process.ops.as_ref().unwrap().dead_letters.clone();
    let list = ListDeadLettersRequest { page_size: 500, ..Default::default() };
    ops_client(server).list_dead_letters(list).await.unwrap().into_inner().dead_letters
}
