//! A month of the sample's orders: October 2026.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use kernel::{Address, Country, Money};
use simulator::chance::Chance;
use simulator::import::tables;
use simulator::world::BuyerBook;

use crate::products::Item;

/// Ordinary orders, beside the ones with a purpose.
const ORDINARY: u64 = 1_060;
const AMAZON_COM: &str = "ATVPDKIKX0DER";
const AMAZON_DE: &str = "A1PA6795UKMFR9";

const HEADER: &str = "order_id,marketplace_id,seller_id,buyer_id,purchase_time,line_no,sku,quantity,unit_price,\
    promotion_discount,name,line1,line2,city,region,postal_code,country,phone,email,recipient_tax_id,shipping_price,\
    ship_service_level,cancelled_after_minutes";

/// Destinations of ordinary orders, each as often as it stands here.
const COUNTRIES: &str = "CA CA CA CA CA CA GB GB GB GB GB GB DE DE DE DE FR FR FR FR JP JP JP JP AU AU AU AU MX MX MX MX BR BR BR \
    IT IT ES ES NL NL SE NO DK FI CH CH AT BE IE PT PL CZ HU RO GR BG HR SI SK EE LV LT LU MT CY IS LI MC \
    KR KR CN CN TW HK HK SG SG MY TH PH ID VN IN IN LK BD NZ NZ IL IL AE AE SA QA KW BH OM JO TR TR EG MA TN \
    ZA ZA KE NG GH MU CL CL CO PE AR EC BO UY PY CR PA GT DO JM TT BB BS BM KY KZ GE AM UA RS FO GL";

struct Line<'a> {
    item: Option<&'a Item>,
    sku: String,
    quantity: u32,
    cents: i64,
    discount: i64,
}

struct Order<'a> {
    marketplace: &'static str,
    seller: String,
    country: &'static str,
    name: Option<&'static str>,
    lines: Vec<Line<'a>>,
    key: String,
}

struct Maker<'a> {
    chance: Chance,
    items: &'a [Item],
    sellers: &'a [String],
    buyers: BuyerBook,
    file: csv::Writer<std::fs::File>,
    count: u64,
}

/// Writes the orders and says how many.
pub(crate) fn write(chance: Chance, items: &[Item], sellers: &[String], path: &Path) -> u64 {
    let mut file = csv::Writer::from_path(path).unwrap();
    file.write_record(HEADER.split(',')).unwrap();
    let mut maker = Maker { chance, items, sellers, buyers: tables::buyers().unwrap(), file, count: 0 };
    let countries: Vec<&'static str> = COUNTRIES.split_whitespace().collect();
    for n in 0..ORDINARY {
        let key = format!("ordinary-{n}");
        // Every destination comes at least once; after that by chance.
        let country = countries.get(n as usize).copied();
        let country = country.or_else(|| chance.pick(&countries, "country", &key).copied()).unwrap();
        maker.ordinary(key, country);
    }
    maker.purposeful();
    maker.file.flush().unwrap();
    maker.count
}

impl<'a> Maker<'a> {
    /// One to four lines of one seller; one line in 25 is any product at all.
    fn ordinary(&mut self, key: String, country: &'static str) {
        let seller = 1 + self.chance.below(8, "seller", &key) as usize;
        let count =
            1 + self.chance.below(100, "lines", &key) / 55 + self.chance.below(100, "more lines", &key) / 80;
        let lines: Vec<Line<'a>> = (0..count).map(|n| self.line(seller, &format!("{key}/{n}"))).collect();
        let seller = self.sellers[seller - 1].clone();
        self.order(Order { marketplace: AMAZON_COM, seller, country, name: None, lines, key });
    }

