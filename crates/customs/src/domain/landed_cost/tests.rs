//! Worked examples of others (vectors), the boundary pairs of every kind of threshold, and properties.
//!
//! The vectors' figures are facts of their sources. Not used, since no rule here fits them: CA-mail-30 (parcels go by
//! courier), NO-98 (historical), IL-150 (calculates with 17 %, the rate is 18 %).
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use kernel::{Country, Currency, Dated, Effective, HsCode, LineNo, Money, Rounding, Weight, YearMonth};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::country::ValueBasis;
use super::estimate::NotCalculable;
use super::*;
use crate::domain::destinations::{Destinations, FeeCarrier};
use crate::domain::hs::Classification;

const OCTOBER: &str = "2026-10-05";

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn rates() -> ExchangeRates {
    let units = [
        ("EUR", "0.9"),
        ("GBP", "0.75"),
        ("CAD", "1.4"),
        ("AUD", "1.5"),
        ("NZD", "1.7"),
        ("BRL", "5"),
        ("MXN", "18"),
        ("JPY", "150"),
        ("CHF", "0.8"),
        ("CNY", "7"),
        ("AED", "3.6725"),
        ("NOK", "10"),
        ("RON", "4.5"),
        ("ILS", "3.5"),
        ("ZAR", "18"),
        ("INR", "85"),
    ];
    let units: BTreeMap<Currency, Decimal> =
        units.iter().map(|(code, rate)| (code.parse().unwrap(), dec(rate))).collect();
    ExchangeRates::new(YearMonth::parse("2026-10").unwrap(), "test", units)
}

fn line(no: u32, hs: &str, quantity: u32, unit_price: &str) -> BasketLine {
    BasketLine {
        line_no: LineNo::new(no).unwrap(),
        classification: Classification { hs_code: HsCode::parse(hs).unwrap(), estimated: false },
        quantity,
        unit_price: money(unit_price),
        unit_weight: None,
    }
}

fn basket(country: &str, shipping: &str, lines: Vec<BasketLine>) -> Basket {
    Basket {
        destination: country.parse().unwrap(),
        region: String::new(),
        lines,
        shipping: money(shipping),
        date: OCTOBER.parse().unwrap(),
    }
}

static RULES: LazyLock<LandedCost> = LazyLock::new(|| LandedCost::load().unwrap());

fn estimate(basket: &Basket) -> Result<Estimate, NotCalculable> {
    RULES.estimate(basket, FeeCarrier::Dhl, &rates())
}

fn one(country: &str, hs: &str, price: &str) -> Estimate {
    let zero = Money::zero(money(price).currency()).to_string();
    estimate(&basket(country, &zero, vec![line(1, hs, 1, price)])).unwrap()
}

fn charges(estimate: &Estimate) -> (String, String) {
    (estimate.duty.to_string(), estimate.tax.to_string())
}

fn eu_code_at(percent: &str) -> String {
    let tariff = Tariff::load().unwrap();
    let text = include_str!("../../../../../data/customs/tariff_hs6.csv");
    let codes = text.lines().skip(1).map(|line| line[..6].to_owned());
    codes
        .into_iter()
        .find(|code| {
            let code = HsCode::parse(code).unwrap();
            tariff.hs6_rate(super::tariff::Schedule::Eu, code) == Some(dec(percent))
        })
        .unwrap()
}

#[test]
fn vector_dhl_in_nl_duty_on_cif_and_vat_on_top() {
    // DHL landed-cost worked example (2025); its rupees stand here as euros, the arithmetic is the same.
    let basket = basket("NL", "EUR 6792.00", vec![line(1, &eu_code_at("8"), 1, "EUR 70000.00")]);
    assert_eq!(charges(&estimate(&basket).unwrap()), ("EUR 6143.36".into(), "EUR 17416.43".into()));
}

