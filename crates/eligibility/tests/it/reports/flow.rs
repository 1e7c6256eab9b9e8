//! From the question to the document.

use sha2::{Digest, Sha256};
use testbed::soon;
use wire::catalog::events::v1::ItemListed;
use wire::convert::timestamp;
use wire::eligibility::v1::*;
use wire::enrollment::events::v1::ExportDisabled;

use super::calls::*;
use crate::support::{SELLER, World, item};

const NEXT_EVALUATION: &str = "2026-11-01T00:00:00Z";

#[tokio::test]
async fn a_report_is_done_with_the_rows_and_columns_of_the_stream() {
    let world = World::start().await;
    let bare = ItemListed { description: String::new(), ..item(2) };
    world.listed(&[item(1), bare]).await;
    world.cycle().await;
    let asked = ask(world.seller(SELLER), "r-1").await.unwrap();
    assert_eq!((asked.state(), asked.report_type()), (ReportState::InQueue, ReportType::ExportableInventory));
    assert_eq!((asked.created_by.as_str(), asked.document), ("seller:A1SELLER00001", None));
    let report = in_state(&world, &asked.report_id, ReportState::Done).await;
    let text = text(&world, &report.report_id).await;
    assert_eq!(text, streamed(&world).await);
    let document = report.document.unwrap();
    assert_eq!(document.sha256, hex::encode(Sha256::digest(&text)));
    assert_eq!((document.size_bytes, document.row_count), (i64::try_from(text.len()).unwrap(), 2));
    assert_eq!(document.content_type, "text/tab-separated-values; charset=utf-8");
    assert_eq!(
        (document.expires_time, document.expired),
        (Some(timestamp("2027-01-03T08:00:00Z".parse().unwrap())), false)
    );
    assert_eq!((report.attempts, report.reason), (1, None));
    assert_eq!(report.ended_time, Some(timestamp("2026-10-05T08:00:00Z".parse().unwrap())));
    // What is missing, and when it counts.
    let columns: Vec<&str> = text.lines().next().unwrap().split('\t').collect();
    let cell = |row: usize, name: &str| {
        let column = columns.iter().position(|column| *column == name).unwrap();
        text.lines().nth(row).unwrap().split('\t').nth(column).unwrap()
    };
    assert_eq!((cell(1, "missing-content"), cell(2, "missing-content")), ("no", "yes"));
    assert_eq!(cell(1, "next-evaluation"), NEXT_EVALUATION);
    assert_eq!(report.next_evaluation_time, Some(timestamp(NEXT_EVALUATION.parse().unwrap())));
}

#[tokio::test]
async fn a_seller_without_products_gets_the_header_and_the_next_evaluation() {
    let world = World::start().await;
    let report = done(&world, "r-1").await;
    let text = text(&world, &report.report_id).await;
    assert!(text.starts_with("sku\tfnsku\tasin\t") && text.lines().count() == 1, "{text}");
    assert_eq!(report.document.unwrap().row_count, 0);
    assert_eq!(report.next_evaluation_time, Some(timestamp(NEXT_EVALUATION.parse().unwrap())));
}

#[tokio::test]
async fn a_disabled_seller_has_its_report() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&[item(1)]).await;
    world.cycle().await;
    let disabled = ExportDisabled { seller_id: SELLER.to_owned(), settings_version: 2, ..Default::default() };
    world.settings(SELLER, disabled).await;
    world.settings_known(SELLER, 2).await;
    let report = ask(world.seller(SELLER), "r-1").await.unwrap();
    in_state(&world, &report.report_id, ReportState::Done).await;
    let text = download(world.seller(SELLER), &report.report_id).await.unwrap().concat();
    assert!(String::from_utf8(text).unwrap().contains("SKU-1"));
}

#[tokio::test]
async fn the_same_request_is_the_same_report() {
    let world = World::start().await;
    let (first, again) = (ask(world.operator(), "r-1").await, ask(world.operator(), "r-1").await);
    assert_eq!(first.unwrap().report_id, again.unwrap().report_id);
    queue_is_empty(&world).await;
    let other = ask(world.operator(), "r-2").await.unwrap();
    let list = ListReportsRequest { seller_id: SELLER.to_owned(), page_size: 1, ..Default::default() };
    let page = world.operator().list_reports(list.clone()).await.unwrap().into_inner();
    assert_eq!((page.reports.len(), &page.reports[0].report_id), (1, &other.report_id), "newest first");
    let rest = ListReportsRequest { page_token: page.next_page_token, page_size: 5, ..list };
    let rest = world.operator().list_reports(rest).await.unwrap().into_inner();
    assert_eq!((rest.reports.len(), rest.next_page_token.as_str()), (1, ""));
    let others = ListReportsRequest { seller_id: "A1SELLER00002".to_owned(), ..Default::default() };
    assert!(world.operator().list_reports(others).await.unwrap().into_inner().reports.is_empty());
}

#[tokio::test]
async fn the_same_products_make_the_same_document_in_chunks_of_at_most_64_kib() {
    let world = World::start().await;
    let items: Vec<_> = (0..2_000).map(item).collect();
    world.list(&items).await;
    soon("all items are known", async || {
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM items").fetch_one(&world.pool).await.unwrap()
            == 2_000
    })
    .await;
    let (one, two) = (done(&world, "r-1").await, done(&world, "r-2").await);
    assert_eq!(one.document, two.document);
    let chunks = download(world.operator(), &one.report_id).await.unwrap();
    assert!(chunks.len() > 1 && chunks.iter().all(|chunk| chunk.len() <= 64 * 1024));
    assert_eq!(String::from_utf8(chunks.concat()).unwrap(), streamed(&world).await);
}
