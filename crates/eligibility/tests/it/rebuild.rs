//! An eligibility that knows nothing starts from what enrollment's state topic says.

use wire::enrollment::events::v1::{ExportDisabled, ProductExcluded};
use wire::enrollment::state::v1::{EnrollmentState, ExcludedChunk, ExcludedGroup, SellerSettings};
use wire::enrollment::v1 as enrollment;

use crate::support::{SELLER, World, asin, item};

fn settings(version: i64, excluded: &[&str]) -> EnrollmentState {
    let told = enrollment::Enrollment {
        seller_id: SELLER.to_owned(),
        state: enrollment::EnrollmentState::Enabled.into(),
        excluded_country_codes: excluded.iter().map(|code| (*code).to_owned()).collect(),
        settings_version: version,
        ..Default::default()
    };
    SellerSettings { enrollment: Some(told) }.into()
}

fn chunk(version: i64, number: i32, products: &[usize], countries: &[&str]) -> EnrollmentState {
    let group = ExcludedGroup {
        country_codes: countries.iter().map(|code| (*code).to_owned()).collect(),
        asins: products.iter().map(|n| asin(*n)).collect(),
    };
    ExcludedChunk {
        seller_id: SELLER.to_owned(),
        settings_version: version,
        chunk: number,
        groups: if products.is_empty() { Vec::new() } else { vec![group] },
    }
    .into()
}

#[tokio::test]
async fn an_empty_mirror_is_filled_with_what_holds_and_goes_on_from_there() {
    let world = World::start().await;
    world.listed(&[item(1), item(2), item(3)]).await;
    world.cycle().await;
    // Everything that was ever published, as it is before the broker compacts it.
    let key = |chunk: i32| format!("{SELLER}/{chunk:04}");
    world.state(SELLER, settings(1, &[])).await;
    world.state(&key(7), chunk(2, 7, &[1, 3], &[])).await;
    world.state(SELLER, settings(2, &[])).await;
    world.state(&key(7), chunk(3, 7, &[1], &["DE"])).await;
    world.state(&key(8), chunk(2, 8, &[3], &[])).await;
    world.state(&key(8), chunk(3, 8, &[], &[])).await;
    world.state(&key(9), chunk(4, 9, &[2], &[])).await;
    world.state(SELLER, settings(4, &["FR"])).await;
    world.answers("SKU-1", "GB", &["PROGRAM_DISABLED"]).await;

    let _replica = world.replica().await;
    world.answers("SKU-1", "DE", &["SELLER_EXCLUDED_PRODUCT_COUNTRY"]).await;
    world.answers("SKU-1", "GB", &[]).await;
    world.answers("SKU-2", "GB", &["SELLER_EXCLUDED_PRODUCT"]).await;
    world.answers("SKU-3", "GB", &[]).await;
    world.answers("SKU-3", "FR", &["SELLER_EXCLUDED_COUNTRY"]).await;

    // Events up to that version are known already; later ones count.
    let disabled = ExportDisabled { seller_id: SELLER.to_owned(), settings_version: 4, ..Default::default() };
    world.settings(SELLER, disabled).await;
    let excluded = ProductExcluded {
        seller_id: SELLER.to_owned(),
        asin: asin(3),
        country_codes: Vec::new(),
        settings_version: 5,
    };
    world.settings(SELLER, excluded).await;
    world.settings_known(SELLER, 5).await;
    world.answers("SKU-3", "GB", &["SELLER_EXCLUDED_PRODUCT"]).await;
    world.answers("SKU-1", "GB", &[]).await;
}
