//! A seller that is announced to enrollment, and the files it sends.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use bus::{Bus, OutRecord, Producer};
use chassis::{Channel, ClientArgs, ClientChannel, Principal, Role, TokenSource};
use jiff::Timestamp;
use wire::clock::events::v1::{ClockEvent, ClockTicked};
use wire::convert::timestamp;
use wire::enrollment::v1::enrollment_service_client::EnrollmentServiceClient;
use wire::enrollment::v1::upload_exclusions_request::{Part, UploadEnd, UploadHeader};
use wire::enrollment::v1::{ExclusionUpload, GetEnrollmentRequest, UploadExclusionsRequest};
use wire::sellers::events::v1::{SellerRegistered, SellersEvent};

use crate::five::Five;
use crate::process::Process;

/// How long a seller may take until it is known.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes of a piece of a file.
const CHUNK: usize = 256 * 1024;

pub(crate) type Client = EnrollmentServiceClient<Channel>;

/// A client of enrollment, for an operator.
pub(crate) fn client(five: &Five) -> anyhow::Result<Client> {
    Ok(Client::new(operator(five)?))
}

/// An operator's connection to enrollment.
pub(crate) fn operator(five: &Five) -> anyhow::Result<Channel> {
    let token = TokenSource::Minted(five.key.clone(), Principal::new("operator:tests", Role::Operator));
    let args = ClientArgs::new(&five.endpoints.enrollment, token);
    ClientChannel::connect(args).context("connect")
}

/// Announces a seller and waits until it is known.
pub(crate) async fn register(five: &Five, client: &mut Client, seller: &str) -> anyhow::Result<()> {
    let now: Timestamp = "2026-10-15T12:00:00Z".parse()?;
    let bus = Bus::new(five.bus.clone(), "tests");
    let tick = ClockTicked { now: Some(timestamp(now)) };
    let event = SellerRegistered {
        seller_id: seller.to_owned(),
        legal_name: "Test LLC".to_owned(),
        marketplace_id: "ATVPDKIKX0DER".to_owned(),
        registered_time: Some(timestamp(now)),
        ..Default::default()
    };
    let tick = OutRecord::event::<ClockEvent>(&bus, "clock", "clock", 1, "tests", now, tick);
    let event = OutRecord::event::<SellersEvent>(&bus, seller, seller, 1, "tests", now, event);
    // The time first: an event of the future would be a dead letter.
    let producer = Producer::new(&bus)?;
    producer.send_all(vec![tick]).await?;
    producer.send_all(vec![event]).await?;
    let begun = Instant::now();
    let request = GetEnrollmentRequest { seller_id: seller.to_owned(), ..Default::default() };
    while let Err(status) = client.get_enrollment(request.clone()).await {
        let logs = || five.processes.iter().map(Process::log).collect::<Vec<_>>().join("\n\n");
        ensure!(begun.elapsed() < PATIENCE, "seller {seller} is not known: {}\n{}", status.message(), logs());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// A file of products, each with its destinations.
pub(crate) fn file(products: impl Iterator<Item = (String, &'static str)>) -> String {
    let mut file = "asin\tdestinations\treason\tnote\n".to_owned();
    for (asin, destinations) in products {
        let _ = writeln!(file, "{asin}\t{destinations}\tOTHER\tlicence");
    }
    file
}

/// The messages of an upload.
pub(crate) fn messages(header: UploadHeader, file: &str) -> Vec<UploadExclusionsRequest> {
    let chunks = file.as_bytes().chunks(CHUNK).map(|chunk| Part::Chunk(chunk.to_vec()));
    let end = Part::End(UploadEnd { size_bytes: file.len() as i64 });
    let parts = [Part::Header(header)].into_iter().chain(chunks).chain([end]);
    parts.map(|part| UploadExclusionsRequest { part: Some(part) }).collect()
}

/// Sends a file; what became of it.
pub(crate) async fn send(
    client: &mut Client,
    messages: Vec<UploadExclusionsRequest>,
) -> anyhow::Result<ExclusionUpload> {
    let mut answers = client.upload_exclusions(futures::stream::iter(messages)).await?.into_inner();
    let mut last = None;
    while let Some(answer) = answers.message().await? {
        last = answer.upload;
    }
    last.context("no answer")
}