#[test]
fn vector_lcc_cn_de_duty_on_goods_alone() {
    // PyPI landed-cost-calculator 0.3.1: calculates Germany as a FOB country, so it does here.
    let mut rules = LandedCost::load().unwrap();
    let (germany, date) = (Country::constant("DE"), OCTOBER.parse::<Date>().unwrap());
    let mut fob = rules.countries.rules(germany, date).unwrap().clone();
    fob.value_basis = ValueBasis::Fob;
    let always = Effective::new(date, None).unwrap();
    rules.countries.rules.insert(germany, Dated::new(vec![(always, fob)]).unwrap());
    let basket = basket("DE", "EUR 410.00", vec![line(1, &eu_code_at("6.5"), 1, "EUR 1294.95")]);
    let estimate = rules.estimate(&basket, FeeCarrier::Dhl, &rates()).unwrap();
    assert_eq!(charges(&estimate), ("EUR 84.17".into(), "EUR 339.93".into()));
    let others = money("EUR 1155.05"); // export cost 40.05, brokerage 95, last mile 1,020
    let all = [estimate.goods, estimate.shipping, estimate.duty, estimate.tax, others];
    assert_eq!(Money::sum(others.currency(), all).unwrap(), money("EUR 3284.10"));
}

#[test]
fn vectors_br_remessa_conforme_with_icms_inside_its_base() {
    // UOL 2025-07-29.
    assert_eq!(charges(&one("BR", "950300", "USD 50.00")), ("USD 10.00".into(), "USD 12.29".into()));
    assert_eq!(charges(&one("BR", "950300", "USD 100.00")), ("USD 40.00".into(), "USD 28.67".into()));
}

#[test]
fn vectors_eu_three_euros_for_each_distinct_hs6() {
    // Glopal on the Commission's guidance of 2026-06-02; Baker McKenzie 2026-07-02.
    let two = vec![line(1, "610910", 1, "EUR 20.00"), line(2, "910211", 1, "EUR 30.00")];
    let france = estimate(&basket("FR", "EUR 0.00", two)).unwrap();
    assert_eq!(
        charges(&france),
        ("EUR 6.00".into(), "EUR 11.20".into()),
        "VAT: 10.00 on goods, 1.20 on duty"
    );
    let five_shirts = basket("DE", "EUR 0.00", vec![line(1, "610910", 5, "EUR 20.00")]);
    assert_eq!(estimate(&five_shirts).unwrap().duty, money("EUR 3.00"));
    let same_code = vec![line(1, "6109100010", 1, "EUR 20.00"), line(2, "61091000", 1, "EUR 30.00")];
    assert_eq!(estimate(&basket("DE", "EUR 0.00", same_code)).unwrap().duty, money("EUR 3.00"));
}

#[test]
fn the_flat_duty_of_the_eu_holds_up_to_150_euros_and_until_its_last_day() {
    assert_eq!(one("DE", "610910", "EUR 150.00").duty, money("EUR 3.00"));
    assert_eq!(one("DE", "610910", "EUR 150.01").duty, money("EUR 18.00"), "12 % above");
    let on = |date: &str| {
        let mut basket = basket("DE", "EUR 0.00", vec![line(1, "610910", 1, "EUR 100.00")]);
        basket.date = date.parse().unwrap();
        estimate(&basket).unwrap().duty
    };
    assert_eq!(on("2026-06-30"), money("EUR 0.00"), "relief up to EUR 150");
    assert_eq!(on("2026-07-01"), money("EUR 3.00"));
    assert_eq!(on("2028-07-01"), money("EUR 3.00"));
    assert_eq!(on("2028-07-02"), money("EUR 12.00"), "the tariff");
}

#[test]
fn vectors_ca_courier_tax_from_40_01_and_duty_from_150_01() {
    // CBSA LVS rule for courier parcels from the US.
    let canada = |price| charges(&one("CA", "610910", price));
    let nothing = ("CAD 0.00".to_owned(), "CAD 0.00".to_owned());
    assert_eq!(canada("CAD 30.00"), nothing);
    assert_eq!(canada("CAD 40.00"), nothing);
    assert_eq!(canada("CAD 40.01"), ("CAD 0.00".into(), "CAD 6.00".into()), "15 %: region not known");
    assert_eq!(canada("CAD 100.00").0, "CAD 0.00");
    assert_eq!(canada("CAD 150.00").0, "CAD 0.00");
    assert_eq!(canada("CAD 150.01").0, "CAD 9.00", "6 % typical parcel rate");
}

