//! The commands, one module per noun.

pub(crate) mod catalogue;
pub(crate) mod check;
pub(crate) mod classification;
pub(crate) mod cycle;
pub(crate) mod dead_letters;
pub(crate) mod deliverable;
mod exclusion_files;
mod exclusion_report;
mod exclusion_sending;
mod exclusions;
pub(crate) mod explain;
mod hold;
pub(crate) mod ledger;
pub(crate) mod order;
mod order_follow;
pub(crate) mod progress;
pub(crate) mod quote;
pub(crate) mod reconcile;
pub(crate) mod reimbursements;
pub(crate) mod report;
mod report_wait;
pub(crate) mod returns;
pub(crate) mod review;
pub(crate) mod rules;
pub(crate) mod seller;
pub(crate) mod shipment;
mod standing;
pub(crate) mod stock;
pub(crate) mod token;
pub(crate) mod verdicts;

use crate::cli::Command;
use crate::client::Context;
use crate::failure::Failure;

/// Does what the command line says.
pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::Seller(command) => seller::run(context, command).await,
        Command::Catalogue(command) => catalogue::run(context, command).await,
        Command::Cycle(command) => cycle::run(context, command).await,
        Command::Classification(command) => classification::run(context, command).await,
        Command::Check(command) => check::run(context, command).await,
        Command::Explain(command) => explain::run(context, command).await,
        Command::Deliverable(command) => deliverable::run(context, command).await,
        Command::Verdicts(command) => verdicts::run(context, command).await,
        Command::Order(command) => order::run(context, command).await,
        Command::Shipment(command) => shipment::run(context, command).await,
        Command::Quote(command) => quote::run(context, command).await,
        Command::Return(command) => returns::run(context, command).await,
        Command::Reimbursements(command) => reimbursements::run(context, command).await,
        Command::Report(command) => report::run(context, command).await,
        Command::Review(command) => review::run(context, command).await,
        Command::Rules(command) => rules::run(context, command).await,
        Command::Stock(command) => stock::run(context, command).await,
        Command::Ledger(command) => ledger::run(context, command).await,
        Command::DeadLetters(command) => dead_letters::run(context, command).await,
        Command::Progress => progress::run(context).await,
        Command::Reconcile(command) => reconcile::run(context, command).await,
        Command::Token(command) => token::token(context, command),
        Command::Key(command) => token::key(context, command),
    }
}

/// The resource in an answer.
pub(crate) fn present<M, V: From<M>>(resource: Option<M>) -> Result<V, Failure> {
    resource.map(V::from).ok_or_else(Failure::broken_answer)
}
