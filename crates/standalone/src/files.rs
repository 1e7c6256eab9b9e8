//! Reports, invoices and ledgers, fetched over the public RPCs.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use jiff::{SignedDuration, Timestamp};
use simulator::Outcome;
use tonic::Status;
use wire::convert::timestamp;
use wire::customs::v1::{DownloadInvoiceRequest, GetCustomsShipmentRequest};
use wire::eligibility::v1::DownloadExportableInventoryRequest;
use wire::fulfillment::v1::DownloadShipmentsReportRequest;

use crate::clients::Clients;

/// Invoices that are written.
const INVOICES: usize = 3;
/// Days that one call for the shipments report covers (contract of the RPC: at most 31).
const REPORT_DAYS: i64 = 31;

/// Writes all files into the folder.
///
/// # Errors
/// When a report cannot be had or a file not be written.
pub(crate) async fn write(out: &Path, outcome: &Outcome, clients: &Clients) -> anyhow::Result<()> {
    refused_rows(out, outcome)?;
    inventories(out, outcome, clients).await.context("the exportable inventory")?;
    shipments(out, outcome, clients).await.context("the shipments report")?;
    invoices(out, outcome, clients).await.context("the invoices")?;
    ledgers(out, clients).await.context("the ledgers")
}

/// Every row of the input that was not taken.
fn refused_rows(out: &Path, outcome: &Outcome) -> anyhow::Result<()> {
    let mut file = csv::Writer::from_path(out.join("refused_rows.csv"))?;
    file.write_record(["source", "line", "column", "code", "reason"])?;
    for report in &outcome.reports {
        for error in &report.errors {
            let line = error.line.to_string();
            file.write_record([report.source, &line, error.column, error.code, &error.reason])?;
        }
    }
    Ok(file.flush()?)
}

/// One file of all sellers: the reports' lines under one header.
async fn inventories(out: &Path, outcome: &Outcome, clients: &Clients) -> anyhow::Result<()> {
    let mut file = OneTable::create(&out.join("exportable_inventory.tsv"))?;
    for seller in &outcome.sellers {
        let request = DownloadExportableInventoryRequest { seller_id: seller.to_string() };
        let stream = clients.eligibility.clone().download_exportable_inventory(request).await?.into_inner();
        file.append(&collect(stream.map_ok(|part| part.chunk)).await?)?;
    }
    Ok(())
}

/// The shipments of all days that were played.
async fn shipments(out: &Path, outcome: &Outcome, clients: &Clients) -> anyhow::Result<()> {
    let mut file = OneTable::create(&out.join("amazon_fulfilled_shipments.tsv"))?;
    let mut from = outcome.period.start;
    while from < outcome.clock {
        let to = (from + SignedDuration::from_hours(REPORT_DAYS * 24)).min(after(outcome.clock));
        let request = DownloadShipmentsReportRequest {
            from_time: Some(timestamp(from)),
            to_time: Some(timestamp(to)),
            ..DownloadShipmentsReportRequest::default()
        };
        let stream = clients.fulfillment.clone().download_shipments_report(request).await?.into_inner();
        file.append(&collect(stream.map_ok(|part| part.chunk)).await?)?;
        from = to;
    }
    Ok(())
}

/// The end of a report is exclusive.
fn after(time: Timestamp) -> Timestamp {
    time + SignedDuration::from_secs(1)
}

async fn invoices(out: &Path, outcome: &Outcome, clients: &Clients) -> anyhow::Result<()> {
    for shipment_id in outcome.shipments.iter().take(INVOICES) {
        let mut customs = clients.customs.clone();
        let asked = GetCustomsShipmentRequest { shipment_id: shipment_id.clone() };
        let shipment = customs.get_customs_shipment(asked).await?.into_inner().shipment;
        let invoice =
            shipment.and_then(|shipment| shipment.invoice).context("a dispatched shipment has one")?;
        let request = DownloadInvoiceRequest { shipment_id: shipment_id.clone() };
        let stream = customs.download_invoice(request).await?.into_inner();
        let pdf = collect(stream.map_ok(|part| part.chunk)).await?;
        let name = format!("invoice_{}.pdf", invoice.invoice_number.replace(['/', '\\'], "-"));
        std::fs::write(out.join(&name), pdf).with_context(|| name)?;
    }
    Ok(())
}

async fn ledgers(out: &Path, clients: &Clients) -> anyhow::Result<()> {
    let request = wire::customs::v1::ExportLedgerRequest {};
    let stream = clients.customs.clone().export_ledger(request).await?.into_inner();
    save(&out.join("ledger_customs.csv"), stream.map_ok(|part| part.chunk)).await?;
    let request = wire::returns::v1::ExportLedgerRequest {};
    let stream = clients.returns.clone().export_ledger(request).await?.into_inner();
    save(&out.join("ledger_returns.csv"), stream.map_ok(|part| part.chunk)).await
}

/// Writes a stream as it comes.
async fn save(path: &Path, stream: impl Stream<Item = Result<Vec<u8>, Status>>) -> anyhow::Result<()> {
    let mut file = File::create(path).with_context(|| path.display().to_string())?;
    let mut stream = std::pin::pin!(stream);
    while let Some(chunk) = stream.next().await {
        file.write_all(&chunk?)?;
    }
    Ok(())
}

async fn collect(stream: impl Stream<Item = Result<Vec<u8>, Status>>) -> anyhow::Result<Vec<u8>> {
    Ok(stream.try_concat().await?)
}

/// Several reports of the same columns in one file, the header once.
struct OneTable {
    file: File,
    empty: bool,
}

impl OneTable {
    fn create(path: &Path) -> anyhow::Result<Self> {
        let file = File::create(path).with_context(|| path.display().to_string())?;
        Ok(Self { file, empty: true })
    }

    fn append(&mut self, report: &[u8]) -> anyhow::Result<()> {
        let header_ends = report.iter().position(|byte| *byte == b'\n').map_or(report.len(), |at| at + 1);
        let from = if self.empty { 0 } else { header_ends };
        self.empty = false;
        Ok(self.file.write_all(&report[from..])?)
    }
}