#[test]
fn the_tax_of_canada_follows_the_province() {
    let in_province = |region: &str| {
        let mut basket = basket("CA", "CAD 0.00", vec![line(1, "610910", 1, "CAD 100.00")]);
        basket.region = region.to_owned();
        estimate(&basket).unwrap().tax
    };
    assert_eq!(in_province("ON"), money("CAD 13.00"));
    assert_eq!(in_province("CA-AB"), money("CAD 5.00"));
    assert_eq!(in_province("Ontariooo"), money("CAD 15.00"), "unknown: the highest");
}

#[test]
fn vector_gb_135_no_duty_up_to_135_pounds_but_vat_from_zero() {
    assert_eq!(charges(&one("GB", "610910", "GBP 135.00")), ("GBP 0.00".into(), "GBP 27.00".into()));
    assert_eq!(charges(&one("GB", "610910", "GBP 135.01")), ("GBP 16.20".into(), "GBP 30.24".into()));
}

#[test]
fn australia_takes_duty_above_1000_dollars_on_fob_and_gst_on_everything() {
    assert_eq!(charges(&one("AU", "420222", "AUD 1000.00")), ("AUD 0.00".into(), "AUD 100.00".into()));
    assert_eq!(charges(&one("AU", "420222", "AUD 1000.01")), ("AUD 50.00".into(), "AUD 105.00".into()));
    let shipped = basket("AU", "AUD 100.00", vec![line(1, "420222", 1, "AUD 2000.00")]);
    assert_eq!(charges(&estimate(&shipped).unwrap()), ("AUD 100.00".into(), "AUD 220.00".into()));
}

#[test]
fn mexico_takes_one_flat_rate_in_place_of_duty_and_tax() {
    for (price, duty) in [("USD 50.00", "USD 0.00"), ("USD 50.01", "USD 8.50"), ("USD 117.00", "USD 19.89")] {
        assert_eq!(charges(&one("MX", "950300", price)), (duty.into(), "USD 0.00".into()), "{price}");
    }
    assert_eq!(one("MX", "950300", "USD 117.01").duty, money("USD 22.23"));
}

#[test]
fn small_charges_that_a_country_does_not_collect_are_dropped() {
    let swiss = |price| charges(&one("CH", "950300", price)).1;
    assert_eq!(swiss("CHF 61.00"), "CHF 0.00", "8.1 % of 61 is CHF 4.95");
    assert_eq!(swiss("CHF 62.50"), "CHF 5.05", "to five centimes");
}

#[test]
fn a_threshold_may_be_bound_to_one_unit_or_to_a_weight() {
    let norway =
        |quantity| estimate(&basket("NO", "NOK 0.00", vec![line(1, "950300", quantity, "NOK 3000.00")]));
    assert_eq!(norway(3).unwrap().duty, money("NOK 0.00"));
    let ecuador = |grams: Option<i64>| {
        let mut line = line(1, "950300", 1, "USD 100.00");
        line.unit_weight = grams.map(|grams| Weight::from_grams(grams).unwrap());
        estimate(&basket("EC", "USD 0.00", vec![line])).unwrap().duty
    };
    assert_eq!(ecuador(Some(4_000)), money("USD 0.00"));
    assert_eq!(ecuador(Some(4_001)), money("USD 15.00"));
    assert_eq!(ecuador(None), money("USD 15.00"), "unknown weight is not light");
}

#[test]
fn japan_does_not_relieve_footwear_and_cuts_off_below_100_yen() {
    assert_eq!(charges(&one("JP", "950300", "JPY 10000")), ("JPY 0".into(), "JPY 0".into()));
    let shoes = one("JP", "640299", "JPY 10000");
    assert!(shoes.duty.minor() > 0 && shoes.duty.minor() % 100 == 0, "{}", shoes.duty);
}

#[test]
fn the_carriers_fee_is_due_only_where_duty_or_tax_is() {
    let hong_kong = estimate(&basket("HK", "USD 5.00", vec![line(1, "610910", 1, "USD 40.00")]));
    assert!(hong_kong.is_err(), "no rate of HKD was published");
    assert_eq!(one("AE", "610910", "USD 20.00").fees, money("USD 0.00"));
    assert_eq!(one("AE", "610910", "USD 200.00").fees, money("USD 17.00"));
    assert_eq!(one("AE", "610910", "USD 20000.00").fees, money("USD 41.00"), "2 % of 2,050");
}

