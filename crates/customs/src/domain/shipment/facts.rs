//! What happens outside, written down as it comes.

use jiff::Timestamp;
use kernel::Money;

use super::{Clearance, Ending, Filing, Parcel, Plan, Shipment};
use crate::domain::deposit::{Charges, Movement, RefundState};
use crate::domain::export_filing::Itn;
use crate::domain::policy::Policy;

/// Something that happened to a shipment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fact {
    /// Fulfillment planned it.
    Planned(Box<Plan>),
    /// The buyer's payment is in.
    Paid(Timestamp),
    /// What a hold asked for was given.
    HoldResolved(Timestamp),
    /// The center packed it.
    Packed(Vec<Parcel>),
    /// It left the center.
    Dispatched(Timestamp),
    /// It ended without being delivered.
    Ended(Ending),
    /// AES took the filing.
    FilingAccepted(Itn),
    /// AES refused the filing.
    FilingRejected,
    /// The destination's authority charged this much.
    Charged(Charges),
    /// The buyer has the refund.
    RefundSettled(Money),
    /// Payments could not pay the refund.
    RefundFailed,
}

/// A fact that contradicts what is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FactRefused {
    /// The charges came a second time, with other figures.
    #[error(
        "the shipment's import charges are already assessed as {known}; a second assessment of {given} is not taken"
    )]
    OtherCharges {
        /// What is booked.
        known: Money,
        /// What came now.
        given: Money,
    },
    /// A refund that was never asked for.
    #[error("no refund of this shipment was asked for")]
    NoRefund,
    /// The buyer was paid another amount than was asked for.
    #[error("the refund was asked for as {asked} and settled as {settled}")]
    OtherRefund {
        /// What was asked for.
        asked: Money,
        /// What was paid.
        settled: Money,
    },
}

impl Shipment {
    /// Writes a fact down. A fact that is already known changes nothing. Answers what it moved.
    ///
    /// # Errors
    /// A fact that contradicts what is known.
    pub(crate) fn note(
        &mut self,
        fact: Fact,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<Option<Movement>, FactRefused> {
        match fact {
            Fact::Planned(plan) => {
                self.plan.get_or_insert(*plan);
            }
            Fact::Paid(time) => {
                self.state.deposit.paid.get_or_insert(time);
            }
            Fact::HoldResolved(time) => self.look_again(time),
            Fact::Packed(parcels) => {
                if self.state.parcels.is_empty() {
                    self.state.parcels = parcels;
                }
            }
            Fact::Dispatched(time) => {
                self.state.dispatched.get_or_insert(time);
            }
            Fact::Ended(ending) => {
                self.state.ending.get_or_insert(ending);
            }
            Fact::FilingAccepted(itn) => self.state.filing = Filing::Accepted(itn),
            Fact::FilingRejected => {
                if !matches!(self.state.filing, Filing::Accepted(_)) {
                    self.state.filing = Filing::Rejected;
                }
            }
            Fact::Charged(charges) => return self.note_charges(charges),
            Fact::RefundSettled(amount) => return self.note_refund_settled(amount),
            Fact::RefundFailed => return self.note_refund_failed(now, policy),
        }
        Ok(None)
    }

    /// Examined afresh: parties, place, filing. A rejected filing is asked for once more.
    fn look_again(&mut self, time: Timestamp) {
        self.state.resolved = Some(time);
        if self.state.clearance == Clearance::Void {
            return;
        }
        self.state.clearance = Clearance::Pending;
        self.state.hold = None;
        self.state.waiting_since = None;
        self.recipient = None;
        if self.state.filing == Filing::Rejected {
            self.state.filing = Filing::None;
        }
    }

    fn note_charges(&mut self, charges: Charges) -> Result<Option<Movement>, FactRefused> {
        match self.state.deposit.charges {
            None => self.state.deposit.charges = Some(charges),
            Some(known) if known == charges => {}
            Some(known) => {
                return Err(FactRefused::OtherCharges { known: known.total, given: charges.total });
            }
        }
        Ok(None)
    }

    fn note_refund_settled(&mut self, settled: Money) -> Result<Option<Movement>, FactRefused> {
        let refund = self.state.deposit.refund.as_mut().ok_or(FactRefused::NoRefund)?;
        if refund.amount != settled {
            return Err(FactRefused::OtherRefund { asked: refund.amount, settled });
        }
        if refund.state == RefundState::Settled {
            return Ok(None);
        }
        refund.state = RefundState::Settled;
        refund.retry = None;
        Ok(Some(Movement::RefundPaid(settled)))
    }

    fn note_refund_failed(
        &mut self,
        now: Timestamp,
        policy: &Policy,
    ) -> Result<Option<Movement>, FactRefused> {
        let refund = self.state.deposit.refund.as_mut().ok_or(FactRefused::NoRefund)?;
        if refund.state == RefundState::Requested {
            let again = refund.attempts < policy.refund_attempts;
            refund.state = if again { RefundState::Waiting } else { RefundState::Failed };
            refund.retry = again.then(|| now + policy.refund_retry);
        }
        Ok(None)
    }
}
