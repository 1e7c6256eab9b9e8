//! The parts of the invoice around its table of goods.

use kernel::{Address, Money};

use super::fonts::Fonts;
use super::goods::Pen;
use super::sheet::{Area, BODY, Ink, MARGIN, Sheet, Style, TOP};
use super::text::forms;
use crate::domain::invoice::Invoice;
use crate::domain::party::Exporter;

/// Where the right column begins, and how wide both are.
const MIDDLE: f32 = MARGIN + BODY / 2.0 + 8.0;
const HALF: f32 = BODY / 2.0 - 8.0;

/// Title, number and date.
pub(super) fn title(pen: &mut Pen<'_>, model: &Invoice) {
    let (fonts, right) = (pen.fonts, MARGIN + BODY);
    let sheet = pen.sheet();
    sheet.line(fonts, Style::TITLE, MARGIN, TOP - 6.0, "COMMERCIAL INVOICE");
    sheet.line(
        fonts,
        Style::LABEL,
        MARGIN,
        TOP + 18.0,
        "ORIGINAL. ONE INVOICE FOR ALL PACKAGES OF THIS SHIPMENT",
    );
    sheet.line_to(fonts, Style::LABEL, right, TOP - 7.0, "INVOICE NUMBER");
    sheet.line_to(fonts, Style::NAME, right, TOP + 1.0, &model.number);
    sheet.line_to(
        fonts,
        Style::TEXT,
        right,
        TOP + 15.0,
        &format!("Date of invoice and export {}", model.date),
    );
    sheet.rule(MARGIN, TOP + 32.0, BODY, 1.4, Ink::Navy);
    pen.y = TOP + 41.0;
}

/// The head of a sheet after the first.
pub(super) fn continued(fonts: &Fonts, model: &Invoice, sheet: &mut Sheet) -> f32 {
    sheet.line(fonts, Style::STRONG, MARGIN, TOP - 8.0, "COMMERCIAL INVOICE, continued");
    sheet.line_to(
        fonts,
        Style::TEXT,
        MARGIN + BODY,
        TOP - 8.0,
        &format!("{} of {}", model.number, model.date),
    );
    sheet.rule(MARGIN, TOP + 7.0, BODY, 1.0, Ink::Navy);
    TOP + 16.0
}

/// Exporter and consignee, side by side.
pub(super) fn parties(pen: &mut Pen<'_>, model: &Invoice) {
    let (fonts, y) = (pen.fonts, pen.y);
    let exporter = exporter_lines(&model.exporter);
    let mut consignee = address_lines(&model.consignee);
    if let Some(tax_id) = &model.consignee_tax_id {
        consignee.push(format!("Tax or personal id: {}", tax_id.as_str()));
    }
    let sheet = pen.sheet();
    let left = party(sheet, fonts, MARGIN, y, "SHIPPER AND EXPORTER", &model.exporter.legal_name, &exporter);
    let label = "CONSIGNEE AND IMPORTER OF RECORD";
    let right = party(sheet, fonts, MIDDLE, y, label, model.consignee.name(), &consignee);
    pen.y = left.max(right) + 4.0;
}

fn party(sheet: &mut Sheet, fonts: &Fonts, x: f32, y: f32, label: &str, name: &str, lines: &[String]) -> f32 {
    sheet.line(fonts, Style::LABEL, x, y, label);
    let mut y = y + 10.0;
    for form in forms(fonts, name) {
        y = sheet.paragraph(fonts, Style::NAME, Area::new(x, y, HALF), &form);
    }
    for line in lines {
        for form in forms(fonts, line) {
            y = sheet.paragraph(fonts, Style::TEXT, Area::new(x, y, HALF), &form);
        }
    }
    y
}

fn exporter_lines(exporter: &Exporter) -> Vec<String> {
    let mut lines = exporter.lines.clone();
    lines.push(locality(&exporter.city, &exporter.region, &exporter.postal_code));
    lines.push(exporter.country.name().to_owned());
    lines.push(contact(&exporter.phone, &exporter.email));
    if let Some(ein) = &exporter.ein {
        lines.push(format!("EIN {ein}"));
    }
    lines.retain(|line| !line.is_empty());
    lines
}

