//! Tables of rules that an operator brings: checked, compared, put in force while everything runs.

use std::path::PathBuf;

use chassis::{Role, reason_of};
use testbed::until;
use tonic::Code;
use wire::ErrorReason;
use wire::convert::timestamp;
use wire::eligibility::v1::*;

use crate::support::{Client, SELLER, World, asin, item, line};

const TABLES: [&str; 12] = [
    "goods.csv",
    "goods_hs.csv",
    "goods_terms.csv",
    "languages.csv",
    "size_tiers.csv",
    "policies.csv",
    "dangerous_goods.csv",
    "export_control.csv",
    "destinations.csv",
    "embargoes.csv",
    "restrictions.csv",
    "programme_rules.csv",
];
/// The test's item is a "Cotton T-shirt".
const COTTON_IS_A_LASER: &str = "LASER,CERTAIN,TITLE,GOODS,cotton t shirt,a test,2026-10-01,S\n";

/// The shipped tables, one of them with a row more.
fn tables(changed: &str, row: &str) -> Vec<RuleTable> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/eligibility");
    let table = |file: &str| {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let text = if file == changed { text + row } else { text };
        RuleTable { file: file.to_owned(), text }
    };
    TABLES.into_iter().map(table).collect()
}

/// A row of `embargoes.csv`.
fn embargo(country: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/eligibility/embargoes.csv");
    let header = std::fs::read_to_string(folder).unwrap().lines().next().unwrap().to_owned();
    let cells = header.split(',').map(|column| match column {
        "country" => country,
        "valid_from" => "2026-01-01",
        "valid_to" => "",
        _ => "a test",
    });
    cells.collect::<Vec<_>>().join(",") + "\n"
}

impl World {
    async fn import(&self, tables: Vec<RuleTable>) -> ImportRuleSetResponse {
        let request = ImportRuleSetRequest { tables, check_only: false };
        self.operator().import_rule_set(request).await.unwrap().into_inner()
    }

    /// Imports tables and answers their digest.
    async fn digest(&self, tables: Vec<RuleTable>) -> String {
        self.import(tables).await.rule_set.unwrap().digest
    }

    async fn activate(&self, digest: &str) -> RuleActivation {
        let request = ActivateRuleSetRequest {
            request_id: format!("activate-{digest}-{}", self.time.now()),
            digest: digest.to_owned(),
            reason: "a test".to_owned(),
        };
        self.operator().activate_rule_set(request).await.unwrap().into_inner().activation.unwrap()
    }

    async fn rule_sets(&self) -> ListRuleSetsResponse {
        self.operator().list_rule_sets(ListRuleSetsRequest {}).await.unwrap().into_inner()
    }

    /// The newest activation, once all products were compared with it.
    async fn compared(&self) -> RuleActivation {
        until("all products are compared", async || {
            let newest = self.rule_sets().await.activations.remove(0);
            if newest.completed_time.is_some() { Ok(newest) } else { Err(newest) }
        })
        .await
    }

    async fn difference(&self, from: &str, to: &str) -> RuleSetDifference {
        let request = DiffRuleSetsRequest { from_digest: from.to_owned(), to_digest: to.to_owned() };
        let mut answers = self.operator().diff_rule_sets(request).await.unwrap().into_inner();
        let mut last = None;
        while let Some(answer) = answers.message().await.unwrap() {
            assert!(last.is_none() && answer.compared_count <= answer.product_count);
            last = answer.difference;
        }
        last.unwrap()
    }
}

async fn evaluated() -> World {
    let world = World::start().await;
    world.enrolled().await;
    world.listed(&[item(1), item(2)]).await;
    world.cycle().await;
    world
}

