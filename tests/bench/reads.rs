//! Rows `enrollment-get` and `authority-as-of`: calls a second over 16 connections to two replicas of enrollment, beside a
//! tonic server that does nothing. And how long after a change through one replica the other answers with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use backing::Backing;
use chassis::{Channel, ClientArgs, ClientChannel, Principal, Role, SigningKey, TokenSource};
use tonic::{Request, Response, Status};
use wire::convert::timestamp;
use wire::enrollment::v1::enrollment_service_client::EnrollmentServiceClient;
use wire::enrollment::v1::{GetAuthorityAsOfRequest, GetEnrollmentRequest, ReplaceExcludedCountriesRequest};
use wire::ops::v1::progress_service_client::ProgressServiceClient;
use wire::ops::v1::progress_service_server::{ProgressService, ProgressServiceServer};
use wire::ops::v1::{GetProgressRequest, GetProgressResponse};

use crate::five::Five;
use crate::report::{Report, selected};
use crate::sellers;

const ROWS: [&str; 3] = ["enrollment-get", "authority-as-of", "enrollment-lag"];
const CONNECTIONS: usize = 16;
/// How long each is measured in a round, after as long to warm up as a tenth of it.
const SECONDS: u64 = 3;
/// Rounds, in each of which all are measured: the machine is not the same all the time. The median counts.
const ROUNDS: usize = 5;
/// Of the empty server's calls a second.
const GOAL: f64 = 0.6;
/// Sellers that are asked for in turn.
const SELLERS: usize = 100;
/// Changes whose way to the other replica is measured.
const CHANGES: usize = 50;
/// Milliseconds in which a change is to be there: half of what an order of the next second has.
const LAG_GOAL: f64 = 500.0;

/// Answers with nothing.
struct Nothing;

#[tonic::async_trait]
impl ProgressService for Nothing {
    async fn get_progress(
        &self,
        _: Request<GetProgressRequest>,
    ) -> Result<Response<GetProgressResponse>, Status> {
        Ok(Response::new(GetProgressResponse::default()))
    }
}

/// Measures the rows that the glob selects.
pub(crate) async fn measure(backing: &Backing, only: &str, report: &mut Report) -> anyhow::Result<()> {
    if !ROWS.iter().any(|row| selected(only, row)) {
        return Ok(());
    }
    let mut five = Five::start(backing).await;
    let urls = [five.endpoints.enrollment.clone(), five.replica("enrollment")];
    let mut client = sellers::client(&five)?;
    for n in 0..SELLERS {
        sellers::register(&five, &mut client, &seller(n)).await?;
    }
    // The other three would take part of the machine.
    five.keep("enrollment");
    let mut rates: [Vec<f64>; 3] = Default::default();
    for _ in 0..ROUNDS {
        rates[0].push(gets(&urls, &five.key).await?);
        rates[1].push(authorities(&urls, &five.key).await?);
        rates[2].push(empty(&five.key).await?);
    }
    let [gets, authorities, empty] = rates.map(median);
    report.row((ROWS[0], gets, "calls/s"), ("empty tonic server", empty), GOAL);
    report.row((ROWS[1], authorities, "calls/s"), ("empty tonic server", empty), GOAL);
    report.row((ROWS[2], lag(&urls, &five.key).await?, "ms at most"), ("goal", LAG_GOAL), 1.0);
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// `GetEnrollment` a second.
async fn gets(urls: &[String; 2], key: &SigningKey) -> anyhow::Result<f64> {
    let connect = |n: usize| connection(&urls[n % 2], key);
    rate(connect, async |channel, n| {
        let request = GetEnrollmentRequest { seller_id: seller(n), ..Default::default() };
        EnrollmentServiceClient::new(channel).get_enrollment(request).await.map(drop)
    })
    .await
}

/// `GetAuthorityAsOf` a second.
async fn authorities(urls: &[String; 2], key: &SigningKey) -> anyhow::Result<f64> {
    let time = Some(timestamp("2026-10-15T12:00:00Z".parse()?));
    let connect = |n: usize| connection(&urls[n % 2], key);
    rate(connect, move |channel, n| async move {
        let request = GetAuthorityAsOfRequest { seller_id: seller(n), time, min_settings_version: 0 };
        EnrollmentServiceClient::new(channel).get_authority_as_of(request).await.map(drop)
    })
    .await
}

fn seller(n: usize) -> String {
    format!("AREAD{:09}", n % SELLERS)
}

fn connection(url: &str, key: &SigningKey) -> anyhow::Result<Channel> {
    let token = TokenSource::Minted(key.clone(), Principal::new("operator:bench", Role::Operator));
    ClientChannel::connect(ClientArgs::new(url, token)).context("connect")
}

/// The same calls to a server without anything.
async fn empty(key: &SigningKey) -> anyhow::Result<f64> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let incoming = tonic::transport::server::TcpIncoming::from(listener).with_nodelay(Some(true));
    let server = tonic::transport::Server::builder().add_service(ProgressServiceServer::new(Nothing));
    let server = tokio::spawn(server.serve_with_incoming(incoming));
    let rate = rate(
        |_| connection(&url, key),
        async |channel, _| {
            ProgressServiceClient::new(channel).get_progress(GetProgressRequest {}).await.map(drop)
        },
    )
    .await;
    server.abort();
    rate
}