fn address_lines(address: &Address) -> Vec<String> {
    let mut lines = address.lines().to_vec();
    lines.push(locality(address.city(), address.region(), address.postal_code()));
    lines.push(address.country().name().to_owned());
    lines.push(contact(address.phone(), address.email()));
    lines.retain(|line| !line.is_empty());
    lines
}

fn locality(city: &str, region: &str, postal_code: &str) -> String {
    let parts = [city, region, postal_code].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(", ")
}

fn contact(phone: &str, email: &str) -> String {
    let phone = if phone.is_empty() { String::new() } else { format!("Tel. {phone}") };
    [phone, email.to_owned()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("   ")
}

/// Everything about the shipment, four columns of labels and values.
pub(super) fn details(pen: &mut Pen<'_>, model: &Invoice) {
    let packages = match model.packages.len() {
        1 => "1 carton".to_owned(),
        count => format!("{count} cartons"),
    };
    let net = model.net_weight.map_or("not known".to_owned(), |weight| weight.to_string());
    let origin_of_export = format!("United States (airport {})", model.gateway);
    let facts = [
        ("ORDER", model.order_id.to_string()),
        ("CARRIER", model.carrier.clone()),
        ("COUNTRY OF EXPORT", origin_of_export),
        ("ULTIMATE DESTINATION", model.consignee.country().name().to_owned()),
        ("AIR WAYBILL / TRACKING", tracking(model)),
        ("PACKAGES", packages),
        ("GROSS WEIGHT", model.gross_weight.to_string()),
        ("NET WEIGHT OF GOODS", net),
        ("TERMS OF DELIVERY (INCOTERMS 2020)", format!("{} {}", model.incoterm.code, model.incoterm.place)),
        ("REASON FOR EXPORT", "SALE".to_owned()),
        ("EXPORT FILING (EEI)", model.export_citation.clone()),
        ("CURRENCY", format!("{} (US dollar)", model.total.currency())),
    ];
    let fonts = pen.fonts;
    let mut y = pen.y;
    let sheet = pen.sheet();
    sheet.rule(MARGIN, y, BODY, 0.5, Ink::Silver);
    y += 5.0;
    for row in facts.chunks(4) {
        let mut lowest = y;
        for (index, (label, value)) in row.iter().enumerate() {
            let width = BODY / 4.0;
            let x = MARGIN + index as f32 * width;
            sheet.line(fonts, Style::LABEL, x, y, label);
            let mut below = y + 9.0;
            for form in forms(fonts, value) {
                below = sheet.paragraph(fonts, Style::TEXT, Area::new(x, below, width - 10.0), &form);
            }
            lowest = lowest.max(below);
        }
        y = lowest + 4.0;
    }
    pen.y = y + 4.0;
}

fn tracking(model: &Invoice) -> String {
    let first = model.packages.first().map(|package| package.tracking_number.to_string()).unwrap_or_default();
    match model.packages.len() {
        0 | 1 => first,
        count => format!("{first} and {} more, see packages", count - 1),
    }
}

/// Goods, discount, freight and the total, on the right, each on a line of its own; lines and pieces on the left.
pub(super) fn totals(pen: &mut Pen<'_>, model: &Invoice) {
    const WIDTH: f32 = 236.0;
    let (fonts, right) = (pen.fonts, MARGIN + BODY - 3.0);
    let mut y = pen.y + 6.0;
    let pieces: u64 = model.lines.iter().map(|line| u64::from(line.quantity)).sum();
    let count = format!("Lines {}, pieces {pieces}", model.lines.len());
    let sheet = pen.sheet();
    sheet.line(fonts, Style::TEXT, MARGIN + 3.0, y, &count);
    let minus = if model.discount.is_zero() { "" } else { "-" };
    let rows =
        [("Goods", model.goods, ""), ("Discount", model.discount, minus), ("Freight", model.freight, "")];
    for (label, amount, sign) in rows {
        sheet.line(fonts, Style::TEXT, MARGIN + BODY - WIDTH + 6.0, y, label);
        sheet.line_to(fonts, Style::TEXT, right, y, &format!("{sign}{}", digits(amount)));
        y += 12.4;
    }
    y += 2.0;
    sheet.fill(MARGIN + BODY - WIDTH, y, WIDTH, 19.0, Ink::Mist);
    sheet.rule(MARGIN + BODY - WIDTH, y, WIDTH, 0.9, Ink::Navy);
    let label = format!("Total invoice value {}", model.total.currency());
    sheet.line(fonts, Style::NAME, MARGIN + BODY - WIDTH + 6.0, y + 3.2, &label);
    sheet.line_to(fonts, Style::NAME, right, y + 3.2, &digits(model.total));
    pen.y = y + 29.0;
}

/// What the exporter declares, under which authority, and who signs.
pub(super) fn declaration(pen: &mut Pen<'_>, model: &Invoice) {
    let (fonts, y) = (pen.fonts, pen.y);
    let width = BODY * 0.56;
    let sheet = pen.sheet();
    sheet.rule(MARGIN, y, BODY, 0.5, Ink::Silver);
    let mut left = y + 6.0;
    for text in statements(model) {
        left = sheet.paragraph(fonts, Style::SMALL, Area::new(MARGIN, left, width), &text) + 4.0;
    }
    let right = signature(sheet, fonts, model, MARGIN + width + 22.0, y + 6.0);
    pen.y = left.max(right);
}

/// The statements of the document, in the order they stand.
pub(super) fn statements(model: &Invoice) -> [String; 4] {
    let signed = &model.signed_under;
    [
        "We declare that all statements in this invoice are true and correct and that the values are those paid or \
         payable for the goods."
            .to_owned(),
        format!(
            "Export control: EAR99, exported from the United States without a licence (NLR). Export filing: {}.",
            model.export_citation
        ),
        "The exporter authorises customs brokers, forwarders, carriers and other third parties to execute any further \
         document that the export of this shipment needs."
            .to_owned(),
        format!(
            "Signed on the seller's behalf by the programme under authority {}, terms {}, granted {}.",
            signed.authority_id, signed.terms_version, signed.granted
        ),
    ]
}

fn signature(sheet: &mut Sheet, fonts: &Fonts, model: &Invoice, x: f32, y: f32) -> f32 {
    let width = MARGIN + BODY - x;
    let signatory = &model.signatory;
    sheet.line(fonts, Style::LABEL, x, y, "SIGNATURE (TYPED)");
    sheet.line(fonts, Style { size: 13.0, leading: 18.0, ..Style::NAME }, x, y + 12.0, &signatory.name);
    sheet.rule(x, y + 33.0, width, 0.7, Ink::Navy);
    let y = sheet.paragraph(fonts, Style::SMALL, Area::new(x, y + 36.0, width), &signatory.title);
    let behalf = format!("{} for {}", signatory.company, model.exporter.legal_name);
    let mut y = y;
    for form in forms(fonts, &behalf) {
        y = sheet.paragraph(fonts, Style::SMALL, Area::new(x, y, width), &form);
    }
    sheet.paragraph(fonts, Style::SMALL, Area::new(x, y, width), &format!("Date {}", model.date))
}

/// Number and page at the foot of a sheet.
pub(super) fn footer(fonts: &Fonts, model: &Invoice, sheet: &mut Sheet, page: usize, pages: usize) {
    let y = super::sheet::BOTTOM + 14.0;
    sheet.rule(MARGIN, y - 5.0, BODY, 0.4, Ink::Silver);
    sheet.line(
        fonts,
        Style::LABEL,
        MARGIN,
        y,
        &format!("Commercial invoice {}   Shipment {}", model.number, model.shipment_id),
    );
    sheet.line_to(fonts, Style::LABEL, MARGIN + BODY, y, &format!("Page {page} of {pages}"));
}

/// The amount without its currency, thousands set apart: `1,234.50`.
pub(super) fn digits(amount: Money) -> String {
    let text = amount.to_decimal().to_string();
    let (whole, cents) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (index, c) in whole.chars().enumerate() {
        let left = whole.len() - index;
        if index > 0 && left % 3 == 0 && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(c);
    }
    if cents.is_empty() { grouped } else { format!("{grouped}.{cents}") }
}
