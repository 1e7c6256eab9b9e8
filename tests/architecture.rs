//! The shape of the system as a test: who may depend on whom, and what each folder may not touch.
//! The rules and the numbers of the invariants are those of ARCHITECTURE.md.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

const SERVICES: [&str; 5] = ["enrollment", "eligibility", "fulfillment", "customs", "returns"];

/// Runtime dependencies each of our crates may have on others of ours.
fn allowed() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let service = ["kernel", "ledger", "wire", "bus", "chassis", "messaging"];
    let mut allowed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::from([
        ("kernel", [].into()),
        ("tabular", [].into()),
        ("backing", [].into()),
        ("testbed", ["wire", "bus", "chassis", "backing"].into()),
        ("ledger", ["kernel"].into()),
        ("wire", ["kernel"].into()),
        ("bus", ["kernel", "wire"].into()),
        ("chassis", ["kernel", "wire"].into()),
        ("messaging", ["kernel", "wire", "bus", "chassis"].into()),
        ("simulator", ["kernel", "wire", "bus", "chassis"].into()),
        ("reconcile", ["kernel", "wire", "bus"].into()),
        ("fbactl", ["kernel", "wire", "bus", "chassis", "reconcile"].into()),
    ]);
    for name in SERVICES {
        allowed.insert(name, service.into());
    }
    // It reads sellers' files.
    allowed.entry("enrollment").or_default().insert("tabular");
    let standalone = service.into_iter().chain(SERVICES).chain(["backing", "simulator", "reconcile"]);
    allowed.insert("standalone", standalone.collect());
    allowed
}

/// Libraries that only some of our crates may use at run time.
const HOMES: [(&str, &[&str]); 3] = [
    ("rdkafka", &["bus"]),
    (
        "sqlx",
        &[
            "ledger",
            "messaging",
            "backing",
            "standalone",
            "enrollment",
            "eligibility",
            "fulfillment",
            "customs",
            "returns",
        ],
    ),
    ("testcontainers", &["backing"]),
];

/// What kernel stays free of, so that a value type never waits, stores or talks.
const NOT_IN_KERNEL: [&str; 4] = ["tokio", "sqlx", "tonic", "rdkafka"];

