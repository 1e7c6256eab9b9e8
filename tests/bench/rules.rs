//! Rows `verdict-kernel`, `verdict-engines`, `text-detection`, `rules-compile`: the rules alone, beside CEL, a plain OR of bit
//! sets, and what other engines decide.

use std::hint::black_box;
use std::time::{Duration, Instant};

use cel::{Context, Program, Value};
use eligibility::rules::{Facts, Rules};
use kernel::CountrySet;

use crate::catalogues;
use crate::engines;
use crate::report::{Report, selected};

const ROWS: [&str; 4] = ["verdict-kernel", "verdict-engines", "text-detection", "rules-compile"];
/// Items of the compiled rules, and of the engines that are slower.
const ITEMS: usize = 1_000_000;
const FEW_ITEMS: usize = 5_000;
/// How long something is repeated at least.
const LONG_ENOUGH: Duration = Duration::from_secs(2);
/// Of CEL's items a second; of those of a plain OR.
const CEL_GOAL: f64 = 100.0;
const OR_GOAL: f64 = 0.25;
/// Items a second and core.
const DETECTION_GOAL: f64 = 150_000.0;
/// Milliseconds.
const COMPILE_GOAL: f64 = 100.0;

/// Measures the rows that the glob selects.
pub(crate) fn measure(only: &str, report: &mut Report) -> anyhow::Result<()> {
    if !ROWS.iter().any(|row| selected(only, row)) {
        return Ok(());
    }
    let rules = engines::rules();
    let items = engines::items(&rules, ITEMS, 6);
    if selected(only, ROWS[0]) {
        let kernel = rate(&items, |facts| black_box(rules.judge(*facts)).eligible.is_empty());
        report.row((ROWS[0], kernel, "items/s"), ("cel", cel(&rules, &items[..FEW_ITEMS])?), CEL_GOAL);
        report.row((ROWS[0], kernel, "items/s"), ("OR of bit sets", or(&rules, &items)), OR_GOAL);
    }
    if selected(only, ROWS[1]) {
        let halves = std::thread::scope(|scope| {
            let halves: Vec<_> =
                items.chunks(ITEMS / 2).map(|half| scope.spawn(|| engines::agreed(&rules, half))).collect();
            halves.into_iter().map(|half| half.join().expect("no panic")).collect::<anyhow::Result<Vec<_>>>()
        })?;
        let agreed = halves.iter().sum::<usize>() as f64;
        report.row((ROWS[1], agreed, "items alike"), ("interpreter and Rego", ITEMS as f64), 1.0);
    }
    if selected(only, ROWS[2]) {
        match catalogues::read()? {
            Some(listings) => {
                let listings: Vec<_> = listings.into_values().collect();
                let detection = rate(&listings, |listing| rules.detect(listing).is_empty());
                report.row((ROWS[2], detection, "items/s"), ("goal", DETECTION_GOAL), 1.0);
            }
            None => println!("{}: SKIPPED, there are no real catalogues here", ROWS[2]),
        }
    }
    if selected(only, ROWS[3]) {
        let begun = Instant::now();
        black_box(engines::rules());
        let took = begun.elapsed().as_secs_f64() * 1_000.0;
        report.row((ROWS[3], took, "ms"), ("goal", COMPILE_GOAL), 1.0);
    }
    Ok(())
}

/// Items a second, on one core.
fn rate<T>(items: &[T], work: impl Fn(&T) -> bool) -> f64 {
    let (begun, mut done) = (Instant::now(), 0);
    while begun.elapsed() < LONG_ENOUGH {
        black_box(items.iter().filter(|item| work(black_box(item))).count());
        done += items.len();
    }
    done as f64 / begun.elapsed().as_secs_f64()
}

/// The masks of an item's facts, and nothing else.
fn or(rules: &Rules, items: &[Facts]) -> f64 {
    let mut masks = vec![CountrySet::EMPTY; 256];
    for rule in rules.closing() {
        let mask = &mut masks[rule.fact.index()];
        *mask = mask.union(rule.countries);
    }
    let closed =
        |facts: &Facts| facts.iter().fold(CountrySet::EMPTY, |set, fact| set.union(masks[fact.index()]));
    rate(items, |facts| black_box(closed(facts)).is_empty())
}

/// The same classes as expressions, one for each fact that closes anything; what they close is OR-ed as in the kernel.
fn cel(rules: &Rules, items: &[Facts]) -> anyhow::Result<f64> {
    let mut expressions = Vec::new();
    for rule in rules.closing() {
        match expressions.last_mut() {
            Some((fact, _, mask)) if *fact == rule.fact => *mask = rule.countries.union(*mask),
            _ => {
                let program = Program::compile(&format!("shown[{}]", rule.fact.index()))?;
                expressions.push((rule.fact, program, rule.countries));
            }
        }
    }
    Ok(rate(items, |facts| {
        let mut shown = vec![false; 256];
        facts.iter().for_each(|fact| shown[fact.index()] = true);
        let mut context = Context::default();
        context.add_variable_from_value("shown", shown);
        let mut closed = CountrySet::EMPTY;
        for (_, program, mask) in &expressions {
            if matches!(program.execute(&context), Ok(Value::Bool(true))) {
                closed = closed.union(*mask);
            }
        }
        black_box(closed).is_empty()
    }))
}
