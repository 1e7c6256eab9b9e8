//! All verdicts of one moment.

use std::collections::{BTreeMap, BTreeSet};

use chassis::{Role, reason_of};
use testbed::soon;
use wire::ErrorReason;
use wire::catalog::events::v1::{ItemListed, ProductGroup};
use wire::eligibility::v1::*;

use crate::support::{Client, SELLER, World, asin, item, oversize};

/// Verdicts that fill several messages and more than what is under way on a connection.
const MANY: usize = 20_000;

impl World {
    /// Everything a stream brings, which must be whole.
    pub(crate) async fn snapshot(&self, country_code: &str) -> BTreeMap<String, StandingVerdict> {
        let request = StreamVerdictsRequest { country_code: country_code.to_owned(), ..Default::default() };
        let mut stream = self.operator().stream_verdicts(request).await.unwrap().into_inner();
        let (mut verdicts, mut count) = (Vec::new(), None);
        while let Some(message) = stream.message().await.unwrap() {
            assert!(message.verdicts.len() <= 500 && count.is_none(), "nothing follows the last message");
            verdicts.extend(message.verdicts);
            count = message.verdict_count;
        }
        assert_eq!(count, Some(i64::try_from(verdicts.len()).unwrap()));
        let by_asin: BTreeMap<_, _> =
            verdicts.into_iter().map(|verdict| (verdict.asin.clone(), verdict)).collect();
        assert_eq!(count, Some(i64::try_from(by_asin.len()).unwrap()), "each ASIN once");
        by_asin
    }

    /// Writes many more verdicts, which go everywhere, beside those of a cycle.
    async fn multiply(&self) {
        let rows = "INSERT INTO verdict_rows (slice, asin, version, announce, state, eligible, size_tier, codes, warnings,
                                              facts, evidence, rule_set_id, evaluated_at)
                    SELECT 16 * generation + shard_of(asin), asin, 1, false, 'EXPORTABLE', decode(repeat('ff', 85), 'hex'),
                           '', '', '', decode(repeat('00', 32), 'hex'), '', standing.rule_set_id, now()
                      FROM standing, (SELECT 'BC' || lpad(n::text, 8, '0') AS asin FROM generate_series(1, $1) AS n) AS new";
        sqlx::query(rows).bind(i32::try_from(MANY).unwrap()).execute(&self.pool).await.unwrap();
    }
}

#[tokio::test]
async fn the_stream_says_what_single_verdicts_say_and_how_many_events_led_to_them() {
    let world = World::start().await;
    let book = ItemListed { product_group: ProductGroup::Book.into(), ..item(2) };
    world.listed(&[item(1), book, oversize(3, 1), ItemListed { package_dimensions: None, ..item(4) }]).await;
    world.cycle().await;
    world.listed(&[oversize(1, 2), item(5)]).await;
    soon("the change counts", async || world.verdict(&asin(1)).await.state() == VerdictState::NotExportable)
        .await;
    let snapshot = world.snapshot("").await;
    assert_eq!(snapshot.keys().cloned().collect::<Vec<_>>(), (1..=4).map(asin).collect::<Vec<_>>());
    for (asin, told) in &snapshot {
        let verdict = world.verdict(asin).await;
        let expected = StandingVerdict {
            asin: asin.clone(),
            version: told.version,
            state: verdict.state,
            eligible_country_codes: verdict.eligible_country_codes,
            size_tier: verdict.size_tier,
            rule_set_version: verdict.rule_set_version,
            evaluated_time: verdict.evaluated_time,
        };
        assert_eq!(*told, expected);
        let events = world.verdict_events(asin, usize::try_from(told.version).unwrap()).await;
        let (sequence, last) = events.last().unwrap();
        assert_eq!((*sequence, &last.eligible_country_codes), (told.version, &told.eligible_country_codes));
    }
    assert_eq!((snapshot[&asin(1)].version, snapshot[&asin(2)].version), (2, 1));
    let to_canada: Vec<_> = world.snapshot("CA").await.into_keys().collect();
    assert_eq!(to_canada, Vec::<String>::new());
    assert_eq!(world.snapshot("DE").await.into_keys().collect::<Vec<_>>(), [asin(2)]);
}

#[tokio::test]
async fn what_changes_while_it_is_sent_is_not_in_it() {
    let world = World::start().await;
    world.listed(&(0..40).map(item).collect::<Vec<_>>()).await;
    world.cycle().await;
    world.multiply().await;
    let mut stream =
        world.operator().stream_verdicts(StreamVerdictsRequest::default()).await.unwrap().into_inner();
    let first = stream.message().await.unwrap().unwrap();
    world.listed(&(0..40).map(|n| oversize(n, 2)).collect::<Vec<_>>()).await;
    let mut verdicts = first.verdicts;
    while let Some(message) = stream.message().await.unwrap() {
        verdicts.extend(message.verdicts);
    }
    assert_eq!(verdicts.len(), MANY + 40);
    assert!(
        verdicts.iter().all(|verdict| (verdict.version, verdict.state()) == (1, VerdictState::Exportable))
    );
    let changed = world.snapshot("").await.into_values().filter(|verdict| verdict.version == 2);
    assert_eq!(changed.count(), 40);
}

#[tokio::test]
async fn a_stream_that_broke_off_goes_on_where_it_was() {
    let world = World::start().await;
    world.listed(&[item(1)]).await;
    world.cycle().await;
    world.multiply().await;
    let mut stream =
        world.operator().stream_verdicts(StreamVerdictsRequest::default()).await.unwrap().into_inner();
    let (mut asins, mut resume_token) = (Vec::new(), String::new());
    for _ in 0..7 {
        let message = stream.message().await.unwrap().unwrap();
        asins.extend(message.verdicts.into_iter().map(|verdict| verdict.asin));
        resume_token = message.resume_token;
    }
    drop(stream);
    let request = StreamVerdictsRequest { resume_token: resume_token.clone(), ..Default::default() };
    let mut stream = world.operator().stream_verdicts(request).await.unwrap().into_inner();
    let (before, mut count) = (asins.len(), None);
    while let Some(message) = stream.message().await.unwrap() {
        asins.extend(message.verdicts.into_iter().map(|verdict| verdict.asin));
        count = message.verdict_count;
    }
    assert_eq!(count, Some(i64::try_from(asins.len() - before).unwrap()));
    assert_eq!((asins.len(), asins.iter().collect::<BTreeSet<_>>().len()), (MANY + 1, MANY + 1));

    let other = StreamVerdictsRequest { country_code: "DE".to_owned(), resume_token };
    let refused = world.operator().stream_verdicts(other).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidPageToken));
}

#[tokio::test]
async fn a_server_sends_few_at_a_time_and_to_few() {
    let world = World::start().await;
    let refused = world.seller(SELLER).stream_verdicts(StreamVerdictsRequest::default()).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::RoleNotAllowed));
    world.listed(&[item(1)]).await;
    world.cycle().await;
    world.multiply().await;
    let mut client = Client::new(world.service.caller(Role::Storefront));
    let mut streams = Vec::new();
    for _ in 0..2 {
        streams.push(client.stream_verdicts(StreamVerdictsRequest::default()).await.unwrap());
    }
    let refused = client.stream_verdicts(StreamVerdictsRequest::default()).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::Overloaded));
    drop(streams);
    soon("a place is free", async || client.stream_verdicts(StreamVerdictsRequest::default()).await.is_ok())
        .await;
}
