//! Use cases, one file each: load, let the domain decide, save, publish; all in the caller's transaction.

pub(crate) mod book_refunds;
pub(crate) mod change_orders;
pub(crate) mod deadlines;
pub(crate) mod fire_deadlines;
pub(crate) mod follow_catalog;
pub(crate) mod follow_enrollment;
pub(crate) mod hold_orders;
pub(crate) mod place_orders;
pub(crate) mod receive_stock;
pub(crate) mod report_shipments;
pub(crate) mod resolve_hold;
mod save;
pub(crate) mod sweep_authority;
pub(crate) mod tell_facts;

use chassis::Clock;
use jiff::Timestamp;
use messaging::HandleError;

use crate::domain::order::Context;
use crate::domain::policy::{Policies, Policy};
use crate::domain::routing::{Network, Networks};
use crate::domain::table::TableError;

/// The dated tables and the clock they are read by.
pub(crate) struct Rules {
    policies: Policies,
    networks: Networks,
    clock: Clock,
}

/// Business time with what holds then.
#[derive(Clone, Copy)]
pub(crate) struct Moment<'a> {
    pub(crate) now: Timestamp,
    pub(crate) policy: &'a Policy,
    pub(crate) network: &'a Network,
}

impl Rules {
    /// The tables that ship with the program.
    pub(crate) fn embedded(clock: Clock) -> Result<Self, TableError> {
        Ok(Self { policies: Policies::embedded()?, networks: Networks::embedded()?, clock })
    }

    /// Business time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What holds now. Where no table covers the time, work waits: nothing is decided without rules.
    pub(crate) fn moment(&self) -> Result<Moment<'_>, HandleError> {
        let now = self.clock.now();
        let covered = self.policies.at(now).zip(self.networks.at(now));
        let (policy, network) = covered.ok_or_else(|| {
            HandleError::unavailable(format!(
                "no row of data/fulfillment holds on {now}: add one for that day"
            ))
        })?;
        Ok(Moment { now, policy, network })
    }
}

impl<'a> Moment<'a> {
    /// What a command of `actor` is told.
    pub(crate) fn context(&self, actor: &'a str) -> Context<'a> {
        Context { now: self.now, actor, policy: self.policy }
    }
}
