//! Who is called, as whom, and for how long it is waited for.

use std::cell::OnceCell;
use std::fmt;
use std::future::Future;
use std::time::Duration;

use chassis::{Channel, ClientArgs, ClientChannel, Ids, TokenSource};
use serde::Serialize;
use tonic::{Request, Response, Status};
use wire::customs::v1::customs_service_client::CustomsServiceClient;
use wire::eligibility::v1::eligibility_service_client::EligibilityServiceClient;
use wire::enrollment::v1::enrollment_service_client::EnrollmentServiceClient;
use wire::fulfillment::v1::fulfillment_service_client::FulfillmentServiceClient;
use wire::ops::v1::dead_letter_service_client::DeadLetterServiceClient;
use wire::ops::v1::progress_service_client::ProgressServiceClient;
use wire::returns::v1::returns_service_client::ReturnsServiceClient;

use crate::cli::{Endpoints, Global, Repeatable};
use crate::failure::Failure;
use crate::output::Format;

/// Largest answer that is taken, in bytes: a page of orders with all their lines.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// The services that can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Service {
    /// Sellers, authorities, exclusions.
    Enrollment,
    /// Catalogue and verdicts.
    Eligibility,
    /// Orders, stock, shipments.
    Fulfillment,
    /// Quotes, clearance, invoices, deposits.
    Customs,
    /// Returns and reimbursements.
    Returns,
}

impl Service {
    /// All of them, in the order in which an order passes them.
    pub(crate) const ALL: [Self; 5] =
        [Self::Enrollment, Self::Eligibility, Self::Fulfillment, Self::Customs, Self::Returns];
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Enrollment => "enrollment",
            Self::Eligibility => "eligibility",
            Self::Fulfillment => "fulfillment",
            Self::Customs => "customs",
            Self::Returns => "returns",
        })
    }
}

/// What every command works with.
pub(crate) struct Context {
    endpoints: Endpoints,
    token: TokenSource,
    timeout: Duration,
    /// How answers are printed.
    pub(crate) output: Format,
    ids: Ids,
    request_id: OnceCell<String>,
}

macro_rules! clients {
    ($($name:ident: $client:ident at $service:ident),+) => {$(
        pub(crate) fn $name(&self) -> Result<$client<Channel>, Failure> {
            Ok($client::new(self.channel(Service::$service)?).max_decoding_message_size(MAX_ANSWER))
        }
    )+};
}

impl Context {
    /// Reads the token; connects to nothing.
    pub(crate) fn new(global: &Global) -> Result<Self, Failure> {
        let token = match (&global.token, &global.token_file) {
            (None, None) => TokenSource::None,
            (token, file) => {
                let token = chassis::secret("token", token.as_ref(), file.as_deref());
                TokenSource::Fixed(token.map_err(|error| Failure::usage(error.to_string()))?)
            }
        };
        Ok(Self {
            endpoints: global.endpoints.clone(),
            token,
            timeout: global.timeout,
            output: global.output,
            ids: Ids::random(),
            request_id: OnceCell::new(),
        })
    }

    clients! {
        enrollment: EnrollmentServiceClient at Enrollment,
        eligibility: EligibilityServiceClient at Eligibility,
        fulfillment: FulfillmentServiceClient at Fulfillment,
        customs: CustomsServiceClient at Customs,
        returns: ReturnsServiceClient at Returns
    }

    /// The dead letters of one service.
    pub(crate) fn dead_letters(&self, service: Service) -> Result<DeadLetterServiceClient<Channel>, Failure> {
        Ok(DeadLetterServiceClient::new(self.channel(service)?).max_decoding_message_size(MAX_ANSWER))
    }

    /// The progress of one service.
    pub(crate) fn progress(&self, service: Service) -> Result<ProgressServiceClient<Channel>, Failure> {
        Ok(ProgressServiceClient::new(self.channel(service)?))
    }

    /// A channel to one service.
    pub(crate) fn channel(&self, service: Service) -> Result<Channel, Failure> {
        let args =
            ClientArgs { deadline: self.timeout, ..ClientArgs::new(self.url(service), self.token.clone()) };
        ClientChannel::connect(args)
            .map_err(|error| Failure::usage(format!("--endpoint-{service}: {error:#}")))
    }

    /// What a service's refusal means.
    pub(crate) fn failed(&self, service: Service, status: &Status) -> Failure {
        Failure::of(service, self.url(service), status)
    }

    fn url(&self, service: Service) -> &str {
        match service {
            Service::Enrollment => &self.endpoints.endpoint_enrollment,
            Service::Eligibility => &self.endpoints.endpoint_eligibility,
            Service::Fulfillment => &self.endpoints.endpoint_fulfillment,
            Service::Customs => &self.endpoints.endpoint_customs,
            Service::Returns => &self.endpoints.endpoint_returns,
        }
    }

    /// A request that tells the service how long it is waited for.
    pub(crate) fn ask<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.set_timeout(self.timeout);
        request
    }

    /// Waits for an answer of `service`, at most `--timeout`.
    pub(crate) async fn call<T>(
        &self,
        service: Service,
        call: impl Future<Output = Result<Response<T>, Status>>,
    ) -> Result<T, Failure> {
        self.within(service, async { Ok(call.await?.into_inner()) }).await
    }

    /// Waits for anything of `service`, at most `--timeout`.
    pub(crate) async fn within<T>(
        &self,
        service: Service,
        work: impl Future<Output = Result<T, Status>>,
    ) -> Result<T, Failure> {
        match tokio::time::timeout(self.timeout, work).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(status)) => Err(self.failed(service, &status)),
            Err(_) => Err(Failure::timeout(service, self.url(service))),
        }
    }

    /// The id of this command's one mutation: the given one, or a new one, which is told in answer and error.
    pub(crate) fn request_id(&self, given: &Repeatable) -> String {
        self.request_id
            .get_or_init(|| match &given.request_id {
                Some(id) => id.to_string(),
                None => self.ids.uuid().to_string(),
            })
            .clone()
    }

    /// The id of the mutation that was begun, if one was.
    pub(crate) fn request_id_in_use(&self) -> Option<&str> {
        self.request_id.get().map(String::as_str)
    }
}
