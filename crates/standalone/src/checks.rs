//! What must hold at the end of a play: what the outside world can tell, and the proof.

use anyhow::Context as _;
use bus::Bus;
use chassis::{Channel, SigningKey};
use reconcile::{Inputs, Options};
use simulator::Outcome;
use simulator::report::{Books, Checks};

use crate::Stack;
use crate::clients::{auditor, channel};

/// Runs all checks.
///
/// # Errors
/// When the services do not answer.
pub(crate) async fn all(
    stack: &Stack,
    key: &SigningKey,
    outcome: &Outcome,
    books: &Books,
) -> anyhow::Result<Checks> {
    let mut checks = Checks::new(outcome, books);
    let proof = reconcile::run(proof_of(stack, key)?, |_| ()).await.context("reconcile")?;
    for check in proof.checks {
        let name = format!("{} ({} looked at, {} violate it)", check.name, check.checked, check.violated);
        checks.push(name, check.held);
        check.violations.into_iter().for_each(|violation| checks.push(format!("    {violation}"), false));
    }
    Ok(checks)
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
