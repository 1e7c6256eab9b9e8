//! Writes `data/sample/catalogue.csv` and `data/sample/orders.csv`: `cargo run -p simulator --example generate_sample`.
//! Deterministic: the files in the repository are its output.
#![allow(clippy::unwrap_used)]

mod orders;
mod products;

use std::path::Path;

use products::Item;
use simulator::chance::Chance;

/// The sample's seed.
const SEED: u64 = 20_261_001;

const CATALOGUE_HEADER: &str = "seller_id,sku,asin,fnsku,title,description,bullet_points,product_group,category,\
    dimensions,weight,hs_code,country_of_origin,price,manufacturing_cost,dg_regulation,un_number,battery_packaging,\
    battery_composition,battery_energy_mwh,lithium_content_mg,used_oil,declared_families,media_region_code,stock,\
    listed_at,stands_in";

fn main() {
    let chance = Chance::new(SEED);
    let sellers: Vec<String> =
        simulator::import::tables::sellers().unwrap().iter().map(|seller| seller.id.to_string()).collect();
    let items = products::items(chance);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/sample");
    let mut file = csv::Writer::from_path(folder.join("catalogue.csv")).unwrap();
    file.write_record(CATALOGUE_HEADER.split(',')).unwrap();
    for item in &items {
        file.write_record(row(item, &sellers)).unwrap();
    }
    file.flush().unwrap();
    let count = orders::write(chance, &items, &sellers, &folder.join("orders.csv"));
    println!("{} products, {count} orders", items.len());
}

fn row(item: &Item, sellers: &[String]) -> Vec<String> {
    let kind = item.kind;
    let content = !kind.has("nocontent");
    let battery: Vec<&str> = kind.note("battery").split('/').collect();
    let battery =
        |n: usize| battery.get(n).copied().filter(|text| *text != "0").unwrap_or_default().to_owned();
    let yes = |flag: bool| if flag { "yes" } else { "" }.to_owned();
    let packaging = if battery(0).is_empty() { "NONE".to_owned() } else { battery(0) };
    let sides: Vec<&str> = kind.mm.split('x').collect();
    vec![
        sellers[item.seller - 1].clone(),
        item.sku.clone(),
        item.asin.clone(),
        item.fnsku.clone(),
        item.title.clone(),
        if content { format!("{}. Made to last and packed with care.", item.title) } else { String::new() },
        if content { "Carefully made|Packed in recycled paper".to_owned() } else { String::new() },
        kind.group.to_owned(),
        kind.category.to_owned(),
        if kind.mm == "0x0x0" { String::new() } else { format!("{} mm", sides.join(" x ")) },
        if kind.grams == 0 {
            String::new()
        } else {
            kernel::Weight::from_grams(kind.grams.into()).unwrap().to_string()
        },
        kind.hs.to_owned(),
        kind.origin.to_owned(),
        kernel::Money::usd(item.cents).to_string(),
        if kind.has("plain") { kernel::Money::usd(item.cents * 35 / 100).to_string() } else { String::new() },
        if kind.note("reg").is_empty() { "not_applicable".to_owned() } else { kind.note("reg").to_owned() },
        kind.note("un").to_owned(),
        packaging,
        battery(1),
        battery(2),
        battery(3),
        yes(kind.has("oil")),
        kind.note("family").to_owned(),
        kind.note("region").to_owned(),
        item.stock.clone(),
        item.listed_at.to_owned(),
        yes(kind.has("plain")),
    ]
}
