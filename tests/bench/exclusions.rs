//! Rows `exclusion-upload`, `exclusion-upload-memory`, `exclusion-download`: a million excluded products, sent to enrollment as
//! a process of its own and fetched again, beside a raw `COPY` of the same rows into the same table. `exclusion-hostile-line`,
//! `exclusion-hostile-errors`: its memory after a file that is one line of 100 MB, and one of a million errors.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use backing::Backing;
use wire::enrollment::v1::upload_exclusions_request::UploadHeader;
use wire::enrollment::v1::{
    DownloadExclusionReportRequest, DownloadExclusionsRequest, ExclusionUploadMode, ExclusionUploadState,
};
use wire::ops::v1::GetProgressRequest;
use wire::ops::v1::progress_service_client::ProgressServiceClient;

use crate::five::Five;
use crate::footprint::peak_mb;
use crate::pgbench::run;
use crate::report::{Report, selected};
use crate::sellers::{self, Client};

const ROWS: [&str; 5] = [
    "exclusion-upload",
    "exclusion-upload-memory",
    "exclusion-download",
    "exclusion-hostile-line",
    "exclusion-hostile-errors",
];
/// Lines of the large file, and of the small one, beside which memory must not grow.
const MANY: u64 = 1_000_000;
const FEW: u64 = 100_000;
/// Bytes of a line that no seller writes.
const LONG_LINE: usize = 100_000_000;
/// Who has a small list, a large one, and one by COPY.
const SELLERS: [&str; 3] = ["AFEW0000000001", "AMANY000000001", "ACOPY000000001"];
/// Nothing moved for so long: all is published.
const QUIET: Duration = Duration::from_secs(3);
/// What an upload may take of a raw COPY's time.
const UPLOAD_GOAL: f64 = 3.0;
/// Resident memory of the service, MB.
const MEMORY_GOAL: f64 = 256.0;
/// Lines a second.
const DOWNLOAD_GOAL: f64 = 300_000.0;

/// Measures the rows that the glob selects.
pub(crate) async fn measure(backing: &Backing, only: &str, report: &mut Report) -> anyhow::Result<()> {
    if !ROWS.iter().any(|row| selected(only, row)) {
        return Ok(());
    }
    let five = Five::start(backing).await;
    let mut client = sellers::client(&five)?;
    for seller in SELLERS {
        sellers::register(&five, &mut client, seller).await?;
    }
    let process = five.processes.iter().find(|process| process.name == "enrollment").context("enrollment")?;
    let memory = || peak_mb(process.child.id());
    upload(&mut client, SELLERS[0], FEW).await?;
    published(&five).await?;
    let few = memory();
    let (took, upload_id) = upload(&mut client, SELLERS[1], MANY).await?;
    let reported = report_lines(&mut client, upload_id).await?;
    // Its header, and that of the file.
    ensure!(reported as u64 == MANY + 2, "{reported} lines are reported");
    let copied = copy(five.databases["enrollment"].url(), SELLERS[2])?;
    report.row((ROWS[0], took.as_millis() as f64, "ms"), ("COPY", copied.as_millis() as f64), UPLOAD_GOAL);
    published(&five).await?;
    let many = memory();
    report.row((ROWS[1], many, "MB"), ("goal", MEMORY_GOAL), 1.0);
    report.row((ROWS[1], many, "MB"), ("100,000 lines", few), 1.0);
    let rate = download(&mut client, SELLERS[1]).await?;
    report.row((ROWS[2], rate, "lines/s"), ("goal", DOWNLOAD_GOAL), 1.0);
    let line = "B".repeat(LONG_LINE);
    ensure!(hostile(&mut client, "line", &line).await? == 1, "the long line is one line with an error");
    report.row((ROWS[3], memory(), "MB"), ("goal", MEMORY_GOAL), 1.0);
    let errors: String = (0..MANY).map(|n| format!("no ASIN {n}\n")).collect();
    ensure!(
        hostile(&mut client, "errors", &errors).await? == i64::try_from(MANY)?,
        "every line has an error"
    );
    report.row((ROWS[4], memory(), "MB"), ("goal", MEMORY_GOAL), 1.0);
    Ok(())
}

