//! Books with their ISBN-10, which is their ASIN; leading zeros were lost on the way.

use std::io::Read;

use kernel::{Asin, Dimensions, HsCode, Length, Weight};
use wire::catalog::events::v1::DangerousGoods;

use super::assembly::{Assembler, Draft, no_battery};
use super::row::{Row, each_row};
use super::{Report, RowError};
use crate::chance::Chance;
use crate::world::Product;

/// Rules of this source.
pub(crate) const RULES: [&str; 5] = [
    "books: the ISBN is padded with zeros on the left to ten places and must then have a right check digit",
    "books: the product group is BOOK and the HS code 490199 (printed books)",
    "books: a paperback of 203 x 133 mm, 12 to 41 mm thick and 180 to 779 g heavy by hash of the ISBN; one in 20 keeps both unknown",
    "books: the description names title, authors and language",
    "books: the first author is the brand",
];

const NEEDED: [&str; 4] = ["isbn", "authors", "title", "language_code"];
/// One book in so many has no sides and no weight.
const UNMEASURED_ONE_IN: u64 = 20;

/// Reads the products of a file.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn read(
    file: impl Read,
    assembler: &mut Assembler<'_>,
    report: &mut Report,
) -> anyhow::Result<Vec<Product>> {
    let mut products = Vec::new();
    each_row(file, &NEEDED, report, |row, report| {
        let draft = draft(row, assembler.chance, report)?;
        products.push(assembler.product(row.line(), draft, report)?);
        Ok(())
    })?;
    Ok(products)
}

fn draft(row: &Row<'_>, chance: Chance, report: &mut Report) -> Result<Draft, RowError> {
    let asin = isbn(row)?;
    let measured = measures(chance, asin);
    if measured.is_some() {
        report.fill("sides and weight");
    }
    let (authors, title) = (row.text("authors"), row.text("title"));
    let language = row.text("language_code");
    Ok(Draft {
        asin,
        title: title.to_owned(),
        description: format!(
            "{title}. By {authors}.{}",
            if language.is_empty() { String::new() } else { format!(" Language: {language}.") }
        ),
        bullet_points: Vec::new(),
        brand: authors.split(',').next().unwrap_or_default().to_owned(),
        category: "Books".to_owned(),
        dimensions: measured.map(|(sides, _)| sides),
        weight: measured.map(|(_, weight)| weight),
        hs_code: HsCode::parse("490199").ok(),
        origin: None,
        price: None,
        dangerous_goods: DangerousGoods { regulation: "not_applicable".to_owned(), ..no_battery() },
    })
}

/// The ISBN with its leading zeros.
fn isbn(row: &Row<'_>) -> Result<Asin, RowError> {
    let text = row.text("isbn");
    if text.is_empty() {
        return Err(row.error("isbn", "ASIN_MISSING", "the book has no ISBN"));
    }
    let padded = format!("{text:0>10}");
    Asin::parse(&padded).ok().filter(Asin::is_isbn).ok_or_else(|| {
        row.error("isbn", "ISBN_INVALID", format!("{padded} is no ISBN-10 with a right check digit"))
    })
}

fn measures(chance: Chance, asin: Asin) -> Option<(Dimensions, Weight)> {
    let key = asin.as_str();
    if chance.below(UNMEASURED_ONE_IN, "unmeasured book", key) == 0 {
        return None;
    }
    let millimetres = |mm: i64| Length::from_micrometres(mm * 1_000).ok();
    let thickness = i64::try_from(12 + chance.below(30, "thickness", key)).ok()?;
    let grams = i64::try_from(180 + chance.below(600, "weight", key)).ok()?;
    let sides = Dimensions::new(millimetres(203)?, millimetres(133)?, millimetres(thickness)?);
    Some((sides, Weight::from_grams(grams).ok()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use wire::catalog::events::v1::ProductGroup;

    use super::super::testing::{month, rates, sellers};
    use super::*;

    fn imported(rows: &str) -> (Vec<Product>, Report) {
        let (sellers, rates) = (sellers(), rates());
        let mut report = Report::new("books", "inline", &RULES);
        let mut assembler = Assembler::new(Chance::new(1), &sellers, &rates, month(), "BK");
        let text = format!("book_id,isbn,authors,title,language_code\n{rows}");
        let products = read(text.as_bytes(), &mut assembler, &mut report).unwrap();
        (products, report)
    }

    #[test]
    fn lost_zeros_come_back_and_the_check_digit_decides() {
        let (products, report) = imported(
            "1,439023483,Ada Quill,Rivers,eng\n2,439023484,Ada Quill,Wrong,eng\n3,,Nobody,None,eng\n4,080442957X,Ada Quill,X,\n",
        );
        let asins: Vec<&str> = products.iter().map(|product| product.asin.as_str()).collect();
        assert_eq!(asins, ["0439023483", "080442957X"]);
        assert_eq!(report.refused["ISBN_INVALID"], 1);
        assert_eq!(report.refused["ASIN_MISSING"], 1);
    }

    #[test]
    fn a_book_is_of_its_group_and_has_measures_by_rule() {
        let (products, _) = imported("1,439023483,Ada Quill,Rivers,eng\n");
        assert_eq!(products[0].group, ProductGroup::Book);
        assert_eq!(products[0].hs_code.unwrap().as_str(), "490199");
        assert_eq!(products[0].dimensions.unwrap().longest().micrometres(), 203_000);
    }
}
