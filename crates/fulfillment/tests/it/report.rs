//! The shipments report.

use futures::TryStreamExt as _;
use jiff::SignedDuration;
use wire::ErrorReason;
use wire::convert::timestamp;
use wire::fulfillment::v1::DownloadShipmentsReportRequest;

use crate::support::{SELLER, World, now};

fn request(days: i64, seller: &str, country: &str) -> DownloadShipmentsReportRequest {
    DownloadShipmentsReportRequest {
        from_time: Some(timestamp(now())),
        to_time: Some(timestamp(now() + SignedDuration::from_hours(24 * days))),
        seller_id: seller.to_owned(),
        country_code: country.to_owned(),
    }
}

async fn download(client: &mut crate::support::Client, request: DownloadShipmentsReportRequest) -> String {
    let stream = client.download_shipments_report(request).await.unwrap().into_inner();
    let chunks: Vec<_> = stream.try_collect().await.unwrap();
    assert!(chunks.iter().all(|chunk| chunk.chunk.len() <= 65_536));
    String::from_utf8(chunks.into_iter().flat_map(|chunk| chunk.chunk).collect()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_lists_what_was_dispatched() {
    let world = World::start().await;
    world.dispatched(1).await;
    world.dispatched(2).await;
    world.released(3).await;
    let mut seller = world.seller(SELLER);
    let text = download(&mut seller, request(31, SELLER, "DE")).await;
    let rows: Vec<Vec<&str>> = text.lines().map(|row| row.split('\t').collect()).collect();
    assert_eq!((rows.len(), rows[0].len()), (3, 48));
    assert_eq!((rows[1][13], rows[1][14], rows[1][31]), ("SHIRT", "A SHIRT", "DE"));
    assert_eq!((rows[1][24], rows[1][26]), ("Erika Mustermann", "Hinterhaus"));
    let elsewhere = download(&mut seller, request(31, SELLER, "FR")).await;
    assert_eq!(elsewhere.lines().count(), 1, "the header alone");
    let everyone = download(&mut world.operator(), request(31, "", "")).await;
    assert_eq!(everyone, text);

    let too_long = seller.download_shipments_report(request(32, SELLER, "")).await.unwrap_err();
    assert_eq!(chassis::reason_of(&too_long), Some(ErrorReason::InvalidArgument));
    let of_all = seller.download_shipments_report(request(31, "", "")).await.unwrap_err();
    assert_eq!(chassis::reason_of(&of_all), Some(ErrorReason::SellerNotAllowed));
}
