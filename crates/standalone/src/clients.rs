//! Clients of the services under an operator's token, for the reports, and an auditor's, for the proof.

use chassis::{Channel, ClientArgs, ClientChannel, Principal, Role, SigningKey, TokenSource};
use simulator::Endpoints;
use wire::customs::v1::customs_service_client::CustomsServiceClient;
use wire::eligibility::v1::eligibility_service_client::EligibilityServiceClient;
use wire::fulfillment::v1::fulfillment_service_client::FulfillmentServiceClient;
use wire::returns::v1::returns_service_client::ReturnsServiceClient;

/// Who asks for the reports.
pub(crate) fn operator() -> Principal {
    Principal::new("operator:standalone", Role::Operator)
}

/// Who proves the books.
pub(crate) fn auditor() -> Principal {
    Principal::new("auditor:standalone", Role::Auditor)
}

/// A channel to a service as somebody.
pub(crate) fn channel(url: &str, key: &SigningKey, principal: Principal) -> anyhow::Result<Channel> {
    ClientChannel::connect(ClientArgs::new(url, TokenSource::Minted(key.clone(), principal)))
}

/// The clients.
pub(crate) struct Clients {
    pub(crate) eligibility: EligibilityServiceClient<Channel>,
    pub(crate) fulfillment: FulfillmentServiceClient<Channel>,
    pub(crate) customs: CustomsServiceClient<Channel>,
    pub(crate) returns: ReturnsServiceClient<Channel>,
}

impl Clients {
    pub(crate) fn new(endpoints: &Endpoints, key: &SigningKey) -> anyhow::Result<Self> {
        let connect = |url: &str, principal: Principal| channel(url, key, principal);
        let Endpoints { eligibility, fulfillment, customs, returns, .. } = endpoints;
        Ok(Self {
            eligibility: EligibilityServiceClient::new(connect(eligibility, operator())?),
            fulfillment: FulfillmentServiceClient::new(connect(fulfillment, operator())?),
            customs: CustomsServiceClient::new(connect(customs, operator())?),
            returns: ReturnsServiceClient::new(connect(returns, operator())?),
        })
    }
}