#[test]
fn dependencies_point_in_the_allowed_directions() {
    let metadata = metadata();
    let ours: BTreeSet<String> = metadata.workspace_packages().iter().map(|p| p.name.to_string()).collect();
    let allowed = allowed();
    let mut faults = Vec::new();
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        if name == "tests" {
            continue;
        }
        let Some(may) = allowed.get(name) else {
            faults.push(format!("{name} has no row in tests/architecture.rs: say what it may depend on"));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal) {
            if ours.contains(&dependency.name) && !may.contains(dependency.name.as_str()) {
                faults.push(format!("{name} depends on {}, which it may not", dependency.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_service_tests_without_another_service() {
    let metadata = metadata();
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        for dependency in package.dependencies.iter().filter(|d| SERVICES.contains(&d.name.as_str())) {
            let whole = ["standalone", "tests"].contains(&name);
            assert!(whole, "{name} depends on the service {}; services meet in proto/ only", dependency.name);
        }
    }
}

#[test]
fn only_the_tests_of_services_stand_on_the_testbed() {
    for package in metadata().workspace_packages() {
        let name = package.name.as_str();
        for dependency in package.dependencies.iter().filter(|d| d.name == "testbed") {
            let in_tests = dependency.kind == DependencyKind::Development && SERVICES.contains(&name);
            assert!(in_tests, "{name} depends on testbed, which is for the tests of services");
        }
    }
}

#[test]
fn libraries_stay_in_their_homes() {
    let metadata = metadata();
    let mut faults = Vec::new();
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        for dependency in package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal) {
            for (library, homes) in HOMES {
                if dependency.name == library && !homes.contains(&name) && name != "tests" {
                    faults.push(format!("{name} uses {library}; its home is {}", homes.join(", ")));
                }
            }
            if name == "kernel" && NOT_IN_KERNEL.contains(&dependency.name.as_str()) {
                faults.push(format!("kernel uses {}", dependency.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// I1: the rules are pure. Words that betray I/O, clocks, randomness, async or wire types in a `domain/` folder.
#[test]
fn i1_domain_touches_no_io_clock_randomness_or_wire_type() {
    let banned = [
        "sqlx::",
        "tonic::",
        "tokio::",
        "wire::",
        "bus::",
        "chassis::",
        "messaging::",
        "std::fs",
        "std::net",
        "std::env",
        "std::time",
        "Timestamp::now",
        "Uuid::new_v4",
        "Uuid::now_v7",
        "rand::",
        "async fn",
        ".await;",
        ".await?",
    ];
    assert_none(&sources(|path| service_folder(path, "domain")), &banned);
}

/// I2: SQL stands in store/, and in the three crates that own tables for everybody.
#[test]
fn i2_sql_stands_only_in_store() {
    let outside = |path: &Path| {
        SERVICES.iter().any(|s| path.starts_with(format!("crates/{s}/src"))) && !service_folder(path, "store")
    };
    assert_none(
        &sources(outside),
        &["sqlx::query", "query!(", "query_as!(", "query_scalar!(", "QueryBuilder"],
    );
}

/// I3: tonic only where calls come in or go out.
#[test]
fn i3_tonic_stands_only_in_grpc_and_clients() {
    let outside = |path: &Path| {
        let service = SERVICES.iter().any(|s| path.starts_with(format!("crates/{s}/src")));
        service && !service_folder(path, "grpc") && !service_folder(path, "clients")
    };
    assert_none(&sources(outside), &["tonic::"]);
}

/// I6: money, rates and weights are never floats where rules or books are.
#[test]
fn i6_no_floats_in_kernel_ledger_and_domain() {
    let exact = |path: &Path| {
        path.starts_with("crates/kernel/src")
            || path.starts_with("crates/ledger/src")
            || service_folder(path, "domain")
    };
    assert_none(&sources(exact), &["f32", "f64"]);
}

/// Files are rooms that can be seen at a glance.
#[test]
fn no_source_file_is_over_500_lines() {
    let long: Vec<String> = sources(|_| true)
        .into_iter()
        .filter_map(|(path, text)| {
            let lines = text.lines().count();
            (lines > 500).then(|| format!("{}: {lines} lines; divide it by subject", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn nothing_unfinished_is_left_behind() {
    assert_none(
        &sources(|path| path != Path::new("tests/architecture.rs")),
        &["todo!(", "unimplemented!(", "FIXME", "XXX:"],
    );
}

fn metadata() -> Metadata {
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Whether the path lies in that folder (or is that file) of a service's sources.
fn service_folder(path: &Path, folder: &str) -> bool {
    SERVICES.iter().any(|service| {
        path.starts_with(format!("crates/{service}/src/{folder}"))
            || path == Path::new(&format!("crates/{service}/src/{folder}.rs"))
    })
}

/// All Rust sources of the workspace whose path, from the root, satisfies `wanted`.
fn sources(wanted: impl Fn(&Path) -> bool) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in ["crates", "tests"] {
        collect(&root().join(folder), &mut found);
    }
    let root = root();
    let relative = found.into_iter().map(|path| path.strip_prefix(&root).unwrap().to_path_buf());
    relative
        .filter(|path| wanted(path))
        .map(|path| (path.clone(), std::fs::read_to_string(root.join(path)).unwrap()))
        .collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn assert_none(sources: &[(PathBuf, String)], banned: &[&str]) {
    assert!(!sources.is_empty(), "no source matched: the rule looks at nothing");
    let mut faults = Vec::new();
    for (path, text) in sources {
        // Tests at the end of a file may read data and environment.
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for word in banned.iter().filter(|word| code.contains(**word)) {
                faults.push(format!("{}:{}: {word}", path.display(), number + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
