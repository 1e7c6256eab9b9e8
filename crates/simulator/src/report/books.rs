//! The buyers' money, as fulfillment and customs account for it.

use anyhow::Context as _;
use chassis::{ClientArgs, ClientChannel, Principal, Role, SigningKey, TokenSource};
use wire::ops::v1::audit_service_client::AuditServiceClient;
use wire::ops::v1::{Fact, StreamFactsRequest};

use crate::Endpoints;

/// Sums over the audit facts of fulfillment and customs, in US cents.
#[derive(Debug, Clone, Default)]
pub struct Books {
    pub(super) captured: i64,
    pub(super) refunds: i64,
    pub(super) settled_refunds: i64,
    pub(super) charges: i64,
    pub(super) retained: i64,
    pub(super) held: i64,
}

impl Books {
    /// Reads the facts as an auditor.
    ///
    /// # Errors
    /// When the services do not answer.
    pub async fn read(endpoints: &Endpoints, key: &SigningKey) -> anyhow::Result<Self> {
        let mut books = Self::default();
        for url in [&endpoints.fulfillment, &endpoints.customs] {
            books.add_all(url, key).await.with_context(|| format!("read the audit facts of {url}"))?;
        }
        Ok(books)
    }

    /// What came in and went nowhere: zero.
    pub fn difference(&self) -> i64 {
        self.captured - self.refunds - self.charges - self.retained - self.held
    }

    async fn add_all(&mut self, url: &str, key: &SigningKey) -> anyhow::Result<()> {
        let auditor = Principal::new("auditor:simulator", Role::Auditor);
        let args = ClientArgs::new(url, TokenSource::Minted(key.clone(), auditor));
        let mut audit = AuditServiceClient::new(ClientChannel::connect(args)?);
        let mut stream = audit.stream_facts(StreamFactsRequest {}).await?.into_inner();
        while let Some(part) = stream.message().await? {
            part.facts.iter().for_each(|fact| self.add(fact));
        }
        Ok(())
    }

    fn add(&mut self, fact: &Fact) {
        let amount = |name: &str| fact.amounts.get(name).map_or(0, |money| money.minor_units);
        match fact.kind.as_str() {
            "order" => self.captured += amount("captured"),
            "shipment" => self.retained += amount("retained"),
            "deposit" => {
                self.charges += amount("charges_from_deposit");
                self.held += amount("held");
            }
            "refund" => {
                self.refunds += amount("amount");
                if fact.state == "SETTLED" {
                    self.settled_refunds += amount("amount");
                }
            }
            _ => {}
        }
    }
}
