//! All postings of a ledger.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tonic::Request;

use crate::client::{Context, Service};
use crate::failure::Failure;

/// Which ledger, and where to.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// The service that keeps it
    book: Book,
    /// CSV file to write; replaced when it exists
    #[arg(long)]
    out: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Book {
    /// Deposits, charges, refunds of import fees
    Customs,
    /// Reimbursements, refunds of returns
    Returns,
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    match command.book {
        Book::Customs => {
            let mut client = context.customs()?;
            let call = client.export_ledger(Request::new(wire::customs::v1::ExportLedgerRequest {}));
            context.save(Service::Customs, call, &command.out).await
        }
        Book::Returns => {
            let mut client = context.returns()?;
            let call = client.export_ledger(Request::new(wire::returns::v1::ExportLedgerRequest {}));
            context.save(Service::Returns, call, &command.out).await
        }
    }
}
