//! What the ledger and the history answer about the past.

use chassis::reason_of;
use futures::TryStreamExt;
use wire::ErrorReason;
use wire::convert::timestamp;
use wire::enrollment::v1::*;

use crate::support::{Client, SELLER, TERMS, World};

const DAYS: [&str; 4] =
    ["2026-10-02T00:00:00Z", "2026-10-03T00:00:00Z", "2026-10-04T00:00:00Z", "2026-10-05T00:00:00Z"];

/// Disabled on the first of [`DAYS`], enabled on the second by an operator, revoked on the third; now it is the fourth.
async fn three_changes(world: &World) {
    world.enrolled().await;
    let (mut seller, mut operator) = (world.seller(SELLER), world.operator());
    let (request_id, seller_id) = (|n: u8| n.to_string(), SELLER.to_owned());
    world.time.move_to(DAYS[0]);
    let (id, reason) = (seller_id.clone(), "holidays\tand\nmore".to_owned());
    seller
        .disable_export(DisableExportRequest { request_id: request_id(1), seller_id: id, reason })
        .await
        .unwrap();
    world.time.move_to(DAYS[1]);
    let enable = EnableExportRequest {
        request_id: request_id(2),
        seller_id: seller_id.clone(),
        accepted_terms_version: TERMS.to_owned(),
        reason: "asked by telephone".to_owned(),
    };
    operator.enable_export(enable).await.unwrap();
    world.time.move_to(DAYS[2]);
    let reason = "no more".to_owned();
    seller
        .revoke_authority(RevokeAuthorityRequest { request_id: request_id(3), seller_id, reason })
        .await
        .unwrap();
    world.time.move_to(DAYS[3]);
}

async fn as_of(client: &mut Client, time: &str) -> GetAuthorityAsOfResponse {
    let time = Some(timestamp(time.parse().unwrap()));
    let request = GetAuthorityAsOfRequest { seller_id: SELLER.to_owned(), time, min_settings_version: 0 };
    client.get_authority_as_of(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn the_ledger_answers_for_any_moment_as_it_stood_then() {
    let world = World::start().await;
    three_changes(&world).await;
    let mut client = world.seller(SELLER);
    assert_eq!(as_of(&mut client, "2026-09-30T00:00:00Z").await.authority, None);
    let first = as_of(&mut client, "2026-10-01T23:59:59.999Z").await.authority.unwrap();
    assert_eq!((first.channel(), first.ended_time, first.revoked), (Channel::Registration, None, false));
    assert_eq!(first.granted_by, "programme:default-enrolment");
    // From the moment of the change on.
    assert_eq!(as_of(&mut client, DAYS[0]).await.authority, None);
    let second = as_of(&mut client, DAYS[1]).await.authority.unwrap();
    assert_eq!((second.channel(), second.revoked_time), (Channel::Operator, None));
    assert_ne!(first.authority_id, second.authority_id);
    let now = as_of(&mut client, DAYS[3]).await;
    assert_eq!((now.authority, now.settings_version), (None, 6));

    let request = GetAuthorityRequest { authority_id: first.authority_id };
    let today = client.get_authority(request).await.unwrap().into_inner().authority.unwrap();
    assert_eq!((today.revoked_by.as_str(), today.revoked), ("seller:A1SELLER00001", true));
    assert_eq!(today.revoked_time, Some(timestamp(DAYS[2].parse().unwrap())));
}

#[tokio::test]
async fn the_ledger_knows_nothing_of_the_future() {
    let world = World::start().await;
    world.enrolled().await;
    let time = Some(timestamp("2026-10-01T08:00:01Z".parse().unwrap()));
    let request = GetAuthorityAsOfRequest { seller_id: SELLER.to_owned(), time, min_settings_version: 0 };
    let refused = world.operator().get_authority_as_of(request).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidArgument));
    assert!(refused.message().contains("knows nothing after now"), "{refused}");
}

#[tokio::test]
async fn settings_that_are_not_there_yet_are_no_answer() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    let read =
        |min_settings_version| GetEnrollmentRequest { seller_id: SELLER.to_owned(), min_settings_version };
    client.get_enrollment(read(1)).await.unwrap();
    let refused = client.get_enrollment(read(2)).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::Unavailable));
    let time = Some(timestamp(world.time.now()));
    let ask = GetAuthorityAsOfRequest { seller_id: SELLER.to_owned(), time, min_settings_version: 2 };
    let refused = client.get_authority_as_of(ask).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::Unavailable));
}

#[tokio::test]
async fn the_history_is_listed_and_written_to_a_file() {
    let world = World::start().await;
    three_changes(&world).await;
    let mut client = world.seller(SELLER);
    let mut names = Vec::new();
    let mut request = ListHistoryRequest { seller_id: SELLER.to_owned(), page_size: 4, ..Default::default() };
    loop {
        let page = client.list_history(request.clone()).await.unwrap().into_inner();
        names.extend(page.changes.into_iter().map(|change| (change.settings_version, change.change)));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    let expected = ["ENROLLED", "DISABLED", "ENABLED", "DISABLED", "AUTHORITY_REVOKED", "AUTHORITY_REVOKED"];
    assert_eq!(names, (1..).zip(expected.map(str::to_owned)).collect::<Vec<_>>());

    let request = DownloadHistoryRequest { seller_id: SELLER.to_owned() };
    let pieces: Vec<_> =
        client.download_history(request).await.unwrap().into_inner().try_collect().await.unwrap();
    let file = String::from_utf8(pieces.into_iter().flat_map(|piece| piece.chunk).collect()).unwrap();
    let lines: Vec<Vec<&str>> = file.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(lines.len(), 7, "{file}");
    assert!(lines.iter().all(|line| line.len() == 8), "{file}");
    assert_eq!(lines[2][1..6], [DAYS[0], "DISABLED", "seller:A1SELLER00001", "SELLER", "holidays and more"]);
    let after: serde_json::Value = serde_json::from_str(lines[2][7]).unwrap();
    assert_eq!(after["state"], "DISABLED");
}

#[tokio::test]
async fn what_an_older_version_wrote_has_no_channel_and_is_readable() {
    let world = World::start().await;
    world.enrolled().await;
    // As version 0.1.0 writes beside this one.
    let insert = "INSERT INTO history (seller_id, version, change, at, by, reason, before, after)
                  VALUES ($1, 2, 'COUNTRIES_REPLACED', now(), 'seller:old', 'old', '{}', '{}')";
    sqlx::query(insert).bind(SELLER).execute(&world.pool).await.unwrap();
    let request = ListHistoryRequest { seller_id: SELLER.to_owned(), ..Default::default() };
    let changes = world.operator().list_history(request).await.unwrap().into_inner().changes;
    assert_eq!(changes[1].channel(), Channel::Unspecified);
    assert_eq!(changes[0].channel(), Channel::Registration);
}
