//! What arrives on topics, handed to the use cases; a file for each area.
//!
//! A record that cannot be taken becomes a dead letter with its reason; late and repeated ones are harmless.

pub(crate) mod carrier;
pub(crate) mod catalog;
pub(crate) mod customs;
pub(crate) mod enrollment;
pub(crate) mod orders;
pub(crate) mod payments;
pub(crate) mod placed;
pub(crate) mod returns;
pub(crate) mod warehouse;

use kernel::OrderId;
use messaging::{HandleError, Refusal};
use sqlx::PgConnection;
use wire::{ErrorReason, WireError};

use crate::app::Rules;
use crate::app::change_orders::{Refused, Step, change_orders};
use crate::domain::order::Fault;

/// Commands of a batch, each with the place of its record.
#[derive(Default)]
struct Steps {
    records: Vec<usize>,
    steps: Vec<Step>,
    refused: Vec<Refusal>,
}

impl Steps {
    /// Adds what a record asks for, or refuses the record.
    fn push(&mut self, record: usize, step: Result<Step, WireError>) {
        match step {
            Ok(step) => {
                self.records.push(record);
                self.steps.push(step);
            }
            Err(error) => self.refused.push(invalid(record, &error)),
        }
    }

    /// Whom the commands are for.
    fn orders(&self) -> impl Iterator<Item = OrderId> {
        self.steps.iter().map(|step| step.order)
    }

    /// Carries the commands out. Those that the order refuses are refused here.
    async fn run(
        self,
        db: &mut PgConnection,
        rules: &Rules,
        actor: &str,
    ) -> Result<Vec<Refusal>, HandleError> {
        let Self { records, steps, mut refused } = self;
        let results = change_orders(db, rules, actor, &steps).await?;
        for (record, result) in records.into_iter().zip(results) {
            if let Err(problem) = result {
                refused.push(Refusal::new(record, reason(&problem), problem.to_string()));
            }
        }
        Ok(refused)
    }
}

/// A record with a field that cannot be taken is an invalid record; a wrong currency keeps its own reason.
fn invalid(record: usize, error: &WireError) -> Refusal {
    let reason = match error.reason {
        ErrorReason::InvalidArgument => ErrorReason::InvalidRecord,
        other => other,
    };
    Refusal::new(record, reason, error.to_string())
}

/// The reason of a refused command.
pub(crate) fn reason(refused: &Refused) -> ErrorReason {
    match refused {
        Refused::UnknownOrder(_) => ErrorReason::OrderNotFound,
        Refused::Fault(Fault::UnknownShipment(..)) => ErrorReason::ShipmentNotFound,
        Refused::Fault(Fault::WrongState(_)) => ErrorReason::WrongState,
        Refused::Fault(Fault::Invalid(_)) => ErrorReason::InvalidRecord,
    }
}
