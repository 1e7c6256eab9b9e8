//! Calls to the five services, each under the role of who makes it.

use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::time::Duration;

use chassis::{
    Channel, ClientArgs, ClientChannel, Principal, Role, Sellers, SigningKey, TokenSource, is_away, reason_of,
};
use futures::future::try_join_all;
use jiff::Timestamp;
use kernel::SellerId;
use tonic::{Code, Response, Status};
use wire::ErrorReason;
use wire::convert::parse_timestamp;
use wire::customs::v1::customs_service_client::CustomsServiceClient;
use wire::eligibility::v1::eligibility_service_client::EligibilityServiceClient;
use wire::eligibility::v1::{CycleState, GetCycleRequest, StartCycleRequest};
use wire::enrollment::v1::enrollment_service_client::EnrollmentServiceClient;
use wire::fulfillment::v1::fulfillment_service_client::FulfillmentServiceClient;
use wire::fulfillment::v1::{BatchGetConsigneesRequest, ResolveHoldRequest};
use wire::ops::v1::progress_service_client::ProgressServiceClient;
use wire::ops::v1::{GetProgressRequest, GetProgressResponse};
use wire::returns::v1::returns_service_client::ReturnsServiceClient;

use crate::actors::{Answer, Call, Refusal};

/// A service that is away is called again so often, with pauses that double up to a bound: about two minutes in all.
const ATTEMPTS: u32 = 30;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Where the services answer: `http://host:port`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    pub enrollment: String,
    pub eligibility: String,
    pub fulfillment: String,
    pub customs: String,
    pub returns: String,
}

/// One reading of a service's progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading(Vec<GetProgressResponse>);

impl Reading {
    /// True when every service has reached `now` and has nothing left to do.
    pub(crate) fn is_quiet(&self, now: Timestamp) -> bool {
        self.0.iter().all(|progress| {
            let reached = parse_timestamp("clock_time", progress.clock_time).is_ok_and(|time| time >= now);
            reached && progress.deadlines_due == 0 && progress.outbox_depth == 0 && progress.consumer_lag == 0
        })
    }

    /// What each service still has to do, for people.
    pub(crate) fn describe(&self) -> String {
        let of = |p: &GetProgressResponse| {
            let clock =
                parse_timestamp("clock_time", p.clock_time).map_or_else(|_| "-".into(), |t| t.to_string());
            format!(
                "{}: clock {clock}, deadlines {}, outbox {}, lag {}, activity {}",
                p.service, p.deadlines_due, p.outbox_depth, p.consumer_lag, p.activity
            )
        };
        self.0.iter().map(of).collect::<Vec<_>>().join("; ")
    }

    /// Records that consumers refused, all services together.
    pub(crate) fn dead_letters(&self) -> i64 {
        self.0.iter().map(|progress| progress.dead_letters).sum()
    }
}

/// Clients of all services.
pub(crate) struct Services {
    endpoints: Endpoints,
    key: SigningKey,
    progress: Vec<ProgressServiceClient<Channel>>,
    eligibility: EligibilityServiceClient<Channel>,
    quotes: CustomsServiceClient<Channel>,
    returns: ReturnsServiceClient<Channel>,
    holds: FulfillmentServiceClient<Channel>,
    rechecks: FulfillmentServiceClient<Channel>,
    labels: FulfillmentServiceClient<Channel>,
    filings: FulfillmentServiceClient<Channel>,
    sellers: HashMap<SellerId, EnrollmentServiceClient<Channel>>,
}