/// The products of a file, in no order, each with some destinations.
fn products(lines: u64) -> impl Iterator<Item = (String, &'static str, &'static str)> {
    // A prime, so that every number below a million comes once.
    let mixed = (0..lines).map(|n| n * 7_919 % MANY);
    mixed.map(|n| match n % 3 {
        0 => (format!("B{n:09}"), "", "ALL"),
        1 => (format!("B{n:09}"), "DE|FR", "DE|FR"),
        _ => (format!("B{n:09}"), "CN|HK|MO|TW", "GREATER_CHINA"),
    })
}

/// Sends a file; from its first byte until its list is in force.
async fn upload(client: &mut Client, seller: &str, lines: u64) -> anyhow::Result<(Duration, String)> {
    let header = UploadHeader {
        request_id: "bench".to_owned(),
        seller_id: seller.to_owned(),
        mode: ExclusionUploadMode::Merge.into(),
        reason: "bench".to_owned(),
        ..Default::default()
    };
    let products = products(lines).map(|(asin, _, named)| (asin, named));
    let messages = sellers::messages(header, &sellers::file(products));
    let begun = Instant::now();
    let last = sellers::send(client, messages).await?;
    let took = begun.elapsed();
    ensure!(last.state() == ExclusionUploadState::Done, "refused: {}", last.refusal);
    ensure!(
        last.lines == i64::try_from(lines)? && last.effect.is_some_and(|effect| effect.added == last.lines)
    );
    Ok((took, last.upload_id))
}

/// Waits until everything that was changed is published: it takes memory, too, of a small list as of a large one.
async fn published(five: &Five) -> anyhow::Result<()> {
    let mut ops = ProgressServiceClient::new(sellers::operator(five)?);
    let mut before = None;
    loop {
        let now = ops.get_progress(GetProgressRequest {}).await?.into_inner();
        if now.outbox_depth == 0 && before == Some(now.activity) {
            return Ok(());
        }
        before = Some(now.activity);
        tokio::time::sleep(QUIET).await;
    }
}

/// Sends a file that must be refused; how many of its lines have an error.
async fn hostile(client: &mut Client, name: &str, lines: &str) -> anyhow::Result<i64> {
    let header = UploadHeader {
        request_id: name.to_owned(),
        seller_id: SELLERS[0].to_owned(),
        mode: ExclusionUploadMode::Merge.into(),
        reason: "bench".to_owned(),
        ..Default::default()
    };
    let last =
        sellers::send(client, sellers::messages(header, &format!("asin\tdestinations\n{lines}"))).await?;
    ensure!(last.state() == ExclusionUploadState::Refused, "{name} was not refused");
    Ok(last.refused_lines)
}

/// Lines of what is on file about an upload.
async fn report_lines(client: &mut Client, upload_id: String) -> anyhow::Result<usize> {
    let request = DownloadExclusionReportRequest { upload_id, ..Default::default() };
    let mut pieces = client.download_exclusion_report(request).await?.into_inner();
    let mut lines = 0;
    while let Some(piece) = pieces.message().await? {
        lines += piece.chunk.iter().filter(|byte| **byte == b'\n').count();
    }
    Ok(lines)
}

/// Writes the rows of the large file into the same table by COPY.
fn copy(url: &str, seller: &str) -> anyhow::Result<Duration> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("rows.tsv");
    let mut rows = String::new();
    for (asin, countries, named) in products(MANY) {
        let named = if named == "ALL" { "" } else { named };
        writeln!(rows, "{seller}\t{asin}\t{countries}\t{named}\tOTHER\tlicence\t2026-10-15\toperator\t2")?;
    }
    std::fs::write(&file, rows)?;
    let columns =
        "seller_id, asin, countries, destinations, grounds, reason, changed_at, changed_by, since_version";
    let command = format!("\\copy product_exclusions ({columns}) FROM '{}'", file.display());
    let begun = Instant::now();
    run("psql", &["-q", "-v", "ON_ERROR_STOP=1", "-c", &command, url])?;
    Ok(begun.elapsed())
}

/// Lines a second of the list as a file.
async fn download(client: &mut Client, seller: &str) -> anyhow::Result<f64> {
    let request = DownloadExclusionsRequest { seller_id: seller.to_owned(), settings_version: 0 };
    let begun = Instant::now();
    let mut pieces = client.download_exclusions(request).await?.into_inner();
    let mut lines = 0;
    while let Some(piece) = pieces.message().await? {
        lines += piece.chunk.iter().filter(|byte| **byte == b'\n').count();
    }
    let took = begun.elapsed();
    ensure!(lines as u64 == MANY + 1, "{lines} lines came");
    Ok(lines as f64 / took.as_secs_f64())
}
