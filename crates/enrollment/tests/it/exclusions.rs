//! Countries and products that a seller excludes.

use chassis::reason_of;
use wire::ErrorReason;
use wire::enrollment::events::v1::enrollment_event::Event;
use wire::enrollment::v1::*;

use crate::support::{SELLER, World};

const ASIN: &str = "B000000001";

fn replace(request_id: &str, codes: &[&str], expected: i64) -> ReplaceExcludedCountriesRequest {
    ReplaceExcludedCountriesRequest {
        request_id: request_id.to_owned(),
        seller_id: SELLER.to_owned(),
        country_codes: codes.iter().map(|code| (*code).to_owned()).collect(),
        reason: "distribution agreement".to_owned(),
        expected_settings_version: expected,
        destinations: Vec::new(),
    }
}

fn excluded(destination: &str, grounds: ExclusionGrounds) -> ExcludedDestination {
    ExcludedDestination { destination: destination.to_owned(), grounds: grounds.into() }
}

fn exclude(request_id: &str, asin: &str, codes: &[&str]) -> ExcludeProductRequest {
    ExcludeProductRequest {
        request_id: request_id.to_owned(),
        seller_id: SELLER.to_owned(),
        asin: asin.to_owned(),
        country_codes: codes.iter().map(|code| (*code).to_owned()).collect(),
        reason: "licence".to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn the_list_of_countries_is_replaced_as_a_whole() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    let request = replace("1", &["JP", "DE", "DE"], 1);
    let now = client.replace_excluded_countries(request).await.unwrap().into_inner().enrollment.unwrap();
    assert_eq!(
        (now.excluded_country_codes, now.settings_version),
        (vec!["DE".to_owned(), "JP".to_owned()], 2)
    );
    let none = client.replace_excluded_countries(replace("2", &[], 2)).await.unwrap().into_inner();
    assert!(none.enrollment.unwrap().excluded_country_codes.is_empty());
    let events = world.events(SELLER, 3).await;
    assert!(
        matches!(&events[1].1, Event::CountryExclusionsReplaced(event) if event.country_codes == ["DE", "JP"])
    );
}

#[tokio::test]
async fn settings_that_moved_on_are_not_overwritten() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    client.replace_excluded_countries(replace("1", &["DE"], 1)).await.unwrap();
    let refused = client.replace_excluded_countries(replace("2", &["FR"], 1)).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::VersionConflict));
    client.replace_excluded_countries(replace("3", &["FR"], 0)).await.unwrap();
}

#[tokio::test]
async fn a_product_is_excluded_changed_and_included_again() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    let excluded = client.exclude_product(exclude("1", ASIN, &["FR", "DE"])).await.unwrap().into_inner();
    assert_eq!(excluded.exclusion.unwrap().country_codes, ["DE", "FR"]);
    let same = client.exclude_product(exclude("2", ASIN, &["DE", "FR"])).await.unwrap().into_inner();
    assert!(same.already_applied && same.settings_version == 2);
    let everywhere = client.exclude_product(exclude("3", ASIN, &[])).await.unwrap().into_inner();
    assert!(everywhere.exclusion.unwrap().country_codes.is_empty());
    assert_eq!(world.known(SELLER).await.product_exclusion_count, 1);
    let include = IncludeProductRequest {
        request_id: "4".to_owned(),
        seller_id: SELLER.to_owned(),
        asin: ASIN.to_owned(),
        reason: "licence found".to_owned(),
        sku: String::new(),
    };
    assert_eq!(client.include_product(include.clone()).await.unwrap().into_inner().settings_version, 4);
    let again = IncludeProductRequest { request_id: "5".to_owned(), ..include };
    assert!(client.include_product(again).await.unwrap().into_inner().already_applied);
    let events = world.events(SELLER, 4).await;
    assert!(
        matches!(events[2].1, Event::ProductExcluded(_)) && matches!(events[3].1, Event::ProductIncluded(_))
    );
}

#[tokio::test]
async fn exclusions_are_listed_page_by_page() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    for n in 1..=3 {
        client.exclude_product(exclude(&n.to_string(), &format!("B00000000{n}"), &[])).await.unwrap();
    }
    let list = |page_token: String| ListProductExclusionsRequest {
        seller_id: SELLER.to_owned(),
        page_size: 2,
        page_token,
        country_code: String::new(),
    };
    let first = client.list_product_exclusions(list(String::new())).await.unwrap().into_inner();
    let second = client.list_product_exclusions(list(first.next_page_token)).await.unwrap().into_inner();
    let asins: Vec<_> = first.exclusions.iter().chain(&second.exclusions).map(|x| x.asin.as_str()).collect();
    assert_eq!(asins, ["B000000001", "B000000002", "B000000003"]);
    assert_eq!(second.next_page_token, "");
    let refused = client.list_product_exclusions(list("00".to_owned())).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidPageToken));
}

#[tokio::test]
async fn unknown_countries_products_and_missing_reasons_are_refused_by_field() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    let refused = client.replace_excluded_countries(replace("1", &["DE", "UK"], 0)).await.unwrap_err();
    assert!(refused.message().starts_with("country_codes[1]"), "{refused:?}");
    let refused = client.exclude_product(exclude("2", "not-an-asin", &[])).await.unwrap_err();
    assert!(refused.message().starts_with("asin"), "{refused:?}");
    let request = ExcludeProductRequest { reason: " ".to_owned(), ..exclude("3", ASIN, &[]) };
    let refused = client.exclude_product(request).await.unwrap_err();
    assert!(refused.message().starts_with("reason"), "{refused:?}");
    let refused = client.exclude_product(exclude("", ASIN, &[])).await.unwrap_err();
    assert!(refused.message().starts_with("request_id"), "{refused:?}");
}

