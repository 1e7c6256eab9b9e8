//! What the others say, ready to be published.

use testbed::{fresh_id, usd};
use wire::brokerage::events::v1::{BrokerageEvent, ImportChargesAssessed};
use wire::catalog::events::v1::{CatalogEvent, ItemListed, ProductGroup};
use wire::common::v1::{Dimensions, Money, Weight};
use wire::convert::timestamp;
use wire::customs::v1::quote_outcome::Outcome;
use wire::customs::v1::{BatchQuoteLandedCostRequest, QuoteLine, QuoteRequest};
use wire::enrollment::events::v1::{EnrollmentEvent, GrantedAuthority, SellerEnrolled};
use wire::fulfillment::events::v1::{PlannedLine, ShipmentPaid, ShipmentPlanned};
use wire::payments::events::v1::{PaymentsEvent, RefundSettled};
use wire::rates::events::v1::{ExchangeRate, ExchangeRatesPublished, RatesEvent};
use wire::sellers::events::v1::{BusinessAddress, SellerRegistered, SellersEvent};
use wire::warehouse::events::v1::{Parcel, ShipmentPacked, WarehouseEvent};

use super::{World, now};

pub(crate) const SELLER: &str = "A2EUQ1WTGCTBG2";
/// Of all its products.
pub(crate) const ASIN: &str = "B08N5WRWNW";
pub(crate) const AUTHORITY: &str = "6a1f0e6e-92ce-5f3c-9d6f-0d9d5d3a9b10";
pub(crate) const PRODUCTS: [(&str, &str, &str); 3] = [
    ("TOY-1", "Wooden puzzle", "9503.00.9000"),
    ("TEE-1", "Cotton T-shirt", "610910"),
    ("ODD-1", "Unobtainium", ""),
];

pub(crate) fn seller() -> SellersEvent {
    SellerRegistered {
        seller_id: SELLER.to_owned(),
        legal_name: "Blue Heron Trading LLC".to_owned(),
        address: Some(BusinessAddress {
            lines: vec!["200 Harbor Street".to_owned()],
            city: "Lexington".to_owned(),
            region: "KY".to_owned(),
            postal_code: "40507".to_owned(),
            country_code: "US".to_owned(),
            ..Default::default()
        }),
        ein: "12-3456789".to_owned(),
        marketplace_id: "ATVPDKIKX0DER".to_owned(),
        registered_time: Some(timestamp(now())),
    }
    .into()
}

pub(crate) fn enrolled() -> EnrollmentEvent {
    SellerEnrolled {
        seller_id: SELLER.to_owned(),
        authority: Some(GrantedAuthority {
            authority_id: AUTHORITY.to_owned(),
            terms_version: "2026-01".to_owned(),
            granted_time: Some(timestamp(now())),
            ..Default::default()
        }),
        settings_version: 1,
    }
    .into()
}

pub(crate) fn item(sku: &str, title: &str, hs_code: &str) -> CatalogEvent {
    listed(sku, title, hs_code).into()
}

pub(crate) fn listed(sku: &str, title: &str, hs_code: &str) -> ItemListed {
    ItemListed {
        seller_id: SELLER.to_owned(),
        sku: sku.to_owned(),
        asin: ASIN.to_owned(),
        fnsku: "X000000001".to_owned(),
        item_version: 1,
        title: title.to_owned(),
        product_group: ProductGroup::Other.into(),
        package_weight: Some(Weight { milligrams: 250_000 }),
        hs_code: hs_code.to_owned(),
        country_of_origin: "CN".to_owned(),
        ..Default::default()
    }
}

pub(crate) fn rates(month: &str) -> RatesEvent {
    let rates = [("EUR", "0.9"), ("GBP", "0.75"), ("BRL", "5"), ("CAD", "1.4")];
    let rate = |(code, units): (&str, &str)| ExchangeRate {
        currency_code: code.to_owned(),
        units_per_usd: units.to_owned(),
    };
    ExchangeRatesPublished {
        month: month.to_owned(),
        rates: rates.into_iter().map(rate).collect(),
        source: "ECB".to_owned(),
    }
    .into()
}

