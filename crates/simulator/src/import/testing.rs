//! A small world for the importers' tests.
#![allow(clippy::unwrap_used)]

use kernel::{Asin, Currency, FcCode, Money, SellerId, Sku, Weight, YearMonth};
use rust_decimal::Decimal;
use wire::catalog::events::v1::{DangerousGoods, ProductGroup};

use super::assortment::Assortment;
use super::fnsku::label;
use super::tables;
use crate::chance::Chance;
use crate::world::{Behaviour, Holding, Product, RateTable, Seller};

pub(crate) fn month() -> YearMonth {
    YearMonth::new(2025, 10).unwrap()
}

/// Two sellers of the sample.
pub(crate) fn sellers() -> Vec<SellerId> {
    tables::sellers().unwrap().iter().take(2).map(|seller| seller.id).collect()
}

/// Round rates: 0.80 pounds, 0.90 euros, 150 yen and 88 rupees a dollar.
pub(crate) fn rates() -> RateTable {
    let mut table = RateTable::default();
    for (code, rate) in [("GBP", 80), ("EUR", 90), ("JPY", 15_000), ("INR", 8_800)] {
        table.put(month(), Currency::parse(code).unwrap(), Decimal::new(rate, 2));
    }
    table
}

pub(crate) fn behaviour() -> Behaviour {
    tables::behaviour().unwrap()
}

/// Plain products of the two sellers.
pub(crate) fn assortment() -> Assortment {
    let ids = sellers();
    let sellers: Vec<Seller> =
        tables::sellers().unwrap().into_iter().filter(|seller| ids.contains(&seller.id)).collect();
    let products: Vec<Product> = ids.iter().flat_map(|id| (0..5).map(|n| product(*id, n))).collect();
    Assortment::new(Chance::new(1), &sellers, &products).unwrap()
}

fn product(seller: SellerId, n: u32) -> Product {
    let sku = Sku::parse(&format!("T-{n}")).unwrap();
    Product {
        seller,
        fnsku: label(seller, &sku).unwrap(),
        sku,
        asin: Asin::parse(&format!("B0000000{n:02}")).unwrap(),
        title: "Cup".into(),
        description: "A cup".into(),
        bullet_points: Vec::new(),
        group: ProductGroup::Other,
        category: "Kitchen".into(),
        dimensions: None,
        weight: Some(Weight::from_grams(200).unwrap()),
        hs_code: None,
        origin: None,
        price: Money::usd(500),
        manufacturing_cost: None,
        dangerous_goods: DangerousGoods::default(),
        declared_families: Vec::new(),
        media_region: String::new(),
        stock: vec![Holding { fc: FcCode::parse("LEX1").unwrap(), units: 10 }],
        listed_at: None,
        stands_in: true,
    }
}
