//! Enrollment is killed while it takes exclusion files: the list is the old one or the new one, never between, and
//! eligibility comes to the same.

use std::time::{Duration, Instant};

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use wire::enrollment::v1::upload_exclusions_request::UploadHeader;
use wire::enrollment::v1::{DownloadExclusionsRequest, ExclusionUploadMode, ExclusionUploadState};

use crate::five::Five;
use crate::sellers::{self, Client};

const SELLER: &str = "AKILLED0000001";
/// Lines of a file, unless `UPLOAD_LINES` says otherwise.
const LINES: u64 = 20_000;
const KILLS: u64 = 10;
/// How long eligibility may take to come to the same list.
const PATIENCE: Duration = Duration::from_secs(180);

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_upload_leaves_the_old_list_or_the_new_one() {
    let lines = std::env::var("UPLOAD_LINES").map_or(LINES, |lines| lines.parse().unwrap());
    let mut five = Five::start(backing::shared().await).await;
    let mut client = sellers::client(&five).unwrap();
    sellers::register(&five, &mut client, SELLER).await.unwrap();
    let begun = Instant::now();
    sellers::send(&mut client, upload(0, lines)).await.unwrap();
    let usual = begun.elapsed();
    let mut list = download(&mut client).await;
    assert_eq!(list, expected(0, lines));
    let mut random = ChaCha8Rng::seed_from_u64(4);
    for n in 1..=KILLS {
        // At any moment of the upload, and of the publication after it.
        let moment = usual.mul_f64(random.random_range(0.05..1.5));
        let sending = tokio::spawn({
            let mut client = client.clone();
            async move { sellers::send(&mut client, upload(n, lines)).await }
        });
        tokio::time::sleep(moment).await;
        five.restart("enrollment");
        let answered = sending.await.unwrap();
        let now = download(&mut client).await;
        let done = answered.is_ok_and(|upload| upload.state() == ExclusionUploadState::Done);
        let new = expected(n, lines);
        println!("killed after {moment:?}: the list is the {} one", if now == new { "new" } else { "old" });
        assert!(now == new || (now == list && !done), "neither the old list nor the new one");
        list = now;
    }
    let done = sellers::send(&mut client, upload(KILLS + 1, lines)).await.unwrap();
    assert_eq!(done.state(), ExclusionUploadState::Done);
    let new = expected(KILLS + 1, lines);
    assert_eq!(download(&mut client).await, new);
    converged(&five, new).await;
}

/// A file that replaces the list by one of its own.
fn upload(n: u64, lines: u64) -> Vec<wire::enrollment::v1::UploadExclusionsRequest> {
    let header = UploadHeader {
        request_id: format!("file-{n}"),
        seller_id: SELLER.to_owned(),
        mode: ExclusionUploadMode::Replace.into(),
        reason: "killed".to_owned(),
        ..Default::default()
    };
    sellers::messages(header, &sellers::file(products(n, lines)))
}

/// Half of each list is that of the one before, with other destinations.
fn products(n: u64, lines: u64) -> impl Iterator<Item = (String, &'static str)> {
    let destinations = ["ALL", "DE|FR", "JP"][n as usize % 3];
    (0..lines).map(move |line| (format!("B{:09}", n * lines / 2 + line), destinations))
}

/// The list as eligibility has it: products with their countries.
fn expected(n: u64, lines: u64) -> Vec<String> {
    products(n, lines).map(|(asin, destinations)| format!("{asin} {destinations}")).collect()
}

async fn download(client: &mut Client) -> Vec<String> {
    let request = DownloadExclusionsRequest { seller_id: SELLER.to_owned(), settings_version: 0 };
    let mut pieces = client.download_exclusions(request).await.unwrap().into_inner();
    let mut file = Vec::new();
    while let Some(piece) = pieces.message().await.unwrap() {
        file.extend(piece.chunk);
    }
    let text = String::from_utf8(file).unwrap();
    let fields = text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    fields.map(|fields| format!("{} {}", fields[1], fields[2])).collect()
}

/// Waits until eligibility has the list.
async fn converged(five: &Five, list: Vec<String>) {
    let pool = five.databases["eligibility"].pool().await;
    let everywhere = list.iter().filter(|line| line.ends_with(" ALL")).count() as i64;
    let expected =
        (list.len() as i64, everywhere, list[0][..10].to_owned(), list[list.len() - 1][..10].to_owned());
    let query = "SELECT count(*), count(*) FILTER (WHERE countries IS NULL), coalesce(min(asin), ''), coalesce(max(asin), '')
                   FROM product_exclusions WHERE seller_id = $1";
    let begun = Instant::now();
    loop {
        let now: (i64, i64, String, String) =
            sqlx::query_as(query).bind(SELLER).fetch_one(&pool).await.unwrap();
        if now == expected {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "eligibility has {now:?}, not {expected:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
