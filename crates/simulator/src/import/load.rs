//! From files to a world.

use std::io::BufRead;
use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};
use jiff::tz::TimeZone;
use kernel::{SellerId, YearMonth};

use super::assembly::{self, Assembler, stock_in};
use super::assortment::Assortment;
use super::source::{Source, open};
use super::steady::Steady;
use super::uci::Demand;
use super::{Report, books, brightdata, dataco, sample_catalogue, sample_orders, tables, uci, uk_toys};
use crate::chance::Chance;
use crate::world::{Behaviour, Period, Product, RateTable, Seller, World};

const SAMPLE_CATALOGUE: &str = include_str!("../../../../data/sample/catalogue.csv");
const SAMPLE_ORDERS: &str = include_str!("../../../../data/sample/orders.csv");
/// What reports call the sample.
const BUILT_IN: &str = "built-in sample";
/// Stock of each product that stands in for goods of an imported order file.
const IMPORTED_CENTERS: usize = 4;
const IMPORTED_UNITS: u32 = 250_000;

/// Which files the world is read from.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// A catalogue; the sample when there is none.
    pub catalogue: Option<PathBuf>,
    /// An order file; the sample when there is none.
    pub orders: Option<PathBuf>,
    /// What decides everything that is left to chance.
    pub seed: u64,
    /// At most so many orders, the earliest ones; `None` = all. For trials with long files.
    pub order_limit: Option<usize>,
    /// Not at the times of the source, but so many a second of the machine's time.
    pub steady: Option<Steady>,
}

type Opened = (Source, Box<dyn BufRead>, String);

/// Reads the world.
///
/// # Errors
/// A file that cannot be read or is of no known format, or a world without anything to play.
pub fn load(inputs: &Inputs) -> anyhow::Result<World> {
    let chance = Chance::new(inputs.seed);
    let (sellers, rates, behaviour) = (tables::sellers()?, tables::rates()?, tables::behaviour()?);
    let catalogue = opened(inputs.catalogue.as_ref(), Source::SampleCatalogue, SAMPLE_CATALOGUE)?;
    let own_catalogue = catalogue.0 == Source::SampleCatalogue;
    let (mut products, catalogue_report) = read_catalogue(catalogue, chance, &sellers, &rates)?;
    let orders = opened(inputs.orders.as_ref(), Source::SampleOrders, SAMPLE_ORDERS)?;
    let foreign_orders = orders.0 != Source::SampleOrders;
    let mut assortment = Assortment::new(chance, &sellers, &products)?;
    let context = OrderContext { chance, rates: &rates, behaviour: &behaviour, map_skus: !own_catalogue };
    let (mut demand, order_report) = read_orders(orders, &mut assortment, &context)?;
    ensure!(!demand.orders.is_empty(), "{}: no order could be taken", order_report.file);
    demand.orders.truncate(inputs.order_limit.unwrap_or(usize::MAX));
    if foreign_orders {
        supply(chance, &mut products);
    }
    if let Some(steady) = inputs.steady {
        steady.spread(chance, &mut demand.orders, &mut products);
        demand.take_backs.clear();
    }
    let (first, last) = (demand.orders[0].at, demand.orders[demand.orders.len() - 1].at);
    demand.take_backs.retain(|take_back| inputs.order_limit.is_none() || take_back.at <= last);
    products.sort_by(|a, b| (a.seller, &a.sku).cmp(&(b.seller, &b.sku)));
    Ok(World {
        sellers,
        products,
        period: Period::of_orders(first, last),
        is_steady: inputs.steady.is_some(),
        orders: demand.orders,
        take_backs: demand.take_backs,
        buyers: tables::buyers()?,
        rates,
        behaviour,
        reports: vec![catalogue_report, order_report],
    })
}

fn opened(path: Option<&PathBuf>, own: Source, sample: &'static str) -> anyhow::Result<Opened> {
    match path {
        Some(path) => {
            let (source, read) = open(path)?;
            Ok((source, read, path.display().to_string()))
        }
        None => Ok((own, Box::new(sample.as_bytes()), BUILT_IN.to_owned())),
    }
}

fn read_catalogue(
    (source, read, file): Opened,
    chance: Chance,
    sellers: &[Seller],
    rates: &RateTable,
) -> anyhow::Result<(Vec<Product>, Report)> {
    let all: Vec<SellerId> = sellers.iter().map(|seller| seller.id).collect();
    let on_amazon_com = |seller: &&Seller| seller.marketplace == kernel::MarketplaceId::US;
    let exporting: Vec<SellerId> = sellers.iter().filter(on_amazon_com).map(|seller| seller.id).collect();
    let month = rates.last_month().context("rates.csv has no month")?;
    let rules = |own: &[&'static str]| [own, &assembly::RULES].concat();
    let assembler = |prefix| Assembler::new(chance, &exporting, rates, month, prefix);
    let (mut report, products);
    match source {
        Source::SampleCatalogue => {
            report = Report::new("sample catalogue", &file, &sample_catalogue::RULES);
            products = sample_catalogue::read(read, &all, &mut report)?;
        }
        Source::UkToys => {
            report = Report::new("Amazon UK toys", &file, &rules(&uk_toys::RULES));
            products = uk_toys::read(read, &mut assembler("UKT"), &mut report)?;
        }
        Source::BrightData => {
            report = Report::new("Bright Data products", &file, &rules(&brightdata::RULES));
            products = brightdata::read(read, &mut assembler("BRD"), &mut report)?;
        }
        Source::Books => {
            report = Report::new("goodbooks", &file, &rules(&books::RULES));
            products = books::read(read, &mut assembler("BK"), &mut report)?;
        }
        Source::SampleOrders | Source::UciRetail | Source::DataCo => {
            bail!("{file}: these are orders, not a catalogue; give them as ORDERS");
        }
    }
    Ok((products, report))
}

struct OrderContext<'a> {
    chance: Chance,
    rates: &'a RateTable,
    behaviour: &'a Behaviour,
    map_skus: bool,
}

fn read_orders(
    (source, read, file): Opened,
    assortment: &mut Assortment,
    context: &OrderContext<'_>,
) -> anyhow::Result<(Demand, Report)> {
    let (mut report, demand);
    match source {
        Source::SampleOrders => {
            report = Report::new("sample orders", &file, &sample_orders::RULES);
            demand = sample_orders::read(read, context.map_skus.then_some(assortment), &mut report)?;
        }
        Source::UciRetail => {
            report = Report::new("UCI Online Retail", &file, &uci::RULES);
            demand = uci::read(read, assortment, context.rates, &mut report)?;
        }
        Source::DataCo => {
            report = Report::new("DataCo orders", &file, &dataco::RULES);
            demand = dataco::read(read, assortment, (context.chance, context.behaviour), &mut report)?;
        }
        Source::SampleCatalogue | Source::UkToys | Source::BrightData | Source::Books => {
            bail!("{file}: this is a catalogue, not orders; give it as CATALOG");
        }
    }
    Ok((demand, report))
}

/// Stock for the demand of an imported order file.
fn supply(chance: Chance, products: &mut [Product]) {
    for product in products.iter_mut().filter(|product| product.stands_in) {
        product.stock = stock_in(chance, product.asin.as_str(), IMPORTED_CENTERS, IMPORTED_UNITS);
    }
}

/// The month of a time, in UTC.
pub(crate) fn month_of(time: jiff::Timestamp) -> YearMonth {
    YearMonth::of(time.to_zoned(TimeZone::UTC).date())
}
