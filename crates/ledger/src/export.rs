//! The book as a file.

use futures::stream::{Stream, TryStreamExt as _, try_unfold};
use sqlx::PgConnection;

use crate::{LedgerError, PostingLine, postings};

/// Bytes of a chunk, about; no line takes it above 64 KiB.
const CHUNK: usize = 60 * 1024;

const COLUMNS: [&str; 9] =
    ["seq", "transaction_id", "kind", "occurred", "reference", "position", "account", "currency", "amount"];

/// All postings in order as CSV, in chunks of at most 64 KiB, of which one is in memory. A debit is positive, a credit
/// negative, in major units. All of it is of one snapshot.
pub fn export_csv(conn: &mut PgConnection) -> impl Stream<Item = Result<Vec<u8>, LedgerError>> + Send + '_ {
    let lines = Box::pin(postings(conn));
    try_unfold((Some(lines), Some(COLUMNS)), async |(lines, mut header)| {
        let Some(mut lines) = lines else { return Ok(None) };
        let mut file = csv::Writer::from_writer(Vec::with_capacity(CHUNK));
        if let Some(columns) = header.take() {
            file.write_record(columns)?;
        }
        while let Some(line) = lines.try_next().await? {
            write(&mut file, &line)?;
            if file.get_ref().len() >= CHUNK {
                return Ok(Some((whole(file)?, (Some(lines), None))));
            }
        }
        Ok(Some((whole(file)?, (None, None))))
    })
}

fn write(file: &mut csv::Writer<Vec<u8>>, line: &PostingLine) -> csv::Result<()> {
    let amount = line.posting.amount();
    file.write_record([
        line.seq.to_string(),
        line.transaction_id.to_string(),
        line.kind.clone(),
        line.occurred.to_string(),
        line.reference.clone(),
        line.position.to_string(),
        line.posting.account().to_string(),
        amount.currency().to_string(),
        amount.to_decimal().to_string(),
    ])?;
    Ok(file.flush()?)
}

fn whole(file: csv::Writer<Vec<u8>>) -> csv::Result<Vec<u8>> {
    file.into_inner().map_err(|error| error.into_error().into())
}
