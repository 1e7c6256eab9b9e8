//! Variables: each one that a program is given is one that its `--help` names, and each reference is to something there.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::overlay::{SERVICES, containers, name, of_kind, overlays, pod, service};

#[test]
fn every_variable_is_one_of_the_service_s_help() {
    for (overlay, objects) in overlays() {
        for deployment in of_kind(&objects, "Deployment") {
            let service = service(deployment).unwrap();
            assert!(SERVICES.contains(&service), "{overlay}: {service} is no service of ours");
            let known = variables(service);
            let given = given(&objects, deployment);
            assert!(given.len() > 5, "{overlay}: {service} is given {given:?}");
            let unknown: Vec<_> = given.keys().filter(|variable| !known.contains(*variable)).collect();
            assert!(unknown.is_empty(), "{overlay}: {service} does not know {unknown:?}");
        }
    }
}

#[test]
fn migrations_run_with_the_settings_of_their_service() {
    for (overlay, objects) in overlays() {
        for deployment in of_kind(&objects, "Deployment") {
            let service = service(deployment).unwrap();
            let migrations =
                of_kind(&objects, "Job").filter(|job| name(job).starts_with(&format!("{service}-migrate-")));
            let migrations: Vec<&Value> = migrations.collect();
            assert_eq!(migrations.len(), 1, "{overlay}: {service}");
            assert_eq!(given(&objects, migrations[0]), given(&objects, deployment), "{overlay}: {service}");
            let volumes = |object: &Value| pod(object).unwrap()["volumes"].as_array().unwrap()[..2].to_vec();
            assert_eq!(volumes(migrations[0]), volumes(deployment), "{overlay}: {service}");
        }
    }
}

#[test]
fn urls_of_other_services_are_those_of_their_kubernetes_services() {
    for (overlay, objects) in overlays() {
        let known: BTreeSet<String> =
            of_kind(&objects, "Service").map(|service| name(service).to_owned()).collect();
        for object in objects.iter().filter(|object| pod(object).is_some()) {
            for (variable, value) in given(&objects, object) {
                let Some(url) = value.strip_prefix("http://") else { continue };
                let (host, port) = url.split_once(':').unwrap();
                assert!(known.contains(host), "{overlay}: {variable}={value} of {}", name(object));
                assert_eq!(port, "50051", "{overlay}: {variable}={value} of {}", name(object));
            }
        }
    }
}

/// The variables that the containers of an object are given, through ConfigMaps and by themselves.
fn given(objects: &[Value], object: &Value) -> BTreeMap<String, String> {
    let mut given = BTreeMap::new();
    for container in containers(pod(object).unwrap()) {
        for source in container["envFrom"].as_array().into_iter().flatten() {
            let wanted = source["configMapRef"]["name"].as_str().unwrap();
            let map = of_kind(objects, "ConfigMap").find(|map| name(map) == wanted);
            let map = map.unwrap_or_else(|| panic!("{} uses {wanted}, which is not there", name(object)));
            let entries = map["data"].as_object().unwrap().iter();
            given.extend(entries.map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned())));
        }
        for variable in container["env"].as_array().into_iter().flatten() {
            let text = |field: &str| variable[field].as_str().unwrap().to_owned();
            given.insert(text("name"), text("value"));
        }
    }
    given
}

/// The variables that `<service> serve --help` names.
fn variables(service: &str) -> BTreeSet<String> {
    let here = std::env::current_exe().unwrap();
    let binary = here.parent().unwrap().parent().unwrap().join(service);
    let help = Command::new(&binary).args(["serve", "--help"]).output();
    let help = help.unwrap_or_else(|error| panic!("{}: {error}: build the workspace", binary.display()));
    let help = String::from_utf8(help.stdout).unwrap();
    help.split("[env: ").skip(1).map(|rest| rest[..rest.find(['=', ']']).unwrap()].to_owned()).collect()
}
