#![allow(clippy::unwrap_used)]

use kernel::{Country, HsCode, LineNo, Money, Weight};

use super::fonts::Fonts;
use super::text::forms;
use super::{Renderer, invoice, parts};
use crate::domain::invoice::{Incoterm, Invoice, InvoiceLine, Package, SignedUnder};
use crate::domain::party::Signatory;
use crate::domain::samples;

fn goods_line(no: u32) -> InvoiceLine {
    InvoiceLine {
        line_no: LineNo::new(no).unwrap(),
        description: format!(
            "Wooden puzzle of the world map, 500 pieces, for children from 8 years, no. {no}"
        ),
        hs_code: HsCode::parse("9503009000").unwrap(),
        origin: Country::parse("CN").ok(),
        quantity: 2,
        unit_value: Money::usd(123_450),
        total: Money::usd(246_900),
        net_weight: Weight::from_grams(1_250).ok(),
    }
}

pub(super) fn sample(lines: u32) -> Invoice {
    let goods = Money::usd(246_900 * i64::from(lines));
    Invoice {
        number: "A2EUQ1WTGCTBG2-2026-000042".into(),
        date: "2026-10-05".parse().unwrap(),
        order_id: "114-1234567-1234567".parse().unwrap(),
        shipment_id: samples::shipment().id,
        exporter: samples::exporter(),
        signed_under: SignedUnder {
            authority_id: samples::plan("DE", vec![]).authority_id,
            terms_version: "2026-01".into(),
            granted: "2026-01-15".parse().unwrap(),
        },
        consignee: samples::recipient("DE", "Ana Prüfer").address,
        consignee_tax_id: kernel::TaxId::parse("DE123456789").ok(),
        carrier: "DHL Express Worldwide".into(),
        gateway: "JFK".into(),
        packages: samples::parcels()
            .into_iter()
            .map(|parcel| Package {
                tracking_number: parcel.tracking_number,
                gross_weight: parcel.gross_weight,
                dimensions: parcel.dimensions,
            })
            .collect(),
        gross_weight: Weight::from_grams(1_400).unwrap(),
        lines: (1..=lines).map(goods_line).collect(),
        net_weight: Weight::from_grams(1_250 * i64::from(lines)).ok(),
        goods,
        discount: Money::usd(500),
        freight: Money::usd(1_250),
        total: goods.checked_add(Money::usd(750)).unwrap(),
        incoterm: Incoterm { code: "DDP", place: "Köln, Germany".into() },
        export_citation: "NOEEI 30.37(a)".into(),
        signatory: Signatory {
            name: "Marian Holloway".into(),
            title: "Manager, Export Documentation".into(),
            company: "FBA Export Programme".into(),
        },
    }
}

fn fonts() -> Fonts {
    Fonts::load().unwrap()
}

#[test]
fn every_field_that_customs_wants_is_on_the_sheet() {
    let text = invoice::lay_out(&fonts(), &sample(2))[0].text().replace('\n', " ");
    for wanted in [
        "COMMERCIAL INVOICE",
        "A2EUQ1WTGCTBG2-2026-000042",
        "2026-10-05",
        "114-1234567-1234567",
        "JD014600003828",
        "Blue Heron Trading LLC",
        "EIN 123456789",
        "Ana Prüfer",
        "DE123456789",
        "United States (airport JFK)",
        "Germany",
        "DHL Express Worldwide",
        "DDP Köln, Germany",
        "SALE",
        "NOEEI 30.37(a)",
        "EAR99",
        "9503009000",
        "2 pcs",
        "1,234.50",
        "2,469.00",
        "-5.00",
        "12.50",
        "4,945.50",
        "true and correct",
        "other third parties",
        "under authority 00000000-0000-0000-0000-000000000009, terms 2026-01, granted 2026-01-15",
        "Marian Holloway",
        "Manager, Export Documentation",
        "Page 1 of 1",
    ] {
        assert!(text.contains(wanted), "{wanted} is missing in:\n{text}");
    }
}

#[test]
fn a_long_invoice_repeats_its_header_and_numbers_its_pages() {
    let sheets = invoice::lay_out(&fonts(), &sample(120));
    assert!(sheets.len() > 2, "{}", sheets.len());
    for (index, sheet) in sheets.iter().enumerate() {
        let text = sheet.text();
        assert!(text.contains(&format!("Page {} of {}", index + 1, sheets.len())));
        assert!(text.contains("A2EUQ1WTGCTBG2-2026-000042"));
        assert!(!text.contains("9503009000") || text.contains("HS CODE"), "goods without a header");
    }
    let all: String = sheets.iter().map(|sheet| sheet.text()).collect();
    assert_eq!(all.matches("9503009000").count(), 120, "every line once");
}

#[test]
fn scripts_other_than_latin_are_shown_in_latin_and_where_a_font_has_them_as_written() {
    let fonts = fonts();
    assert_eq!(forms(&fonts, "Łukasz Żółć"), ["Łukasz Żółć"]);
    assert_eq!(forms(&fonts, "Ελένη"), ["Eleni", "Ελένη"]);
    assert_eq!(forms(&fonts, "דוד"), ["dvd", "דוד"]);
    assert_eq!(forms(&fonts, "山田太郎").len(), 1, "no font: transliterated only");
    for text in ["محمد 12", "Նարեկ", "გიორგი", "สมชาย", "Ірина"] {
        assert_eq!(forms(&fonts, text).len(), 2, "{text}");
    }
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    let renderer = Renderer::new().unwrap();
    let first = renderer.invoice(&sample(3)).unwrap();
    assert_eq!(first, renderer.invoice(&sample(3)).unwrap());
    assert!(first.starts_with(b"%PDF-1.7"), "PDF/A-2");
}

#[test]
fn amounts_are_grouped_by_thousands() {
    for (cents, text) in
        [(5, "0.05"), (123_450, "1,234.50"), (100_000_000, "1,000,000.00"), (-123_456_789, "-1,234,567.89")]
    {
        assert_eq!(parts::digits(Money::usd(cents)), text);
    }
}

/// Writes sample invoices for people to look at: `FBA_SAMPLES=<folder> cargo test -p customs -- --ignored sample_files`.
#[test]
#[ignore = "for people, not a check"]
fn sample_files() {
    let folder = std::path::PathBuf::from(option_env!("FBA_SAMPLES").unwrap_or("/tmp"));
    let renderer = Renderer::new().unwrap();
    let write = |name: &str, model: &Invoice| {
        std::fs::write(folder.join(name), renderer.invoice(model).unwrap()).unwrap();
    };
    write("invoice-2.pdf", &sample(2));
    write("invoice-60.pdf", &sample(60));
}