#[tokio::test]
async fn what_of_tables_cannot_be_used_is_named_by_file_and_line() {
    let world = World::start().await;
    let line =
        |file: &str| tables("", "").iter().find(|table| table.file == file).unwrap().text.lines().count() + 1;
    let (terms, countries) = (line("goods_terms.csv"), line("restrictions.csv"));
    let without_a_table = tables("", "").split_off(1);
    for (tables, problem) in [
        (
            tables("goods_terms.csv", "NO_SUCH,CERTAIN,TITLE,GOODS,x,y,z,S\n"),
            format!("goods_terms.csv, line {terms}: no class is called NO_SUCH"),
        ),
        (tables("goods_terms.csv", "LASER,CERTAIN\n"), format!("goods_terms.csv, line {terms}: has 2 cells")),
        (tables("restrictions.csv", "X,ZZ9\n"), format!("restrictions.csv, line {countries}: has 2 cells")),
        (without_a_table, "goods.csv is missing".to_owned()),
        (
            vec![RuleTable { file: "other.csv".to_owned(), text: String::new() }],
            "other.csv is none of".to_owned(),
        ),
    ] {
        for check_only in [true, false] {
            let request = ImportRuleSetRequest { tables: tables.clone(), check_only };
            let refused = world.operator().import_rule_set(request).await.unwrap_err();
            assert_eq!(refused.code(), Code::InvalidArgument);
            assert!(refused.message().contains(&problem), "{}", refused.message());
        }
    }
    assert_eq!(world.rule_sets().await.rule_sets.len(), 1);
}

#[tokio::test]
async fn tables_that_are_only_checked_are_not_kept_and_the_same_are_kept_once() {
    let world = World::start().await;
    let request = ImportRuleSetRequest { tables: tables("embargoes.csv", &embargo("JP")), check_only: true };
    let checked = world.operator().import_rule_set(request.clone()).await.unwrap().into_inner();
    assert!(checked.rule_count > 100);
    assert_eq!(world.rule_sets().await.rule_sets.len(), 1);

    let [first, second] = [world.import(request.tables.clone()).await, world.import(request.tables).await];
    assert_eq!((first.already_applied, second.already_applied), (false, true));
    let known = world.rule_sets().await.rule_sets;
    let shown: Vec<_> =
        known.iter().map(|set| (set.shipped, set.in_force, set.imported_by.as_str())).collect();
    assert_eq!(shown, [(true, true, ""), (false, false, "operator:test")]);
    assert_eq!(known[1].digest, first.rule_set.unwrap().digest);
}

#[tokio::test]
async fn what_other_tables_would_decide_is_told_before_they_are_in_force() {
    let world = evaluated().await;
    let embargo = world.digest(tables("embargoes.csv", &embargo("JP"))).await;
    let laser = world.digest(tables("goods_terms.csv", COTTON_IS_A_LASER)).await;

    let difference = world.difference("", &embargo).await;
    assert_eq!((difference.product_count, difference.tightened_count, difference.loosened_count), (2, 2, 0));
    let [japan] = difference.countries.try_into().unwrap();
    assert_eq!((japan.country_code.as_str(), japan.closing_count, japan.opening_count), ("JP", 2, 0));
    assert_eq!(difference.samples.len(), 2);
    assert_eq!(difference.samples[0].closing_country_codes, ["JP"]);

    // Texts are read anew where the tables find otherwise what a product is.
    let back = world.difference(&laser, "shipped").await;
    assert_eq!((back.product_count, back.tightened_count, back.loosened_count), (2, 0, 2));
    assert!(back.countries.len() > 200 && back.rules.is_empty());
    // Nothing has changed by it.
    assert_eq!(world.codes("SKU-1", "JP").await, Vec::<String>::new());

    let mut unknown = world.operator();
    let asked = DiffRuleSetsRequest { from_digest: String::new(), to_digest: "000000000000".to_owned() };
    let refused = unknown.diff_rule_sets(asked).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::RuleSetNotFound));
}

