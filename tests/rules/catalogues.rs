//! Real catalogues, from `../shared/data` or FBA_TEST_DATA: listings that none of us wrote.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use eligibility::rules::Listing;
use flate2::read::MultiGzDecoder;
use kernel::Asin;
use serde::Deserialize;
use serde_json::Value;

/// Name of a catalogue, as labels call it, and its file.
const CATALOGUES: [(&str, &str); 4] = [
    ("IN", "amazon_in_catalog_1465/amazon_in_catalog.csv.gz"),
    ("US", "amazon_us_2020_9k_promptcloud/amazon_us_2020.csv.gz"),
    ("MM", "amazon_multimarket_brightdata_2024/products.jsonl.gz"),
    ("UK", "amazon_uk_toys_dims_863/amazon_uk_toys.csv.gz"),
];

/// All listings with an ASIN, by catalogue and ASIN; `None` where the files are not on this machine.
pub(crate) fn read() -> anyhow::Result<Option<BTreeMap<(String, String), Listing>>> {
    let mut listings = BTreeMap::new();
    for (name, file) in CATALOGUES {
        let path = folder().join("input").join(file);
        if !path.exists() {
            eprintln!(
                "SKIPPED: {} is not there; set FBA_TEST_DATA to the folder of the test data",
                path.display()
            );
            return Ok(None);
        }
        let unpacked = BufReader::new(MultiGzDecoder::new(File::open(&path)?));
        let texts = if name == "MM" { json(unpacked)? } else { csv(unpacked)? };
        for texts in texts {
            if let Ok(asin) = Asin::parse(&texts.asin) {
                listings.insert((name.to_owned(), texts.asin.clone()), texts.listing(asin));
            }
        }
    }
    Ok(Some(listings))
}

/// What a row says.
struct Texts {
    asin: String,
    title: String,
    bullet_points: Vec<String>,
    description: String,
    category: String,
}

impl Texts {
    fn listing(self, asin: Asin) -> Listing {
        Listing::new(asin, self.title, self.bullet_points, self.description, self.category)
    }
}

/// The columns that any of the three tables has.
#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    product_id: String,
    product_name: String,
    #[serde(alias = "product_category")]
    category: String,
    #[serde(default)]
    product_url: String,
    #[serde(default)]
    about_product: String,
    #[serde(default)]
    product_information: String,
    #[serde(default)]
    product_description: String,
    #[serde(default)]
    subcategory_1: String,
}

fn csv(text: impl std::io::Read) -> anyhow::Result<Vec<Texts>> {
    let mut texts = Vec::new();
    for row in csv::ReaderBuilder::new().flexible(true).from_reader(text).deserialize() {
        let row: Row = row?;
        let after = |text: &str, mark: &str| {
            let asin = text.split_once(mark).map(|(_, rest)| rest.chars().take(10).collect());
            asin.unwrap_or_default()
        };
        let asin = match (row.product_url.is_empty(), row.product_information.is_empty()) {
            (false, _) => after(&row.product_url, "/dp/"),
            (true, false) => after(&row.product_information, "ASIN"),
            (true, true) => row.product_id,
        };
        texts.push(Texts {
            asin,
            title: row.product_name,
            bullet_points: row.about_product.split('|').map(str::to_owned).collect(),
            description: row.product_description,
            category: format!("{} > {}", row.category, row.subcategory_1),
        });
    }
    Ok(texts)
}

fn json(text: impl std::io::BufRead) -> anyhow::Result<Vec<Texts>> {
    let mut texts = Vec::new();
    for line in text.lines() {
        let row: Value = serde_json::from_str(&line?)?;
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let list = |name: &str| {
            let values = row[name].as_array().into_iter().flatten();
            values.filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
        };
        texts.push(Texts {
            asin: text("asin"),
            title: text("title"),
            bullet_points: list("features"),
            description: text("description"),
            category: list("categories").join(" > "),
        });
    }
    Ok(texts)
}

/// The folder of the test data.
pub(crate) fn folder() -> PathBuf {
    // A test's own switch, not configuration of a process.
    #[allow(clippy::disallowed_methods)]
    std::env::var("FBA_TEST_DATA")
        .map_or_else(|_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from)
}
