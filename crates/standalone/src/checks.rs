//! What must hold at the end of a play.

use std::fmt;

use anyhow::Context as _;
use bus::Bus;
use chassis::{Channel, SigningKey};
use reconcile::{Inputs, Options};
use simulator::Outcome;
use wire::ops::v1::audit_service_client::AuditServiceClient;
use wire::ops::v1::{Fact, StreamFactsRequest};

use crate::Stack;
use crate::clients::{Clients, auditor, channel};

/// Sums over the audit facts of fulfillment and customs, in US cents.
#[derive(Debug, Clone, Default)]
pub(crate) struct Books {
    pub(crate) captured: i64,
    pub(crate) refunds: i64,
    pub(crate) settled_refunds: i64,
    pub(crate) charges: i64,
    pub(crate) retained: i64,
    pub(crate) held: i64,
}

impl Books {
    /// What came in and went nowhere: zero.
    pub(crate) fn difference(&self) -> i64 {
        self.captured - self.refunds - self.charges - self.retained - self.held
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

/// The checks.
pub(crate) struct Checks {
    pub(crate) books: Books,
    results: Vec<(String, bool)>,
}

impl Checks {
    /// True when all hold.
    pub(crate) fn hold(&self) -> bool {
        self.results.iter().all(|(_, held)| *held)
    }
}

impl fmt::Display for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, held) in &self.results {
            writeln!(f, "{} {name}", if *held { "holds " } else { "BROKEN" })?;
        }
        Ok(())
    }
}

/// Runs all checks.
///
/// # Errors
/// When the services do not answer.
pub(crate) async fn all(
    stack: &Stack,
    key: &SigningKey,
    clients: &Clients,
    outcome: &Outcome,
) -> anyhow::Result<Checks> {
    let mut books = Books::default();
    for audit in [&clients.fulfillment_audit, &clients.customs_audit] {
        sum(audit.clone(), &mut books).await.context("read the audit facts")?;
    }
    let mut results = vec![
        ("every order, return, refund, payout and deposit is final".to_owned(), outcome.open.total() == 0),
        (
            format!("no record was refused by a service ({} were)", outcome.dead_letters),
            outcome.dead_letters == 0,
        ),
        ("what buyers paid is what was given back, paid and kept".to_owned(), books.difference() == 0),
    ];
    let proof = reconcile::run(proof_of(stack, key)?, |_| ()).await.context("reconcile")?;
    for check in proof.checks {
        results.push((
            format!("{} ({} looked at, {} violate it)", check.name, check.checked, check.violated),
            check.held,
        ));
        results.extend(check.violations.into_iter().map(|violation| (format!("    {violation}"), false)));
    }
    Ok(Checks { books, results })
}

/// Every service under an auditor's token, and the topics of this run.
fn proof_of(stack: &Stack, key: &SigningKey) -> anyhow::Result<Inputs<Channel>> {
    let urls = &stack.endpoints;
    let named = [
        ("enrollment", &urls.enrollment),
        ("eligibility", &urls.eligibility),
        ("fulfillment", &urls.fulfillment),
        ("customs", &urls.customs),
        ("returns", &urls.returns),
    ];
    let services = named.into_iter().map(|(name, url)| Ok((name.to_owned(), channel(url, key, auditor())?)));
    Ok(Inputs {
        services: services.collect::<anyhow::Result<_>>()?,
        bus: Bus::new(stack.bus.clone(), "reconcile"),
        options: Options::default(),
    })
}

async fn sum(mut audit: AuditServiceClient<Channel>, books: &mut Books) -> anyhow::Result<()> {
    let mut stream = audit.stream_facts(StreamFactsRequest {}).await?.into_inner();
    while let Some(part) = stream.message().await? {
        part.facts.iter().for_each(|fact| books.add(fact));
    }
    Ok(())
}