#[tokio::test]
async fn what_got_stricter_counts_at_once_and_what_opens_waits_for_the_cycle() {
    let world = evaluated().await;
    let laser = world.digest(tables("goods_terms.csv", COTTON_IS_A_LASER)).await;
    let activation = world.activate(&laser).await;
    assert_eq!(
        (activation.digest.as_str(), activation.activated_by.as_str()),
        (laser.as_str(), "operator:test")
    );
    let compared = world.compared().await;
    assert_eq!((compared.compared_count, compared.tightened_count), (2, 2));
    world.answers("SKU-1", "DE", &["EXP_RESTRICTED_LASER"]).await;
    let verdict = world.verdict(&asin(1)).await;
    assert!(verdict.eligible_country_codes.is_empty() && verdict.rule_set_version.contains(&laser));
    assert_eq!(world.verdict_events(&asin(1), 2).await.len(), 2);

    // A product that is listed now is judged by them.
    world.listed(&[item(3)]).await;
    world.time.move_to("2026-10-06T00:00:00Z");
    world.activate("shipped").await;
    let compared = world.compared().await;
    assert_eq!((compared.compared_count, compared.tightened_count), (3, 0));
    world.answers("SKU-1", "DE", &["EXP_RESTRICTED_LASER"]).await;
    let known = world.rule_sets().await;
    assert_eq!(known.rule_sets.iter().map(|set| set.in_force).collect::<Vec<_>>(), [true, false]);
    assert_eq!(known.activations.len(), 2);

    world.time.move_to("2026-11-01T00:00:00Z");
    world.completed_events(2).await;
    for sku in ["SKU-1", "SKU-3"] {
        world.answers(sku, "DE", &[]).await;
    }
}

#[tokio::test]
async fn every_replica_and_every_restart_goes_by_what_is_in_force() {
    let world = evaluated().await;
    let replica = world.replica().await;
    let embargo = world.digest(tables("embargoes.csv", &embargo("JP"))).await;
    world.activate(&embargo).await;
    let restarted = world.replica().await;
    for service in [&replica, &restarted] {
        let mut client = Client::new(service.caller(Role::Operator));
        until("the replica knows", async || {
            let known = client.list_rule_sets(ListRuleSetsRequest {}).await.unwrap().into_inner();
            let in_force = known.rule_sets.into_iter().find(|set| set.in_force).unwrap().digest;
            if in_force == embargo { Ok(()) } else { Err(in_force) }
        })
        .await;
    }
    world.answers("SKU-1", "JP", &["EMBARGO_JP"]).await;
    assert!(!world.verdict(&asin(1)).await.eligible_country_codes.contains(&"JP".to_owned()));
}

#[tokio::test]
async fn a_time_before_an_activation_is_answered_by_the_tables_of_then() {
    let world = evaluated().await;
    world.past_known().await;
    let embargo = world.digest(tables("embargoes.csv", &embargo("JP"))).await;
    let japan = async |at: Option<&str>| {
        let at = at.map(|at| timestamp(at.parse().unwrap()));
        let request =
            CheckEligibilityRequest { lines: vec![line(SELLER, "SKU-1", "JP")], at, ..Default::default() };
        let answer = world.operator().check_eligibility(request).await.unwrap().into_inner();
        (answer.results[0].eligible, answer.rule_set_version)
    };
    let before = japan(None).await;
    assert!(before.0 && !before.1.contains(&embargo), "{before:?}");
    world.time.move_to("2026-10-06T08:00:00Z");
    world.activate(&embargo).await;
    world.compared().await;
    world.time.move_to("2026-10-07T08:00:00Z");
    assert_eq!(japan(Some("2026-10-06T07:59:59Z")).await, before);
    for at in [Some("2026-10-06T08:00:00Z"), None] {
        let after = japan(at).await;
        assert!(!after.0 && after.1.contains(&embargo), "{at:?}: {after:?}");
    }
    // Once another activation has passed they are not those in force any more, and compiled again.
    world.activate("shipped").await;
    world.compared().await;
    world.time.move_to("2026-10-08T08:00:00Z");
    let then = japan(Some("2026-10-06T12:00:00Z")).await;
    assert!(!then.0 && then.1.contains(&embargo), "{then:?}");
}