#[test]
fn what_is_missing_is_named() {
    let mut early = basket("DE", "USD 0.00", vec![line(1, "610910", 1, "USD 20.00")]);
    early.date = "2019-01-01".parse().unwrap();
    assert_eq!(estimate(&early).unwrap_err().missing, "import rules of DE on 2019-01-01");
    let poland = basket("PL", "USD 0.00", vec![line(1, "610910", 1, "USD 20.00")]);
    assert_eq!(estimate(&poland).unwrap_err().missing, "exchange rate of PLN for 2026-10");
    let aruba = basket("AW", "USD 0.00", vec![line(1, "610910", 1, "USD 20.00")]);
    assert!(estimate(&aruba).unwrap_err().missing.contains("AWG"));
}

#[test]
fn at_least_60_destinations_are_calculable_where_rates_are_published() {
    let date: Date = OCTOBER.parse().unwrap();
    let all: BTreeMap<Currency, Decimal> = Currency::all().map(|c| (c, dec("2"))).collect();
    let all = ExchangeRates::new(YearMonth::of(date), "test", all);
    let (rules, destinations) = (&RULES, Destinations::load().unwrap());
    let calculable = Country::all().filter(|country| {
        let Ok(carrier) = destinations.serve(*country, date) else { return false };
        let basket = basket(country.as_str(), "USD 10.00", vec![line(1, "950300", 1, "USD 600.00")]);
        rules.estimate(&basket, carrier, &all).is_ok()
    });
    let count = calculable.count();
    assert!(count >= 170, "{count} destinations");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Whatever the basket: nothing is negative, the lines add up to the totals exactly, and the deposit is their sum.
    #[test]
    fn the_deposit_is_the_exact_sum_of_its_parts(
        country in prop::sample::select(vec!["DE", "FR", "CA", "GB", "AU", "BR", "MX", "CH", "JP", "AE", "ZA", "IN"]),
        lines in prop::collection::vec((0_usize..5, 1_u32..20, 0_i64..100_000), 1..12),
        shipping in 0_i64..20_000,
    ) {
        let codes = ["610910", "950300", "640299", "910211", "490199"];
        let lines: Vec<BasketLine> = lines.iter().enumerate().map(|(index, (code, quantity, cents))| {
            let price = Money::usd(*cents).to_string();
            line(u32::try_from(index).unwrap() + 1, codes[*code], *quantity, &price)
        }).collect();
        let goods: i64 = lines.iter().map(|l| l.unit_price.minor() * i64::from(l.quantity)).sum();
        let e = estimate(&basket(country, &Money::usd(shipping).to_string(), lines)).unwrap();
        prop_assert!(!e.deposit.is_negative() && !e.duty.is_negative() && !e.tax.is_negative());
        prop_assert_eq!(e.goods.minor(), goods);
        prop_assert_eq!(e.lines.iter().map(|l| l.duty.minor()).sum::<i64>(), e.duty.minor());
        prop_assert_eq!(e.lines.iter().map(|l| l.tax.minor()).sum::<i64>(), e.tax.minor());
        prop_assert_eq!(e.deposit.minor(), e.duty.minor() + e.tax.minor() + e.fees.minor());
        prop_assert!(e.lines.iter().all(|l| !l.duty.is_negative() && !l.tax.is_negative()));
    }
}

#[test]
fn a_step_of_rounding_is_the_countrys() {
    let of =
        |code: &str| RULES.countries.rules(code.parse().unwrap(), OCTOBER.parse().unwrap()).unwrap().clone();
    assert_eq!(of("CH").round(dec("5.063")).unwrap(), money("CHF 5.05"));
    assert_eq!(of("KR").round(dec("1239.9")).unwrap(), money("KRW 1230"));
    assert_eq!(
        of("DE").round(dec("1.005")).unwrap(),
        Money::from_decimal("EUR".parse().unwrap(), dec("1.01"), Rounding::HalfUp).unwrap()
    );
}