impl Services {
    /// Clients that sign for themselves; each connects at its first call.
    pub(crate) fn new(endpoints: Endpoints, key: SigningKey) -> anyhow::Result<Self> {
        let as_role = |url: &str, role: Role| {
            let principal = Principal::new(format!("simulator:{}", role.name()), role);
            ClientChannel::connect(ClientArgs::new(url, TokenSource::Minted(key.clone(), principal)))
        };
        let Endpoints { enrollment, eligibility, fulfillment, customs, returns } = &endpoints;
        let auditor = |url: &String| Ok(ProgressServiceClient::new(as_role(url, Role::Auditor)?));
        let all = [enrollment, eligibility, fulfillment, customs, returns];
        let of_fulfillment = |role| anyhow::Ok(FulfillmentServiceClient::new(as_role(fulfillment, role)?));
        Ok(Self {
            progress: all.into_iter().map(auditor).collect::<anyhow::Result<_>>()?,
            eligibility: EligibilityServiceClient::new(as_role(eligibility, Role::Operator)?),
            quotes: CustomsServiceClient::new(as_role(customs, Role::Storefront)?),
            returns: ReturnsServiceClient::new(as_role(returns, Role::Storefront)?),
            holds: of_fulfillment(Role::Storefront)?,
            rechecks: of_fulfillment(Role::Operator)?,
            labels: of_fulfillment(Role::Warehouse)?,
            filings: of_fulfillment(Role::Broker)?,
            sellers: HashMap::new(),
            endpoints,
            key,
        })
    }

    /// What every service says of its work right now.
    pub(crate) async fn progress(&self) -> anyhow::Result<Reading> {
        let asking = self.progress.iter().map(|client| async move {
            again(|| {
                let mut client = client.clone();
                async move { client.get_progress(GetProgressRequest {}).await }
            })
            .await
        });
        Ok(Reading(try_join_all(asking).await?))
    }

    /// Starts the month's cycle and returns its id.
    pub(crate) async fn start_cycle(&self, request: StartCycleRequest) -> anyhow::Result<String> {
        let response = again(|| {
            let (mut client, request) = (self.eligibility.clone(), request.clone());
            async move { client.start_cycle(request).await }
        })
        .await?;
        response
            .cycle
            .map(|cycle| cycle.cycle_id)
            .ok_or_else(|| anyhow::anyhow!("StartCycle answered without a cycle"))
    }

    /// True when the cycle has evaluated everything.
    pub(crate) async fn cycle_is_complete(&self, cycle_id: &str) -> anyhow::Result<bool> {
        let response = again(|| {
            let (mut client, cycle_id) = (self.eligibility.clone(), cycle_id.to_owned());
            async move { client.get_cycle(GetCycleRequest { cycle_id }).await }
        })
        .await?;
        Ok(response.cycle.is_some_and(|cycle| cycle.state() == CycleState::Completed))
    }

    /// Clients for the sellers among the calls; a seller acts for itself alone.
    pub(crate) fn introduce(&mut self, calls: &[Call]) -> anyhow::Result<()> {
        for call in calls {
            let (Call::ExcludeCountries(seller, _)
            | Call::ExcludeProduct(seller, _)
            | Call::Disable(seller, _)) = call
            else {
                continue;
            };
            if !self.sellers.contains_key(seller) {
                let principal = Principal {
                    subject: format!("seller:{seller}"),
                    role: Role::Seller,
                    sellers: Sellers::Only(BTreeSet::from([*seller])),
                };
                let token = TokenSource::Minted(self.key.clone(), principal);
                let channel = ClientChannel::connect(ClientArgs::new(&self.endpoints.enrollment, token))?;
                self.sellers.insert(*seller, EnrollmentServiceClient::new(channel));
            }
        }
        Ok(())
    }

