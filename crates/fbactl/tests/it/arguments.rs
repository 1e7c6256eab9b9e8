//! The command line itself.

use crate::fake::{Done, fbactl};

/// Where nothing listens; nothing here gets as far as a call.
const NOWHERE: &str = "http://127.0.0.1:9";

fn run(line: &str) -> Done {
    fbactl(NOWHERE, &line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
}

#[test]
fn every_subcommand_explains_itself_and_the_exit_codes() {
    let mut waiting = vec![String::new()];
    let mut seen = 0;
    while let Some(command) = waiting.pop() {
        let help = run(&format!("{command} --help"));
        assert_eq!(help.code, 0, "{command}: {}", help.err);
        assert!(help.out.contains("--endpoint-customs"), "{command}: {}", help.out);
        let nested = subcommands(&help.out);
        waiting.extend(nested.iter().map(|name| format!("{command} {name}")));
        seen += 1;
    }
    assert!(seen > 45, "only {seen} commands were found");
    let help = run("--help").out;
    for code in ["0    done", "1    a check failed", "2    usage", "3    refused", "4    unreachable"] {
        assert!(help.contains(code), "{code} is not in {help}");
    }
}

/// The names under `Commands:`.
fn subcommands(help: &str) -> Vec<String> {
    let listed =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    names.filter(|name| !name.is_empty() && *name != "help").map(str::to_owned).collect()
}

#[test]
fn a_malformed_id_is_a_usage_error_before_anything_is_called() {
    let done = run("order show 12");
    assert_eq!(done.code, 2);
    assert!(done.err.contains("12"), "{}", done.err);
}

#[test]
fn a_usage_error_is_json_where_json_is_asked_for() {
    let done = run("order show 12 --output json");
    assert_eq!(done.code, 2);
    assert_eq!(done.error()["error"]["reason"], "USAGE");
    assert_eq!(done.error()["error"]["exit_code"], 2);
}

#[test]
fn a_mutation_without_its_reason_is_not_taken() {
    let done = run("seller disable A1EXAMPLESELLER");
    assert_eq!(done.code, 2);
    assert!(done.err.contains("--reason"), "{}", done.err);
}

#[test]
fn a_hold_has_exactly_one_resolution() {
    let shipment = "0190a5b0-0000-7000-8000-000000000001";
    assert_eq!(run(&format!("shipment resolve-hold {shipment}")).code, 2);
    assert_eq!(run(&format!("shipment resolve-hold {shipment} --recheck --cancel")).code, 2);
}

#[test]
fn no_country_is_excluded_only_on_purpose() {
    assert_eq!(run("seller exclude-countries A1EXAMPLESELLER --reason x").code, 2);
}

#[test]
fn a_product_is_named_once() {
    let because = "--reason x";
    for verb in ["exclude-product", "include-product"] {
        let seller = format!("seller {verb} A1EXAMPLESELLER");
        assert_eq!(run(&format!("{seller} {because}")).code, 2, "{verb}");
        assert_eq!(run(&format!("{seller} B000000001 --sku SKU-1 {because}")).code, 2, "{verb}");
    }
}

#[test]
fn what_a_file_does_with_the_list_is_always_said() {
    let done = run("seller upload-exclusions A1EXAMPLESELLER file.tsv --reason x");
    assert_eq!(done.code, 2);
    assert!(done.err.contains("--mode"), "{}", done.err);
}

#[test]
fn a_whole_list_has_no_limit_and_an_earlier_one_goes_to_a_file() {
    let exclusions = "seller exclusions A1EXAMPLESELLER";
    for wrong in ["--at-version 3", "--out x --limit 3", "--out x --country DE"] {
        assert_eq!(run(&format!("{exclusions} {wrong}")).code, 2, "{wrong}");
    }
}

#[test]
fn a_timeout_has_bounds() {
    for wrong in ["0s", "2h", "soon", "-1s"] {
        assert_eq!(run(&format!("progress --timeout={wrong}")).code, 2, "{wrong}");
    }
}

#[test]
fn an_unreadable_token_file_is_a_usage_error() {
    let done = run("seller list --token-file does-not-exist");
    assert_eq!(done.code, 2);
    assert!(done.err.contains("does-not-exist"), "{}", done.err);
}

#[test]
fn a_version_of_settings_is_that_of_one_seller() {
    let done = run("check A1EXAMPLESELLER,SKU-1,DE A2EXAMPLESELLER,SKU-1,DE --min-version 3");
    assert_eq!(done.code, 2);
    assert!(done.err.contains("--min-version is one seller's"), "{}", done.err);
}
