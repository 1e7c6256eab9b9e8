//! When and under which papers a shipment's invoice is signed.

use super::clearance::screen;
use super::{Event, HoldReason, IssuedInvoice, Outcome, Plan, Shipment, World};
use crate::domain::party::{Authority, Exporter, Recipient, Signatory};
use crate::domain::policy::utc_date;

/// Whether the invoice can be issued now.
#[allow(clippy::large_enum_variant)] // One at a time, on the stack, for the length of a call.
pub(crate) enum Signing<'a> {
    /// Not packed, not cleared, already issued, or something is missing that may still come.
    NotYet,
    /// It can, with these.
    Ready(SigningPapers<'a>),
}

/// Everything an invoice is made of.
pub(crate) struct SigningPapers<'a> {
    /// What is shipped.
    pub plan: Plan,
    /// To whom.
    pub recipient: Recipient,
    /// By whom.
    pub exporter: &'a Exporter,
    /// Signed under.
    pub authority: &'a Authority,
    /// Who signs for the programme.
    pub signatory: &'a Signatory,
}

impl Shipment {
    /// Whether the invoice can be issued. Parties are screened once more: a list may have changed since clearance. An
    /// authority that was revoked since holds the shipment until its hold was resolved after the revocation, which is the
    /// seller's word to let it finish.
    pub(crate) fn ready_to_sign<'a>(&mut self, world: World<'a>, outcome: &mut Outcome) -> Signing<'a> {
        if !self.awaits_invoice() {
            return Signing::NotYet;
        }
        let (Some(plan), Some(recipient)) = (self.plan.clone(), self.recipient.clone()) else {
            return Signing::NotYet;
        };
        let references = world.references;
        let Some(exporter) = references.exporters.get(&plan.seller_id) else {
            return self.lacks(
                HoldReason::ExporterUnknown,
                "the seller registry must publish the seller",
                world,
                outcome,
            );
        };
        let known = references.authorities.get(&plan.authority_id);
        let Some(authority) = known.filter(|authority| authority.seller_id == plan.seller_id) else {
            return self.lacks(
                HoldReason::AuthorityUnknown,
                "enrollment must publish the authority",
                world,
                outcome,
            );
        };
        let (evidence, obstacle) = screen(world, &plan, &recipient, exporter);
        self.state.screening = Some(evidence);
        if let Some((reason, remedy)) = obstacle {
            self.hold(reason, remedy, world, outcome);
            return Signing::NotYet;
        }
        if authority
            .revoked
            .is_some_and(|revoked| self.state.resolved.is_none_or(|resolved| resolved < revoked))
        {
            let remedy = "the seller lets the shipment finish, or cancels it";
            self.hold(HoldReason::AuthorityRevoked, remedy.to_owned(), world, outcome);
            return Signing::NotYet;
        }
        match world.rules.signatories.at(utc_date(world.now)) {
            None => Signing::NotYet,
            Some(signatory) => {
                Signing::Ready(SigningPapers { plan, recipient, exporter, authority, signatory })
            }
        }
    }

    /// The invoice was issued.
    pub(crate) fn signed(&mut self, invoice: IssuedInvoice, outcome: &mut Outcome) {
        self.state.waiting_since = None;
        self.state.invoice = Some(invoice.clone());
        outcome.events.push(Event::InvoiceIssued(invoice));
    }

    fn lacks<'a>(
        &mut self,
        reason: HoldReason,
        remedy: &str,
        world: World<'_>,
        outcome: &mut Outcome,
    ) -> Signing<'a> {
        let since = *self.state.waiting_since.get_or_insert(world.now);
        if world.now.duration_since(since) >= world.policy.reference_wait {
            self.hold(reason, remedy.to_owned(), world, outcome);
        }
        Signing::NotYet
    }
}