    /// Makes a call. What the service refuses for good is an answer; a service that stays away is an error.
    pub(crate) async fn make(&self, call: Call) -> anyhow::Result<Answer> {
        Ok(match call {
            Call::Quote(request) => Answer::Quoted {
                request_id: request.request_id.clone(),
                outcome: settled(again(|| {
                    let (mut client, request) = (self.quotes.clone(), request.clone());
                    async move { client.batch_quote_landed_cost(request).await }
                }))
                .await?,
            },
            Call::AuthoriseReturn(request) => Answer::ReturnAuthorised {
                request_id: request.request_id.clone(),
                outcome: settled(again(|| {
                    let (mut client, request) = (self.returns.clone(), request.clone());
                    async move { client.authorise_return(request).await }
                }))
                .await?,
            },
            Call::ResolveHold(request) => resolve(&self.holds, request).await?,
            Call::RecheckHold(request) => resolve(&self.rechecks, request).await?,
            Call::ConsigneesToPack(request) => consignees(&self.labels, request).await?,
            Call::ConsigneesToFile(request) => consignees(&self.filings, request).await?,
            Call::ExcludeCountries(seller, request) => {
                self.setting(seller, |mut client| {
                    let request = request.clone();
                    async move { client.replace_excluded_countries(request).await }
                })
                .await?
            }
            Call::ExcludeProduct(seller, request) => {
                self.setting(seller, |mut client| {
                    let request = request.clone();
                    async move { client.exclude_product(request).await }
                })
                .await?
            }
            Call::Disable(seller, request) => {
                self.setting(seller, |mut client| {
                    let request = request.clone();
                    async move { client.disable_export(request).await }
                })
                .await?
            }
        })
    }

    async fn setting<R, F>(
        &self,
        seller: SellerId,
        change: impl Fn(EnrollmentServiceClient<Channel>) -> F,
    ) -> anyhow::Result<Answer>
    where
        F: Future<Output = Result<Response<R>, Status>>,
    {
        let client =
            self.sellers.get(&seller).ok_or_else(|| anyhow::anyhow!("{seller} was not introduced"))?;
        let outcome = settled(again(|| change(client.clone()))).await?;
        Ok(Answer::SettingsChanged { seller, outcome: outcome.map(drop) })
    }
}

async fn resolve(
    client: &FulfillmentServiceClient<Channel>,
    request: ResolveHoldRequest,
) -> anyhow::Result<Answer> {
    let shipment_id = request.shipment_id.clone();
    let outcome = settled(again(|| {
        let (mut client, request) = (client.clone(), request.clone());
        async move { client.resolve_hold(request).await }
    }))
    .await?;
    Ok(Answer::HoldResolved { shipment_id, outcome: outcome.map(drop) })
}

async fn consignees(
    client: &FulfillmentServiceClient<Channel>,
    request: BatchGetConsigneesRequest,
) -> anyhow::Result<Answer> {
    let shipment_ids = request.shipment_ids.clone();
    let outcome = settled(again(|| {
        let (mut client, request) = (client.clone(), request.clone());
        async move { client.batch_get_consignees(request).await }
    }))
    .await?;
    Ok(Answer::Consignees { shipment_ids, outcome })
}

/// Calls until the service answers, within bounds.
async fn again<R, F>(call: impl Fn() -> F) -> Result<R, Status>
where
    F: Future<Output = Result<Response<R>, Status>>,
{
    let mut pause = FIRST_PAUSE;
    for _ in 1..ATTEMPTS {
        match call().await {
            Err(status) if is_away(&status) => {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            answer => return answer.map(Response::into_inner),
        }
    }
    call().await.map(Response::into_inner)
}

/// Tells a refusal, which is an answer, from a fault, which ends the play: a service that is away, or a caller that is
/// not known or not allowed.
async fn settled<R>(answer: impl Future<Output = Result<R, Status>>) -> anyhow::Result<Result<R, Refusal>> {
    match answer.await {
        Ok(response) => Ok(Ok(response)),
        Err(status)
            if is_away(&status)
                || matches!(
                    status.code(),
                    Code::Unauthenticated
                        | Code::PermissionDenied
                        | Code::Unimplemented
                        | Code::Internal
                        | Code::Unknown
                ) =>
        {
            Err(anyhow::Error::new(status).context("a service does not answer as it should"))
        }
        Err(status) => {
            let reason = reason_of(&status).unwrap_or(ErrorReason::Unspecified);
            Ok(Err(Refusal { reason, message: status.message().to_owned() }))
        }
    }
}
