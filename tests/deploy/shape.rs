//! What every pod must be: versions, ports and probes as the programs have them, time enough to stop, nothing it need not
//! have.

use serde_json::Value;

use crate::overlay::{containers, name, of_kind, overlays, pod};

/// Ports of every service (ARCHITECTURE.md): calls, and metrics.
const GRPC: u64 = 50051;
const ADMIN: u64 = 9090;
/// The longest that the last traces may take (chassis).
const FLUSH_SECONDS: u64 = 3;

#[test]
fn ports_and_probes_are_those_of_the_chassis() {
    for (overlay, objects) in overlays() {
        for deployment in of_kind(&objects, "Deployment") {
            let context = format!("{overlay}: {}", name(deployment));
            let container = &pod(deployment).unwrap()["containers"][0];
            let port = |wanted: &str| {
                let ports = container["ports"].as_array().unwrap();
                ports.iter().find(|port| port["name"] == wanted).unwrap()["containerPort"].as_u64().unwrap()
            };
            assert_eq!((port("grpc"), port("admin")), (GRPC, ADMIN), "{context}");
            for probe in ["startupProbe", "livenessProbe"] {
                let grpc = &container[probe]["grpc"];
                assert_eq!(
                    (grpc["port"].as_u64(), grpc["service"].as_str()),
                    (Some(GRPC), Some(chassis::LIVE)),
                    "{context}"
                );
            }
            // The empty name follows readiness.
            let readiness = &container["readinessProbe"]["grpc"];
            assert_eq!(
                (readiness["port"].as_u64(), readiness["service"].as_str().unwrap_or_default()),
                (Some(GRPC), "")
            );
        }
        for service in of_kind(&objects, "Service").filter(|service| name(service).ends_with("-api")) {
            assert_eq!(service["spec"]["ports"][0]["port"], GRPC, "{overlay}: {}", name(service));
        }
    }
}

#[test]
fn listeners_are_on_the_ports() {
    for (overlay, objects) in overlays() {
        let settings = of_kind(&objects, "ConfigMap").filter(|map| name(map).contains("-settings-"));
        for map in settings {
            let context = format!("{overlay}: {}", name(map));
            assert_eq!(map["data"]["FBA_GRPC_ADDR"], format!("0.0.0.0:{GRPC}"), "{context}");
            assert_eq!(map["data"]["FBA_ADMIN_ADDR"], format!("0.0.0.0:{ADMIN}"), "{context}");
        }
    }
}

#[test]
fn a_pod_has_the_time_it_takes_to_stop() {
    for (overlay, objects) in overlays() {
        for deployment in of_kind(&objects, "Deployment") {
            let pod = pod(deployment).unwrap();
            let settings = format!("{}-settings-", name(deployment).trim_end_matches("-server"));
            let map = of_kind(&objects, "ConfigMap").find(|map| name(map).starts_with(&settings)).unwrap();
            let drain: u64 = map["data"]["FBA_DRAIN_SECONDS"].as_str().unwrap().parse().unwrap();
            let before = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"].as_u64().unwrap();
            let grace = pod["terminationGracePeriodSeconds"].as_u64().unwrap();
            assert!(grace >= before + drain + FLUSH_SECONDS, "{overlay}: {}", name(deployment));
        }
    }
}

#[test]
fn versions_are_that_of_the_workspace() {
    let version = env!("CARGO_PKG_VERSION");
    for (overlay, objects) in overlays() {
        for object in objects.iter().filter(|object| pod(object).is_some()) {
            for container in containers(pod(object).unwrap()) {
                let image = container["image"].as_str().unwrap();
                let (repository, tag) = image.rsplit_once(':').unwrap();
                if !["fba-export/kafka", "fba-export/postgres"].contains(&repository) {
                    assert_eq!(tag, version, "{overlay}: {image}");
                }
            }
        }
        for job in of_kind(&objects, "Job").filter(|job| name(job).contains("-migrate-")) {
            assert!(name(job).ends_with(&version.replace('.', "-")), "{overlay}: {}", name(job));
        }
    }
}

#[test]
fn pods_are_restricted() {
    for (overlay, objects) in overlays() {
        for object in objects.iter().filter(|object| pod(object).is_some()) {
            let (context, pod) = (format!("{overlay}: {}", name(object)), pod(object).unwrap());
            assert_eq!(pod["automountServiceAccountToken"], false, "{context}");
            assert_eq!(pod["securityContext"]["runAsNonRoot"], true, "{context}");
            assert_eq!(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault", "{context}");
            for container in containers(pod) {
                let confined = &container["securityContext"];
                assert_eq!(confined["allowPrivilegeEscalation"], false, "{context}");
                assert_eq!(confined["readOnlyRootFilesystem"], true, "{context}");
                assert_eq!(confined["capabilities"]["drop"], serde_json::json!(["ALL"]), "{context}");
                assert!(container["resources"]["limits"]["memory"].is_string(), "{context}");
                assert!(container["resources"]["requests"]["cpu"].is_string(), "{context}");
            }
        }
    }
}

#[test]
fn two_replicas_are_never_disturbed_at_once() {
    for (overlay, objects) in overlays() {
        for deployment in of_kind(&objects, "Deployment") {
            assert_eq!(replicas(&objects, deployment), Some(2), "{overlay}: {}", name(deployment));
            let selector = &deployment["spec"]["selector"]["matchLabels"];
            let budget = of_kind(&objects, "PodDisruptionBudget")
                .find(|budget| budget["spec"]["selector"]["matchLabels"] == *selector);
            assert_eq!(
                budget.map(|budget| &budget["spec"]["maxUnavailable"]),
                Some(&Value::from(1)),
                "{overlay}"
            );
        }
    }
}

/// How many pods a Deployment has at least: by itself, or by what scales it. None where both would fight about it.
fn replicas(objects: &[Value], deployment: &Value) -> Option<u64> {
    let scaled = of_kind(objects, "ScaledObject")
        .find(|scaled| scaled["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"]);
    match (deployment["spec"]["replicas"].as_u64(), scaled) {
        (own, None) => own,
        (None, Some(scaled)) => scaled["spec"]["minReplicaCount"].as_u64(),
        (Some(_), Some(_)) => None,
    }
}