pub(crate) fn shipment_id(order: &str) -> String {
    kernel::derive_uuid("shipment", &[order, "1"]).to_string()
}

/// Toys at USD 25 each, a deposit of USD 20 and shipping of USD 12.50.
pub(crate) fn plan(order: &str, country: &str, quantity: u32) -> ShipmentPlanned {
    ShipmentPlanned {
        shipment_id: shipment_id(order),
        order_id: order.to_owned(),
        seller_id: SELLER.to_owned(),
        authority_id: AUTHORITY.to_owned(),
        destination_country_code: country.to_owned(),
        fc: "LEX1".to_owned(),
        gateway: "JFK".to_owned(),
        carrier: "DHL".to_owned(),
        service: "Express Worldwide".to_owned(),
        lines: vec![PlannedLine {
            line_no: 1,
            sku: "TOY-1".to_owned(),
            asin: "B08N5WRWNW".to_owned(),
            fnsku: "X000000001".to_owned(),
            quantity,
            unit_price: usd(2_500),
            discount: usd(100),
        }],
        shipping_share: usd(1_250),
        deposit_share: usd(2_000),
        quote_id: String::new(),
        planned_time: Some(timestamp(now())),
    }
}

pub(crate) fn paid(order: &str) -> ShipmentPaid {
    ShipmentPaid {
        shipment_id: shipment_id(order),
        order_id: order.to_owned(),
        deposit_share: usd(2_000),
        paid_time: Some(timestamp(now())),
    }
}

pub(crate) fn packed(order: &str) -> WarehouseEvent {
    ShipmentPacked {
        shipment_id: shipment_id(order),
        order_id: order.to_owned(),
        parcels: vec![Parcel {
            tracking_number: format!("JD{}", order.replace('-', "")),
            gross_weight: Some(Weight { milligrams: 1_400_000 }),
            dimensions: Some(Dimensions { length_um: 300_000, width_um: 200_000, height_um: 120_000 }),
            contents: vec![],
        }],
        packed_time: Some(timestamp(now())),
    }
    .into()
}

/// Duty of this much, in a currency, and no tax or fees.
pub(crate) fn charged(order: &str, currency: &str, minor_units: i64) -> BrokerageEvent {
    let amount = |minor_units| Some(Money { currency_code: currency.to_owned(), minor_units });
    ImportChargesAssessed {
        shipment_id: shipment_id(order),
        order_id: order.to_owned(),
        duty: amount(minor_units),
        tax: amount(0),
        fees: amount(0),
        entry_time: Some(timestamp(now())),
    }
    .into()
}

pub(crate) fn refund_settled(refund_id: &str, cents: i64) -> PaymentsEvent {
    RefundSettled {
        refund_id: refund_id.to_owned(),
        requested_by: "customs".to_owned(),
        amount: usd(cents),
        settled_time: Some(timestamp(now())),
    }
    .into()
}

/// Toys at USD 25 each, shipping USD 10.
pub(crate) fn basket(country: &str, quantity: u32) -> QuoteRequest {
    QuoteRequest {
        seller_id: SELLER.to_owned(),
        destination_country_code: country.to_owned(),
        destination_region: String::new(),
        lines: vec![quote_line("TOY-1", quantity)],
        shipping_price: usd(1_000),
    }
}

pub(crate) fn quote_line(sku: &str, quantity: u32) -> QuoteLine {
    QuoteLine { line_no: 1, sku: sku.to_owned(), quantity, unit_price: usd(2_500) }
}

/// Quotes baskets as the storefront, each call as a new request.
pub(crate) async fn quotes_of(world: &World, baskets: Vec<QuoteRequest>) -> Vec<Outcome> {
    let request = BatchQuoteLandedCostRequest { request_id: fresh_id(), baskets };
    let answer = world.client(chassis::Role::Storefront).batch_quote_landed_cost(request).await.unwrap();
    answer.into_inner().outcomes.into_iter().map(|outcome| outcome.outcome.unwrap()).collect()
}
