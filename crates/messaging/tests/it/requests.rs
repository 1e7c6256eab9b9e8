//! Idempotent calls.

use messaging::{Once, RequestKey, requests};
use wire::ErrorReason;
use wire::ops::v1::DropDeadLettersResponse;

use crate::support::{World, time};

fn key<'a>(request_id: &'a str, content: &'a [u8]) -> RequestKey<'a> {
    RequestKey { principal: "operator:ada", method: "Drop", request_id, content }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_gets_the_first_answer_and_another_content_is_an_error() {
    let world = World::new().await;
    let mut tx = world.pool.begin().await.unwrap();
    let once = requests::once::<DropDeadLettersResponse>(&mut tx, key("r1", b"a"), time()).await.unwrap();
    let Once::First(ticket) = once else { panic!("nobody called before") };
    requests::remember(&mut tx, ticket, &DropDeadLettersResponse { dropped: 3 }).await.unwrap();
    tx.commit().await.unwrap();

    let mut db = world.pool.acquire().await.unwrap();
    let again = requests::once::<DropDeadLettersResponse>(&mut db, key("r1", b"a"), time()).await.unwrap();
    assert!(matches!(again, Once::Repeat(answer) if answer.dropped == 3));
    let reused =
        requests::once::<DropDeadLettersResponse>(&mut db, key("r1", b"b"), time()).await.unwrap_err();
    assert_eq!(reused.reason, ErrorReason::RequestIdReused);
    let missing =
        requests::once::<DropDeadLettersResponse>(&mut db, key("", b"b"), time()).await.unwrap_err();
    assert_eq!(missing.reason, ErrorReason::InvalidArgument);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_calls_at_once_one_works_and_the_other_gets_its_answer() {
    let world = World::new().await;
    let call = || async {
        let mut tx = world.pool.begin().await.unwrap();
        let once = requests::once::<DropDeadLettersResponse>(&mut tx, key("r1", b"a"), time()).await.unwrap();
        match once {
            Once::Repeat(answer) => (false, answer.dropped),
            Once::First(ticket) => {
                requests::remember(&mut tx, ticket, &DropDeadLettersResponse { dropped: 7 }).await.unwrap();
                tx.commit().await.unwrap();
                (true, 7)
            }
        }
    };
    let (a, b, c) = tokio::join!(call(), call(), call());
    assert_eq!([a, b, c].iter().filter(|(worked, _)| *worked).count(), 1);
    assert!([a, b, c].iter().all(|(_, dropped)| *dropped == 7));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_rolled_back_was_never_made() {
    let world = World::new().await;
    for _attempt in 0..2 {
        let mut tx = world.pool.begin().await.unwrap();
        let once = requests::once::<DropDeadLettersResponse>(&mut tx, key("r1", b"a"), time()).await.unwrap();
        assert!(matches!(once, Once::First(_)));
        tx.rollback().await.unwrap();
    }
}
