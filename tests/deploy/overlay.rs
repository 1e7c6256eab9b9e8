//! A rendered overlay, and how to find things in it.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

pub(crate) const SERVICES: [&str; 5] = ["enrollment", "eligibility", "fulfillment", "customs", "returns"];

/// All objects of an overlay; none where there is no kubectl to render it.
pub(crate) fn render(overlay: &str) -> Vec<Value> {
    let folder = root().join("deploy/kubernetes/overlays").join(overlay);
    let mut kubectl = Command::new("kubectl");
    kubectl.args(["kustomize", "--load-restrictor=LoadRestrictionsNone"]).arg(&folder);
    let Ok(rendered) = kubectl.output() else {
        eprintln!("SKIPPED: there is no kubectl to render {}", folder.display());
        return Vec::new();
    };
    assert!(rendered.status.success(), "{overlay}: {}", String::from_utf8_lossy(&rendered.stderr));
    let text = String::from_utf8(rendered.stdout).unwrap();
    let objects: Vec<Value> = serde_saphyr::from_multiple(&text).unwrap();
    assert!(!objects.is_empty(), "{overlay} renders to nothing");
    objects
}

/// Both overlays with their names.
pub(crate) fn overlays() -> impl Iterator<Item = (&'static str, Vec<Value>)> {
    ["local", "production"].into_iter().map(|overlay| (overlay, render(overlay)))
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

pub(crate) fn of_kind<'a>(objects: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    objects.iter().filter(move |object| object["kind"] == kind)
}

pub(crate) fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap()
}

/// The service an object belongs to.
pub(crate) fn service(object: &Value) -> Option<&str> {
    object["metadata"]["labels"]["app.kubernetes.io/name"].as_str()
}

/// The pod that a Deployment, StatefulSet, Job or CronJob makes.
pub(crate) fn pod(object: &Value) -> Option<&Value> {
    let spec =
        if object["kind"] == "CronJob" { &object["spec"]["jobTemplate"]["spec"] } else { &object["spec"] };
    let pod = &spec["template"]["spec"];
    (!pod.is_null()).then_some(pod)
}

/// Every container of a pod.
pub(crate) fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    ["initContainers", "containers"].into_iter().flat_map(|kind| pod[kind].as_array()).flatten()
}
