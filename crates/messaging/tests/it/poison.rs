//! Records that cannot be taken: alone to the dead letters, and back.

use bus::OutRecord;
use messaging::Outgoing;
use wire::ops::v1::{
    DropDeadLettersRequest, GetDeadLetterRequest, ListDeadLettersRequest, ReplayDeadLettersRequest,
};
use wire::sellers::events::v1::{SellerRegistered, SellersEvent};

use crate::support::{Effects, Process, World, assert_exactly_once, dead_letters, event, ops_client, time};

/// Events of one key, so of one batch, from several sellers.
fn batch(sellers: &[&str]) -> Vec<Outgoing> {
    let event = |(sequence, seller): (usize, &&str)| {
        let registered = SellerRegistered { seller_id: (*seller).to_owned(), ..Default::default() };
        Outgoing::event::<SellersEvent>("one key", "one key", sequence as i64 + 1, time(), registered)
    };
    sellers.iter().enumerate().map(event).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_and_a_broken_record_become_dead_letters_and_the_rest_commits() {
    let world = World::new().await;
    let effects = Effects::default();
    let mut process = Process::start(&world, &effects);
    world.enqueue(&batch(&["a", "refused", "b", "broken", "c", "d"])).await;
    world.quiet().await;
    assert_exactly_once(&world, 4).await;

    let letters = dead_letters(&mut process).await;
    let mut reasons: Vec<&str> = letters.iter().map(|letter| letter.reason.as_str()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["INTERNAL", "INVALID_RECORD"]);

    let mut client = ops_client(process.ops.as_ref().unwrap().dead_letters.clone());
    let get = GetDeadLetterRequest { dead_letter_id: letters[0].dead_letter_id.clone() };
    let shown = client.get_dead_letter(get).await.unwrap().into_inner();
    assert!(shown.payload_text.contains("broken") || shown.payload_text.contains("refused"), "{shown:?}");
    assert!(shown.headers.contains_key("ce_id"));

    // Nothing was repaired: both stay, tried once more.
    let ids: Vec<String> = letters.iter().map(|letter| letter.dead_letter_id.clone()).collect();
    let replay = |request_id: &str| ReplayDeadLettersRequest {
        request_id: request_id.to_owned(),
        dead_letter_ids: ids.clone(),
    };
    let again = client.replay_dead_letters(replay("r1")).await.unwrap().into_inner();
    assert_eq!((again.applied, again.refused_again), (0, 2));
    assert!(dead_letters(&mut process).await.iter().all(|letter| letter.attempts == 2));

    effects.repair();
    let repeated = client.replay_dead_letters(replay("r1")).await.unwrap().into_inner();
    assert_eq!((repeated.applied, repeated.refused_again), (0, 2), "the same request has the same answer");
    let applied = client.replay_dead_letters(replay("r2")).await.unwrap().into_inner();
    assert_eq!((applied.applied, applied.refused_again), (2, 0));
    assert!(dead_letters(&mut process).await.is_empty());
    assert_eq!(world.count("SELECT count(DISTINCT event_id) FROM effects").await, 6);
    assert_eq!(world.count("SELECT count(*) FROM effects").await, 6);
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_record_amid_good_ones_is_the_only_one_that_has_no_effect() {
    let world = World::new().await;
    let effects = Effects::default();
    let mut process = Process::start(&world, &effects);
    let good = |sequence| {
        let registered = SellerRegistered { seller_id: "good".to_owned(), ..Default::default() };
        OutRecord::event::<SellersEvent>(&world.bus(), "good", "good", sequence, "test", time(), registered)
    };
    let mut records: Vec<OutRecord> = (1..=9).map(good).collect();
    records[4].payload = b"\xff\xff\xff not protobuf".to_vec();
    world.producer().await.send_all(records).await.unwrap();
    world.quiet().await;
    assert_exactly_once(&world, 8).await;
    let letters = dead_letters(&mut process).await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].reason, "MALFORMED_RECORD");
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_dead_letter_is_gone_and_who_dropped_it_is_kept() {
    let world = World::new().await;
    let effects = Effects::default();
    let mut process = Process::start(&world, &effects);
    world.enqueue(&batch(&["refused 1", "refused 2", "refused 3"])).await;
    world.quiet().await;
    let letters = dead_letters(&mut process).await;
    let mut client = ops_client(process.ops.as_ref().unwrap().dead_letters.clone());

    let page =
        ListDeadLettersRequest { page_size: 2, reason: "INVALID_RECORD".to_owned(), ..Default::default() };
    let first = client.list_dead_letters(page.clone()).await.unwrap().into_inner();
    assert_eq!((first.dead_letters.len(), first.total), (2, 3));
    let page = ListDeadLettersRequest { page_token: first.next_page_token.clone(), ..page };
    let second = client.list_dead_letters(page).await.unwrap().into_inner();
    assert_eq!((second.dead_letters.len(), second.next_page_token.as_str()), (1, ""));
    let foreign = ListDeadLettersRequest { page_token: first.next_page_token, ..Default::default() };
    let refused = client.list_dead_letters(foreign).await.unwrap_err();
    assert_eq!(chassis::reason_of(&refused), Some(wire::ErrorReason::InvalidPageToken));

    let drop = DropDeadLettersRequest {
        request_id: "d1".to_owned(),
        dead_letter_ids: vec![letters[0].dead_letter_id.clone()],
        reason: "a test record".to_owned(),
    };
    for _repeat in 0..2 {
        assert_eq!(client.drop_dead_letters(drop.clone()).await.unwrap().into_inner().dropped, 1);
    }
    assert_eq!(dead_letters(&mut process).await.len(), 2);
    let kept = "SELECT count(*) FROM messaging.dropped_letters
                WHERE dropped_by = 'operator:test' AND drop_reason = 'a test record'";
    assert_eq!(world.count(kept).await, 1);
    let unknown = GetDeadLetterRequest { dead_letter_id: letters[0].dead_letter_id.clone() };
    let gone = client.get_dead_letter(unknown).await.unwrap_err();
    assert_eq!(chassis::reason_of(&gone), Some(wire::ErrorReason::DeadLetterNotFound));
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_of_a_dead_letter_is_no_second_dead_letter() {
    let world = World::new().await;
    let mut process = Process::start(&world, &Effects::default());
    let refused = [event("refused", 1)];
    world.enqueue(&refused).await;
    world.enqueue(&refused).await;
    world.quiet().await;
    assert_eq!(dead_letters(&mut process).await.len(), 1);
    process.stop().await;
}
