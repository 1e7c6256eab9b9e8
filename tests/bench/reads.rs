//! Rows `enrollment-get` and `authority-as-of`: calls a second over 16 connections to two replicas of enrollment, beside a
//! tonic server that does nothing. And how long after a change through one replica the other answers with it.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use backing::Backing;
use chassis::SigningKey;
use wire::convert::timestamp;
use wire::enrollment::v1::enrollment_service_client::EnrollmentServiceClient;
use wire::enrollment::v1::{GetAuthorityAsOfRequest, GetEnrollmentRequest, ReplaceExcludedCountriesRequest};

use crate::calls::{CONNECTIONS, Empty, connection, median, rate};
use crate::five::Five;
use crate::report::{Report, selected};
use crate::sellers;

const ROWS: [&str; 3] = ["enrollment-get", "authority-as-of", "enrollment-lag"];
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
    let nothing = Empty::start().await?;
    let mut rates: [Vec<f64>; 3] = Default::default();
    for _ in 0..ROUNDS {
        rates[0].push(gets(&urls, &five.key).await?);
        rates[1].push(authorities(&urls, &five.key).await?);
        rates[2].push(rate(CONNECTIONS, |_| connection(&nothing.url, &five.key), Empty::call).await?);
    }
    let [gets, authorities, empty] = rates.map(median);
    report.row((ROWS[0], gets, "calls/s"), ("empty tonic server", empty), GOAL);
    report.row((ROWS[1], authorities, "calls/s"), ("empty tonic server", empty), GOAL);
    report.row((ROWS[2], lag(&urls, &five.key).await?, "ms at most"), ("goal", LAG_GOAL), 1.0);
    Ok(())
}

/// `GetEnrollment` a second.
async fn gets(urls: &[String; 2], key: &SigningKey) -> anyhow::Result<f64> {
    let connect = |n: usize| connection(&urls[n % 2], key);
    rate(CONNECTIONS, connect, move |channel, n| async move {
        let request = GetEnrollmentRequest { seller_id: seller(n), ..Default::default() };
        EnrollmentServiceClient::new(channel).get_enrollment(request).await.map(drop)
    })
    .await
}

/// `GetAuthorityAsOf` a second.
async fn authorities(urls: &[String; 2], key: &SigningKey) -> anyhow::Result<f64> {
    let time = Some(timestamp("2026-10-15T12:00:00Z".parse()?));
    let connect = |n: usize| connection(&urls[n % 2], key);
    rate(CONNECTIONS, connect, move |channel, n| async move {
        let request = GetAuthorityAsOfRequest { seller_id: seller(n), time, min_settings_version: 0 };
        EnrollmentServiceClient::new(channel).get_authority_as_of(request).await.map(drop)
    })
    .await
}

fn seller(n: usize) -> String {
    format!("AREAD{:09}", n % SELLERS)
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