#[tokio::test]
async fn regions_stand_for_their_members_and_keep_their_grounds() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    let china = excluded("GREATER_CHINA", ExclusionGrounds::DistributionAgreement);
    let request =
        ReplaceExcludedCountriesRequest { destinations: vec![china.clone()], ..replace("1", &["DE"], 1) };
    let now = client.replace_excluded_countries(request).await.unwrap().into_inner().enrollment.unwrap();
    assert_eq!(now.excluded_country_codes, ["CN", "DE", "HK", "MO", "TW"]);
    assert_eq!(now.excluded_destinations, [excluded("DE", ExclusionGrounds::Unspecified), china.clone()]);
    let patch = PatchExcludedCountriesRequest {
        request_id: "2".to_owned(),
        seller_id: SELLER.to_owned(),
        exclude: vec![excluded("JP", ExclusionGrounds::Risk)],
        include: vec!["DE".to_owned()],
        reason: "new partner".to_owned(),
        expected_settings_version: 2,
    };
    let now = client.patch_excluded_countries(patch.clone()).await.unwrap().into_inner().enrollment.unwrap();
    assert_eq!(now.excluded_destinations, [excluded("JP", ExclusionGrounds::Risk), china]);
    assert_eq!(world.known(SELLER).await, now);
    let events = world.events(SELLER, 3).await;
    assert!(matches!(&events[2].1, Event::CountryExclusionsReplaced(event)
            if event.country_codes == ["CN", "HK", "JP", "MO", "TW"] && event.destinations == ["JP", "GREATER_CHINA"]));

    let again = PatchExcludedCountriesRequest {
        request_id: "3".to_owned(),
        expected_settings_version: 0,
        ..patch.clone()
    };
    assert!(client.patch_excluded_countries(again).await.unwrap().into_inner().already_applied);
    let within = PatchExcludedCountriesRequest {
        request_id: "4".to_owned(),
        include: vec!["TW".to_owned()],
        expected_settings_version: 0,
        ..patch.clone()
    };
    let refused = client.patch_excluded_countries(within).await.unwrap_err();
    assert!(refused.message().contains("TW is in GREATER_CHINA"), "{refused:?}");
    let both = PatchExcludedCountriesRequest { include: vec!["JP".to_owned()], ..patch };
    let refused = client.patch_excluded_countries(both).await.unwrap_err();
    assert!(refused.message().starts_with("include"), "{refused:?}");
}

#[tokio::test]
async fn a_region_is_looked_up_anew_at_every_midnight() {
    // The last day on which the United Kingdom was a member of the European Economic Area.
    let world = World::start_at("2020-01-31T08:00:00Z").await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    let area = excluded("EEA", ExclusionGrounds::Unspecified);
    let request = ReplaceExcludedCountriesRequest { destinations: vec![area], ..replace("1", &[], 1) };
    let now = client.replace_excluded_countries(request).await.unwrap().into_inner().enrollment.unwrap();
    assert_eq!(now.excluded_country_codes.len(), 31);
    world.time.move_to("2020-02-01T00:00:00Z");
    let events = world.events(SELLER, 3).await;
    let Event::CountryExclusionsReplaced(event) = &events[2].1 else { panic!("{events:?}") };
    assert!(event.country_codes.len() == 30 && !event.country_codes.contains(&"GB".to_owned()), "{event:?}");
    let request = ListHistoryRequest { seller_id: SELLER.to_owned(), ..Default::default() };
    let changes = client.list_history(request).await.unwrap().into_inner().changes;
    assert_eq!(changes[2].channel(), Channel::Programme);
    assert_eq!(changes[2].changed_by, "programme:region-membership");
}

#[tokio::test]
async fn a_list_that_an_older_version_replaced_is_what_it_wrote() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    let china = excluded("GREATER_CHINA", ExclusionGrounds::Risk);
    let request = ReplaceExcludedCountriesRequest { destinations: vec![china], ..replace("1", &[], 1) };
    client.replace_excluded_countries(request).await.unwrap();
    // As a version writes that knows of countries only.
    let update = "UPDATE sellers SET excluded_countries = 'DE|FR' WHERE seller_id = $1";
    sqlx::query(update).bind(SELLER).execute(&world.pool).await.unwrap();
    let expected = ["DE", "FR"].map(|code| excluded(code, ExclusionGrounds::Unspecified));
    assert_eq!(world.known(SELLER).await.excluded_destinations, expected);
}

#[tokio::test]
async fn regions_are_listed_with_the_members_of_a_time() {
    let world = World::start().await;
    let time = Some(wire::convert::timestamp("2020-01-31T00:00:00Z".parse().unwrap()));
    let mut client = world.seller(SELLER);
    let members = |regions: &[Region]| {
        regions.iter().find(|region| region.region == "EEA").unwrap().country_codes.len()
    };
    let then = client.list_regions(ListRegionsRequest { time }).await.unwrap().into_inner().regions;
    let now = client.list_regions(ListRegionsRequest { time: None }).await.unwrap().into_inner().regions;
    assert_eq!((members(&then), members(&now), now.len()), (31, 30, 14));
    assert!(now.iter().all(|region| !region.name.is_empty() && !region.name_zh.is_empty()));
}