    fn line(&self, seller: usize, key: &str) -> Line<'a> {
        let any = self.chance.below(25, "any product", key) == 0;
        let fits = |item: &&Item| {
            item.seller == seller
                && item.listed_at.is_empty()
                && (any || item.kind.has("plain") || item.seller == 2)
        };
        let pool: Vec<&Item> = self.items.iter().filter(fits).collect();
        let item = *self.chance.pick(&pool, "item", key).unwrap();
        let quantity = match self.chance.below(100, "quantity", key) {
            0..70 => 1,
            70..90 => 2,
            90..97 => 3 + self.chance.below(4, "some", key) as u32,
            _ => 8 + self.chance.below(12, "many", key) as u32,
        };
        let discounted = self.chance.happens(120, "promotion", key);
        let discount = if discounted { item.cents * i64::from(quantity) / 10 } else { 0 };
        Line { item: Some(item), sku: item.sku.clone(), quantity, cents: item.cents, discount }
    }

    /// Orders that show one thing each.
    fn purposeful(&mut self) {
        let many = [("MUG", 1), ("TEE", 7), ("CABLE", 4)];
        for (n, (key, seller)) in many.iter().cycle().take(6).enumerate() {
            self.special("other-marketplace", n, AMAZON_DE, *seller, "DE", None, &[(key, 1)]);
        }
        for (n, country) in ["CU", "IR", "KP", "SY", "RU", "BY", "VE", "PR", "US"].into_iter().enumerate() {
            self.special("not-served", n, AMAZON_COM, 1, country, None, &[("MUG", 1)]);
        }
        for (n, key) in ["STOOL", "SHELF", "MATTRESS", "DRESSER", "SAFE"].into_iter().enumerate() {
            self.special("oversize", n, AMAZON_COM, 1, "GB", None, &[(key, 1)]);
        }
        for n in 0..5 {
            self.special("book-to-canada", n, AMAZON_COM, 2, "CA", None, &[("NOVEL", 1)]);
            self.special("disc-to-canada", n, AMAZON_COM, 2, "CA", None, &[("SERIES", 1), ("ALBUM", 1)]);
            self.special("out-of-stock", n, AMAZON_COM, 7, "FR", None, &[("EMPTY", 1)]);
            self.special("nearly-out-of-stock", n, AMAZON_COM, 7, "FR", None, &[("SCARCE", 1)]);
            self.special("unknown-sku", n, AMAZON_COM, 4, "NL", None, &[("NO-SUCH-SKU", 1)]);
            self.special("left-the-programme", n, AMAZON_COM, 9, "ES", None, &[("JOKE", 1)]);
            self.special("pending", n, AMAZON_COM, 1, "IT", None, &[("LATE", 1)]);
            self.special("excluded-product", n, AMAZON_COM, 6, "JP", None, &[("TROWEL", 1)]);
            self.special("excluded-country", n, AMAZON_COM, 5, "DE", None, &[("BOTTLE", 1)]);
        }
        for (n, name) in ["Ottoline Marshwell", "Quillon & Brandt Impex"].into_iter().enumerate() {
            self.special("denied-party", n, AMAZON_COM, 1, "SG", Some(name), &[("MUG", 2)]);
        }
        for (n, country) in ["JP", "GB", "AE", "CA", "AU", "KR"].into_iter().enumerate() {
            self.special("high-value", n, AMAZON_COM, 7, country, None, &[("JACKET", 30)]);
        }
        for (n, country) in ["FR", "MX"].into_iter().enumerate() {
            self.special("foreign-seller", n, AMAZON_COM, 10, country, None, &[("CREAM", 1)]);
        }
        let unknown = "A8NOBODY00099".to_owned();
        let lines = vec![self.ordered("MUG", 1, 0)];
        self.order(Order {
            marketplace: AMAZON_COM,
            seller: unknown,
            country: "PT",
            name: None,
            lines,
            key: "unknown-seller-0".into(),
        });
    }

    #[allow(clippy::too_many_arguments)]
    fn special(
        &mut self,
        purpose: &str,
        n: usize,
        marketplace: &'static str,
        seller: usize,
        country: &'static str,
        name: Option<&'static str>,
        goods: &[(&str, u32)],
    ) {
        let lines = goods.iter().map(|(key, quantity)| self.ordered(key, *quantity, n)).collect();
        let seller = self.sellers[seller - 1].clone();
        self.order(Order { marketplace, seller, country, name, lines, key: format!("{purpose}-{n}") });
    }

    fn ordered(&self, key: &str, quantity: u32, n: usize) -> Line<'a> {
        let variants: Vec<&Item> = self.items.iter().filter(|item| item.key == key).collect();
        match variants.get(n % variants.len().max(1)) {
            Some(item) => {
                Line { item: Some(item), sku: item.sku.clone(), quantity, cents: item.cents, discount: 0 }
            }
            None => Line { item: None, sku: key.to_owned(), quantity, cents: 1_999, discount: 0 },
        }
    }

    fn order(&mut self, order: Order<'_>) {
        self.count += 1;
        let chance = self.chance;
        let key = order.key.as_str();
        let id =
            format!("114-{:07}-{:07}", chance.below(10_000_000, "order id", key), 2_600_000 + self.count);
        let minutes =
            if order.lines.iter().any(|line| line.item.is_some_and(|item| !item.listed_at.is_empty())) {
                // After the listing of 12 October.
                16_800 + chance.below(20_000, "minute", key)
            } else {
                chance.below(31 * 24 * 60, "minute", key)
            };
        let start: Timestamp = "2026-10-01T00:00:00Z".parse().unwrap();
        let at = start + SignedDuration::from_mins(i64::try_from(minutes).unwrap());
        let country = Country::parse(order.country).unwrap();
        let address = self.buyers.address(chance, country, key).unwrap();
        let given = chance.happens(920, "tax id given", key);
        let tax_id = BuyerBook::tax_id(chance, country, key).filter(|_| given);
        let tax_id = tax_id.map(|number| number.as_str().to_owned()).unwrap_or_default();
        let goods: i64 = order.lines.iter().map(|line| line.cents * i64::from(line.quantity)).sum();
        let (level, base) = match chance.below(100, "level", key) {
            0..75 => ("Standard", 799),
            75..93 => ("Expedited", 1_499),
            _ => ("Priority", 2_999),
        };
        let ordinary = key.starts_with("ordinary");
        let cancelled = if ordinary && chance.happens(35, "cancels", key) {
            (5 + chance.below(900, "cancelled after", key)).to_string()
        } else {
            String::new()
        };
        for (n, line) in order.lines.iter().enumerate() {
            let mut row = vec![
                id.clone(),
                order.marketplace.to_owned(),
                order.seller.clone(),
                format!("buyer-{:010x}", chance.bits("buyer", key) >> 24),
                at.to_string(),
                (n + 1).to_string(),
                line.sku.clone(),
                line.quantity.to_string(),
                Money::usd(line.cents).to_string(),
                Money::usd(line.discount).to_string(),
            ];
            row.extend(person(&address, order.name));
            row.extend([
                tax_id.clone(),
                Money::usd(base + goods * 6 / 100).to_string(),
                level.to_owned(),
                cancelled.clone(),
            ]);
            self.file.write_record(row).unwrap();
        }
    }
}

fn person(address: &Address, name: Option<&str>) -> Vec<String> {
    let line = |n: usize| address.lines().get(n).cloned().unwrap_or_default();
    vec![
        name.unwrap_or(address.name()).to_owned(),
        line(0),
        line(1),
        address.city().to_owned(),
        address.region().to_owned(),
        address.postal_code().to_owned(),
        address.country().to_string(),
        address.phone().to_owned(),
        address.email().to_owned(),
    ]
}
