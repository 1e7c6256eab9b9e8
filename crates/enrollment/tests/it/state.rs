//! The state topic: whoever reads all of it knows what holds.

use std::collections::BTreeMap;

use testbed::Said;
use wire::enrollment::state::v1::enrollment_state::Event;
use wire::enrollment::state::v1::{EnrollmentState, ExcludedChunk};
use wire::enrollment::v1::*;

use crate::support::{Client, SELLER, World};

/// What a consumer knows of [`SELLER`] that has read everything.
#[derive(Debug, Clone, Default, PartialEq)]
struct Known {
    settings: Option<Enrollment>,
    chunks: BTreeMap<String, ExcludedChunk>,
}

impl Known {
    fn hear(&mut self, key: &str, event: Event) {
        match event {
            Event::SellerSettings(told) => {
                let enrollment = told.enrollment.unwrap();
                // By then all chunks up to this version have been read.
                assert!(
                    self.settings
                        .as_ref()
                        .is_none_or(|known| { known.settings_version <= enrollment.settings_version })
                );
                let products: usize = self.products().len();
                assert_eq!(i64::try_from(products).unwrap(), enrollment.product_exclusion_count);
                self.settings = Some(enrollment);
            }
            Event::ExcludedChunk(chunk) => {
                assert_eq!(key, format!("{}/{:04}", chunk.seller_id, chunk.chunk));
                self.chunks.insert(key.to_owned(), chunk);
            }
        }
    }

    fn version(&self) -> i64 {
        self.settings.as_ref().map_or(0, |settings| settings.settings_version)
    }

    /// Excluded products and their countries.
    fn products(&self) -> BTreeMap<String, Vec<String>> {
        let groups = self.chunks.values().flat_map(|chunk| &chunk.groups);
        let of = |group: &wire::enrollment::state::v1::ExcludedGroup| {
            group.asins.iter().map(|asin| (asin.clone(), group.country_codes.clone())).collect::<Vec<_>>()
        };
        groups.flat_map(of).collect()
    }
}

/// Reads all there is, until the settings have a version.
async fn known(world: &World, version: i64) -> Known {
    let records = world
        .state(
            |said: Said<EnrollmentState>| Some((said.key, said.event.event.unwrap())),
            |records| {
                let last = records.iter().rev().find_map(|(_, event)| match event {
                    Event::SellerSettings(told) => told.enrollment.as_ref(),
                    Event::ExcludedChunk(_) => None,
                });
                last.is_some_and(|settings| settings.settings_version == version)
            },
        )
        .await;
    let mut known = Known::default();
    records.into_iter().for_each(|(key, event)| known.hear(&key, event));
    known
}

async fn asked(client: &mut Client) -> Enrollment {
    let request = GetEnrollmentRequest { seller_id: SELLER.to_owned(), min_settings_version: 0 };
    client.get_enrollment(request).await.unwrap().into_inner().enrollment.unwrap()
}

async fn exclude(client: &mut Client, asin: &str, countries: &[&str]) {
    let request = ExcludeProductRequest {
        request_id: format!("{asin}/{}", countries.len()),
        seller_id: SELLER.to_owned(),
        asin: asin.to_owned(),
        country_codes: countries.iter().map(|code| (*code).to_owned()).collect(),
        reason: "licence".to_owned(),
        ..Default::default()
    };
    client.exclude_product(request).await.unwrap();
}

#[tokio::test]
async fn what_is_published_last_is_what_holds() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    for asin in ["B000000001", "B000000002", "B000000003"] {
        exclude(&mut client, asin, &["FR", "DE"]).await;
    }
    exclude(&mut client, "B000000003", &[]).await;
    let known_now = known(&world, 5).await;
    let holds = asked(&mut client).await;
    assert_eq!(known_now.settings, Some(holds));
    let countries = vec!["DE".to_owned(), "FR".to_owned()];
    let expected = [("B000000001", countries.clone()), ("B000000002", countries), ("B000000003", Vec::new())];
    let expected: BTreeMap<String, Vec<String>> =
        expected.map(|(asin, countries)| (asin.to_owned(), countries)).into();
    assert_eq!(known_now.products(), expected);

    let include = IncludeProductRequest {
        request_id: "back".to_owned(),
        seller_id: SELLER.to_owned(),
        asin: "B000000002".to_owned(),
        reason: "licensed".to_owned(),
        ..Default::default()
    };
    client.include_product(include).await.unwrap();
    let (request_id, reason) = ("off".to_owned(), "holidays".to_owned());
    let disable = DisableExportRequest { request_id, seller_id: SELLER.to_owned(), reason };
    client.disable_export(disable).await.unwrap();
    let known_now = known(&world, 7).await;
    assert_eq!(known_now.settings, Some(asked(&mut client).await));
    assert_eq!(known_now.products().into_keys().collect::<Vec<_>>(), ["B000000001", "B000000003"]);
    assert_eq!(known_now.version(), 7);
}

#[tokio::test]
async fn what_an_older_version_changes_is_published_too() {
    let world = World::start().await;
    world.enrolled().await;
    known(&world, 1).await;
    // As version 0.3.0 does, which knows nothing of the state topic.
    let mut change = world.pool.begin().await.unwrap();
    let save = "UPDATE sellers SET settings_version = 2, product_exclusion_count = 1 WHERE seller_id = $1";
    sqlx::query(save).bind(SELLER).execute(&mut *change).await.unwrap();
    let exclude =
        "INSERT INTO product_exclusions (seller_id, asin, countries, reason, changed_at, changed_by)
                   VALUES ($1, 'B000000009', 'DE', 'old', now(), 'seller:old')";
    sqlx::query(exclude).bind(SELLER).execute(&mut *change).await.unwrap();
    change.commit().await.unwrap();
    let products = known(&world, 2).await.products();
    assert_eq!(products, [("B000000009".to_owned(), vec!["DE".to_owned()])].into());
}

#[tokio::test]
async fn a_long_list_is_whole_when_its_settings_are_read() {
    let world = World::start().await;
    world.enrolled().await;
    let mut change = world.pool.begin().await.unwrap();
    let save = "UPDATE sellers SET settings_version = 2, product_exclusion_count = 5000 WHERE seller_id = $1";
    sqlx::query(save).bind(SELLER).execute(&mut *change).await.unwrap();
    let exclude = "INSERT INTO product_exclusions (seller_id, asin, countries, reason, changed_at, changed_by)
                   SELECT $1, 'B' || lpad(n::text, 9, '0'), '', '', now(), 'seller:old' FROM generate_series(1, 5000) AS n";
    sqlx::query(exclude).bind(SELLER).execute(&mut *change).await.unwrap();
    change.commit().await.unwrap();
    let known = known(&world, 2).await;
    assert_eq!(known.products().len(), 5_000);
    assert!(known.chunks.len() > 900, "spread over {} chunks", known.chunks.len());
    let longest = known.chunks.values().flat_map(|chunk| &chunk.groups).map(|group| group.asins.len()).max();
    assert!(longest.unwrap() < 30, "{longest:?} of some five in one chunk");
}
