//! A shipment and its surroundings for the tests of this folder.
#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use jiff::Timestamp;
use kernel::{Address, AddressParts, Country, LineNo, Money, ShipmentId, TaxId, TrackingNumber, Weight};
use uuid::Uuid;

use super::deposit::Charges;
use super::hs::{KnownCodes, ProductGroup};
use super::party::{Authority, Exporter, Recipient};
use super::policy::Policy;
use super::rules::Rules;
use super::screening::DeniedParties;
use super::shipment::{Fact, Item, Outcome, Parcel, Plan, PlannedLine, References, Shipment, State, World};

pub(crate) static RULES: LazyLock<Rules> =
    LazyLock::new(|| Rules::load(DeniedParties::shipped().unwrap()).unwrap());

pub(crate) const SELLER: &str = "A2EUQ1WTGCTBG2";

pub(crate) fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

pub(crate) fn now() -> Timestamp {
    at("2026-10-05T12:00:00Z")
}

pub(crate) fn policy() -> Policy {
    RULES.policy(now()).unwrap()
}

pub(crate) fn line(no: u32, sku: &str, quantity: u32, cents: i64, discount: i64) -> PlannedLine {
    PlannedLine {
        line_no: LineNo::new(no).unwrap(),
        sku: sku.parse().unwrap(),
        asin: "B08N5WRWNW".parse().unwrap(),
        quantity,
        unit_price: Money::usd(cents),
        discount: Money::usd(discount),
        declared: None,
    }
}

pub(crate) fn plan(country: &str, lines: Vec<PlannedLine>) -> Plan {
    Plan {
        seller_id: SELLER.parse().unwrap(),
        authority_id: kernel::AuthorityId::new(Uuid::from_u128(9)),
        destination: country.parse().unwrap(),
        carrier: "DHL".into(),
        service: "Express Worldwide".into(),
        gateway: "JFK".into(),
        lines,
        shipping_share: Money::usd(1_250),
        deposit_share: Money::usd(2_000),
        quote_id: None,
        planned: now(),
    }
}

pub(crate) fn recipient(country: &str, name: &str) -> Recipient {
    let country: Country = country.parse().unwrap();
    let parts = AddressParts {
        name: name.into(),
        lines: vec!["Musterweg 1".into()],
        city: "Köln".into(),
        region: String::new(),
        postal_code: "50667".into(),
        country,
        phone: "+49 221 000000".into(),
        email: String::new(),
    };
    Recipient { address: Address::new(parts).unwrap(), tax_id: None }
}

pub(crate) fn with_tax_id(mut recipient: Recipient, id: &str) -> Recipient {
    recipient.tax_id = Some(TaxId::parse(id).unwrap());
    recipient
}

pub(crate) fn exporter() -> Exporter {
    Exporter {
        seller_id: SELLER.parse().unwrap(),
        legal_name: "Blue Heron Trading LLC".into(),
        lines: vec!["200 Harbor Street".into()],
        city: "Lexington".into(),
        region: "KY".into(),
        postal_code: "40507".into(),
        country: Country::US,
        phone: "+1 859 555 0100".into(),
        email: "export@blueheron.example".into(),
        ein: Some("123456789".into()),
    }
}

pub(crate) fn item(title: &str, hs: &str) -> Item {
    Item {
        title: title.into(),
        group: ProductGroup::Other,
        category: String::new(),
        codes: KnownCodes { declared: hs.parse().ok(), ..KnownCodes::default() },
        origin: Some(Country::constant("CN")),
        unit_weight: Some(Weight::from_grams(250).unwrap()),
    }
}

pub(crate) fn references(shipment: &Shipment, recipient: Recipient) -> References {
    let seller = SELLER.parse().unwrap();
    let authority = Authority {
        authority_id: kernel::AuthorityId::new(Uuid::from_u128(9)),
        seller_id: seller,
        terms_version: "2026-01".into(),
        granted: at("2026-01-15T00:00:00Z"),
        revoked: None,
    };
    let mut references = References::default();
    for (sku, hs) in [("TOY-1", "950300"), ("TEE-1", "6109100010"), ("ODD-1", "")] {
        references.items.insert((seller, sku.parse().unwrap()), item(&format!("Product {sku}"), hs));
    }
    references.exporters.insert(seller, exporter());
    references.authorities.insert(authority.authority_id, authority);
    references.recipients.insert(shipment.id, recipient);
    references
}

pub(crate) fn shipment() -> Shipment {
    Shipment {
        id: ShipmentId::new(Uuid::from_u128(1)),
        order_id: "114-1234567-1234567".parse().unwrap(),
        version: 0,
        plan: None,
        recipient: None,
        state: State::default(),
    }
}

pub(crate) fn planned(country: &str, lines: Vec<PlannedLine>) -> Shipment {
    let mut shipment = shipment();
    note(&mut shipment, Fact::Planned(Box::new(plan(country, lines))));
    shipment
}

pub(crate) fn note(shipment: &mut Shipment, fact: Fact) {
    shipment.note(fact, now(), &policy()).unwrap();
}

pub(crate) fn advance(shipment: &mut Shipment, references: &References) -> Outcome {
    advance_at(shipment, references, now())
}

pub(crate) fn advance_at(shipment: &mut Shipment, references: &References, now: Timestamp) -> Outcome {
    let policy = policy();
    shipment.advance(World { now, rules: &RULES, policy: &policy, references }).unwrap()
}

pub(crate) fn parcels() -> Vec<Parcel> {
    vec![Parcel {
        tracking_number: TrackingNumber::parse("JD014600003828").unwrap(),
        gross_weight: Weight::from_grams(1_400).unwrap(),
        dimensions: "30 x 20 x 12 cm".into(),
    }]
}

pub(crate) fn charges(amount: &str) -> Charges {
    Charges { total: amount.parse().unwrap(), entered: at("2026-10-12T08:00:00Z") }
}