/// Calls a second, one after the other on each of the connections.
async fn rate<F>(
    connect: impl Fn(usize) -> anyhow::Result<Channel>,
    call: impl Fn(Channel, usize) -> F + Copy + Send + 'static,
) -> anyhow::Result<f64>
where
    F: Future<Output = Result<(), Status>> + Send,
{
    let calls = Arc::new(AtomicU64::new(0));
    let mut tasks = Vec::new();
    for connection in 0..CONNECTIONS {
        let (channel, calls) = (connect(connection)?, calls.clone());
        tasks.push(tokio::spawn(async move {
            for n in 0.. {
                call(channel.clone(), connection + n).await?;
                calls.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, Status>(())
        }));
    }
    tokio::time::sleep(Duration::from_millis(SECONDS * 100)).await;
    let (before, begun) = (calls.load(Ordering::Relaxed), Instant::now());
    tokio::time::sleep(Duration::from_secs(SECONDS)).await;
    let rate = (calls.load(Ordering::Relaxed) - before) as f64 / begun.elapsed().as_secs_f64();
    for task in tasks {
        ensure!(!task.is_finished(), "a call failed: {:?}", task.await);
        task.abort();
    }
    Ok(rate)
}

/// The longest time from a change through one replica until the other answers with it, asked without a version; asked with
/// it, no answer is older.
async fn lag(urls: &[String; 2], key: &SigningKey) -> anyhow::Result<f64> {
    let mut one = EnrollmentServiceClient::new(connection(&urls[0], key)?);
    let mut other = EnrollmentServiceClient::new(connection(&urls[1], key)?);
    let mut longest = Duration::ZERO;
    for change in 0..CHANGES {
        let code = if change % 2 == 0 { "DE" } else { "FR" };
        let ask = |min_settings_version| GetEnrollmentRequest { seller_id: seller(0), min_settings_version };
        other.get_enrollment(ask(0)).await?;
        let request = ReplaceExcludedCountriesRequest {
            request_id: format!("bench-{change}"),
            seller_id: seller(0),
            country_codes: vec![code.to_owned()],
            reason: "bench".to_owned(),
            ..Default::default()
        };
        let changed = one.replace_excluded_countries(request).await?.into_inner();
        let version = changed.enrollment.context("enrollment")?.settings_version;
        let begun = Instant::now();
        // Every other time with the version, which must bring it at once.
        if change % 4 >= 2 {
            let answer = other.get_enrollment(ask(version)).await?.into_inner().enrollment;
            let answered = answer.context("enrollment")?.settings_version;
            ensure!(answered >= version, "version {answered} came where {version} was asked for");
            continue;
        }
        while other
            .get_enrollment(ask(0))
            .await?
            .into_inner()
            .enrollment
            .context("enrollment")?
            .settings_version
            < version
        {
            ensure!(begun.elapsed() < Duration::from_secs(60), "the other replica never hears of it");
        }
        longest = longest.max(begun.elapsed());
    }
    Ok(longest.as_secs_f64() * 1_000.0)
}
