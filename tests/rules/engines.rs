//! The rules as others would read them: a slow and obvious interpreter, Rego, and CEL.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use eligibility::rules::{Closing, Fact, Facts, Rules};
use kernel::CountrySet;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use regorus::{Engine, Value};

/// The rules of the day that all figures are about.
pub(crate) fn rules() -> Rules {
    Rules::compile("2026-10-01".parse().unwrap()).unwrap()
}

/// Items at random: most show nothing or little, few show much.
pub(crate) fn items(rules: &Rules, count: usize, seed: u64) -> Vec<Facts> {
    let mut facts: Vec<Fact> = rules.closing().map(|rule| rule.fact).collect();
    facts.dedup();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let item = |_| {
        let shown = [0, 0, 0, 1, 1, 2, 2, 3, 4, 8][random.random_range(0..10)];
        (0..shown).map(|_| facts[random.random_range(0..facts.len())]).collect()
    };
    (0..count).map(item).collect()
}

/// What is decided about an item: where it may go, and the same with what a review may open.
pub(crate) type Decided = (CountrySet, CountrySet);

/// Country by country, rule by rule.
pub(crate) struct Interpreter {
    rules: Vec<Closing>,
    open: CountrySet,
}

impl Interpreter {
    pub(crate) fn new(rules: &Rules) -> Self {
        Self { rules: rules.closing().collect(), open: rules.open() }
    }

    pub(crate) fn decide(&self, facts: Facts) -> Decided {
        let about: Vec<&Closing> = self.rules.iter().filter(|rule| facts.contains(rule.fact)).collect();
        let (mut eligible, mut not_blocked) = (Vec::new(), Vec::new());
        for country in self.open.iter() {
            let mut against = about.iter().filter(|rule| rule.countries.contains(country)).peekable();
            if against.peek().is_none() {
                eligible.push(country);
            }
            if against.all(|rule| rule.review) {
                not_blocked.push(country);
            }
        }
        (eligible.into_iter().collect(), not_blocked.into_iter().collect())
    }
}

const POLICY: &str = "
package export

blocked contains country if { some fact in input; some country in data.blocked[fact] }

reviewed contains country if { some fact in input; some country in data.reviewed[fact] }

not_blocked contains country if { some country in data.open; not country in blocked }

eligible contains country if { some country in not_blocked; not country in reviewed }
";

/// The same rules in Rego.
#[derive(Clone)]
pub(crate) struct Rego(Engine);

impl Rego {
    pub(crate) fn new(rules: &Rules) -> anyhow::Result<Self> {
        let codes = |set: CountrySet| set.iter().map(|country| country.to_string()).collect::<Vec<_>>();
        let scopes = |review: bool| {
            let mut scopes: BTreeMap<String, CountrySet> = BTreeMap::new();
            for rule in rules.closing().filter(|rule| rule.review == review) {
                let scope = scopes.entry(name(rule.fact)).or_default();
                *scope = scope.union(rule.countries);
            }
            scopes.into_iter().map(|(fact, scope)| (fact, codes(scope))).collect::<BTreeMap<_, _>>()
        };
        let data = serde_json::json!({
            "open": codes(rules.open()), "blocked": scopes(false), "reviewed": scopes(true),
        });
        let mut engine = Engine::new();
        engine.add_policy("export.rego".to_owned(), POLICY.to_owned())?;
        engine.add_data(Value::from_json_str(&data.to_string())?)?;
        Ok(Self(engine))
    }

    pub(crate) fn decide(&mut self, facts: Facts) -> anyhow::Result<Decided> {
        self.0.set_input(facts.iter().map(|fact| Value::from(name(fact))).collect::<Vec<_>>().into());
        let mut set = |rule: &str| {
            let countries = self.0.eval_rule(format!("data.export.{rule}"))?;
            let countries = countries.as_set()?.iter().map(|country| {
                let code = country.as_string()?;
                kernel::Country::parse(code).with_context(|| format!("{code} is no country"))
            });
            countries.collect::<anyhow::Result<CountrySet>>()
        };
        Ok((set("eligible")?, set("not_blocked")?))
    }
}

fn name(fact: Fact) -> String {
    fact.index().to_string()
}

/// Decides items by the compiled rules and by both engines; how many were alike. The first that is not ends it.
pub(crate) fn agreed(rules: &Rules, items: &[Facts]) -> anyhow::Result<usize> {
    let (interpreter, mut rego) = (Interpreter::new(rules), Rego::new(rules)?);
    for facts in items {
        let outcome = rules.judge(*facts);
        let compiled = (outcome.eligible, outcome.not_blocked);
        ensure!(interpreter.decide(*facts) == compiled, "the interpreter decides {facts:?} otherwise");
        ensure!(rego.decide(*facts)? == compiled, "Rego decides {facts:?} otherwise");
    }
    Ok(items.len())
}
