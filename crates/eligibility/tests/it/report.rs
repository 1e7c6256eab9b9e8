//! The Exportable Inventory report.

use testbed::soon;
use wire::catalog::events::v1::{ItemListed, ProductGroup};
use wire::eligibility::v1::DownloadExportableInventoryRequest;

use crate::support::{Client, SELLER, World, item};

async fn download(mut client: Client) -> (String, Vec<usize>) {
    let request = DownloadExportableInventoryRequest { seller_id: SELLER.to_owned() };
    let mut stream = client.download_exportable_inventory(request).await.unwrap().into_inner();
    let (mut text, mut sizes) = (Vec::new(), Vec::new());
    while let Some(part) = stream.message().await.unwrap() {
        sizes.push(part.chunk.len());
        text.extend(part.chunk);
    }
    (String::from_utf8(text).unwrap(), sizes)
}

#[tokio::test]
async fn the_report_tells_where_each_item_may_go_and_is_readable_without_taking_part() {
    let world = World::start().await;
    let book = ItemListed { product_group: ProductGroup::Book.into(), ..item(2) };
    let bare = ItemListed { description: "<br>".to_owned(), title: "Tab\there".to_owned(), ..item(3) };
    world.listed(&[item(1), book, bare]).await;
    world.cycle().await;
    world.listed(&[item(4)]).await;
    let (text, _) = download(world.seller(SELLER)).await;
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    let column = |name: &str| rows[0].iter().position(|column| *column == name).unwrap();
    let cells = |name: &str| rows[1..].iter().map(|row| row[column(name)]).collect::<Vec<_>>();
    assert_eq!(cells("sku"), ["SKU-1", "SKU-2", "SKU-3", "SKU-4"]);
    assert_eq!(cells("export-status"), ["EXPORTABLE", "EXPORTABLE", "NOT_EXPORTABLE", "PENDING"]);
    assert_eq!(cells("eligible-country-count"), ["210", "209", "0", "0"]);
    assert_eq!(cells("ineligible-countries")[1], "CA");
    assert_eq!(cells("reason-codes"), ["", "MEDIA_BOOK", "EXP_CONTENT_MISSING", ""]);
    assert_eq!(cells("missing-content"), ["no", "no", "yes", "no"]);
    assert_eq!(cells("next-evaluation"), ["2026-11-01T00:00:00Z"; 4]);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
}

#[tokio::test]
async fn a_long_report_comes_in_chunks_of_at_most_64_kib() {
    let world = World::start().await;
    let items: Vec<_> = (0..2_000).map(item).collect();
    world.list(&items).await;
    soon("all items are known", async || {
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM items").fetch_one(&world.pool).await.unwrap()
            == 2_000
    })
    .await;
    let (text, sizes) = download(world.operator()).await;
    assert_eq!(text.lines().count(), 2_001);
    assert!(sizes.len() > 1 && sizes.iter().all(|size| *size <= 64 * 1024), "{sizes:?}");
}

#[tokio::test]
async fn a_seller_reads_its_own_report_only() {
    let world = World::start().await;
    let request = DownloadExportableInventoryRequest { seller_id: SELLER.to_owned() };
    let refused = world.seller("A1SELLER00002").download_exportable_inventory(request).await.unwrap_err();
    assert_eq!(chassis::reason_of(&refused), Some(wire::ErrorReason::SellerNotAllowed));
}
