//! What the built-in sample must cover.

use std::collections::BTreeSet;

use kernel::{Country, MarketplaceId};
use simulator::import::{Inputs, load};
use simulator::world::{Consignee, World};
use wire::catalog::events::v1::ProductGroup;

fn sample() -> World {
    load(&Inputs { seed: 1, ..Inputs::default() }).unwrap()
}

#[test]
fn no_row_of_the_sample_is_refused() {
    for report in sample().reports {
        assert_eq!(report.refused_total(), 0, "{report}\n{:?}", report.errors);
    }
}

#[test]
fn there_are_300_products_of_8_sellers_and_1000_orders_to_60_countries() {
    let world = sample();
    let sellers: BTreeSet<_> = world.products.iter().map(|product| product.seller).collect();
    let countries: BTreeSet<Country> = world.orders.iter().map(|order| order.consignee.country()).collect();
    assert!(world.products.len() >= 300 && sellers.len() >= 8);
    assert!(world.orders.len() >= 1_000 && countries.len() >= 60, "{}", countries.len());
}

#[test]
fn every_family_of_the_programme_is_declared_by_a_product() {
    let world = sample();
    let declared: BTreeSet<&str> = world
        .products
        .iter()
        .flat_map(|product| product.declared_families.iter().map(String::as_str))
        .collect();
    for family in [
        "ADULT",
        "ALCOHOL",
        "ANIMAL",
        "BABY",
        "BREWING",
        "CHEMICAL",
        "CRYPTO",
        "DRUG_PARAPHERNALIA",
        "FOOD",
        "GAMBLING",
        "IMITATION_CURRENCY",
        "LASER_POINTER",
        "MEDICAL_DEVICE",
        "PLANT",
        "SURVEILLANCE",
        "WEAPON",
        "WEAPON_PART",
    ] {
        assert!(declared.contains(family), "{family}");
    }
    assert!(world.products.iter().any(|product| product.dangerous_goods.used_oil));
}

#[test]
fn every_media_group_and_everything_that_can_be_missing_is_there() {
    let products = sample().products;
    for group in [ProductGroup::Book, ProductGroup::Music, ProductGroup::Video, ProductGroup::Dvd] {
        assert!(products.iter().any(|product| product.group == group), "{group:?}");
    }
    assert!(
        products.iter().any(|product| product.description.is_empty() && product.bullet_points.is_empty())
    );
    assert!(products.iter().any(|product| product.dimensions.is_none()));
    assert!(products.iter().any(|product| product.weight.is_none()));
    assert!(products.iter().any(|product| product.hs_code.is_none()));
    assert!(products.iter().any(|product| product.origin.is_none()));
    for un in ["UN3480", "UN3481", "UN3090", "UN3091"] {
        assert!(products.iter().any(|product| product.dangerous_goods.un_number == un), "{un}");
    }
}

#[test]
fn orders_that_must_be_refused_are_among_them() {
    let world = sample();
    let to = |code: &str| world.orders.iter().any(|order| order.consignee.country().as_str() == code);
    assert!(["CU", "IR", "KP", "SY", "US"].into_iter().all(to));
    assert!(world.orders.iter().any(|order| order.marketplace != MarketplaceId::US));
    assert!(
        world.orders.iter().any(|order| order.lines.iter().any(|line| line.sku.as_str() == "NO-SUCH-SKU"))
    );
    assert!(world.orders.iter().any(|order| world.sellers.iter().all(|seller| seller.id != order.seller)));
    let named = |name: &str| {
        world
            .orders
            .iter()
            .any(|order| matches!(&order.consignee, Consignee::Given(to, _) if to.name() == name))
    };
    assert!(named("Ottoline Marshwell"), "the fictional denied party");
    assert!(world.orders.iter().any(|order| order.cancelled_after.is_some()));
    assert!(world.orders.iter().any(|order| order.lines.iter().any(|line| !line.discount.is_zero())));
}
