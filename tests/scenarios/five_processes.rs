//! The sample month with the five services as five processes.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use bus::{Bus, BusArgs};
use chassis::{Principal, Role, Shutdown, SigningKey};
use simulator::{Endpoints, Inputs, Silent, Simulation};

use crate::process::{Environment, Process, free_port};

const SERVICES: [&str; 5] = ["enrollment", "eligibility", "fulfillment", "customs", "returns"];

/// Where each service answers: gRPC and admin port.
type Ports = BTreeMap<&'static str, (u16, u16)>;

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_month_ends_final_with_five_processes() {
    let backing = backing::shared().await;
    let folder = tempfile::tempdir().unwrap();
    let prefix = format!("five-{}.", std::process::id());
    let key = SigningKey::generate().unwrap();
    std::fs::write(folder.path().join("jwks.json"), key.jwks_json().unwrap()).unwrap();

    let ports: Ports = SERVICES.into_iter().map(|name| (name, (free_port(), free_port()))).collect();
    let mut processes = Vec::new();
    for name in SERVICES {
        let database = backing::test_database(&format!("empty-{name}"), "1", async |_| Ok(())).await;
        let servers = (database.url(), backing.kafka_brokers(), prefix.as_str());
        let environment = environment(name, &ports, &key, folder.path(), servers);
        let (_, admin) = ports[name];
        processes.push((Process::start(name, &environment, folder.path(), admin), database));
    }
    for (process, _) in &mut processes {
        process.wait_ready();
    }

    let bus = Bus::new(BusArgs::new(backing.kafka_brokers(), &prefix), "simulator");
    let inputs = Inputs { catalogue: None, orders: None, seed: 1, order_limit: None };
    let simulation = Simulation::new(inputs, endpoints(&ports), bus, key);
    let outcome = simulation.run(&mut Silent, Shutdown::new()).await.unwrap();
    assert_eq!(outcome.dead_letters, 0, "every record was taken");
    assert!(outcome.open.total() == 0, "not final: {:?}", outcome.open);
}

fn endpoints(ports: &Ports) -> Endpoints {
    let url = |name: &str| format!("http://127.0.0.1:{}", ports[name].0);
    Endpoints {
        enrollment: url("enrollment"),
        eligibility: url("eligibility"),
        fulfillment: url("fulfillment"),
        customs: url("customs"),
        returns: url("returns"),
    }
}

fn environment(
    name: &'static str,
    ports: &Ports,
    key: &SigningKey,
    folder: &Path,
    (database, brokers, prefix): (&str, &str, &str),
) -> Environment {
    let token =
        key.sign(&Principal::new(format!("service:{name}"), Role::Service), Duration::from_secs(3_600));
    let token_file = folder.join(format!("{name}.token"));
    std::fs::write(&token_file, token.unwrap()).unwrap();
    let path = |path: &Path| path.display().to_string();
    let url = |name: &str| format!("http://127.0.0.1:{}", ports[name].0);
    BTreeMap::from([
        ("FBA_DATABASE_URL", database.to_owned()),
        ("FBA_KAFKA_BROKERS", brokers.to_owned()),
        ("FBA_TOPIC_PREFIX", prefix.to_owned()),
        ("FBA_CLOCK", "simulated".to_owned()),
        ("FBA_GRPC_ADDR", format!("127.0.0.1:{}", ports[name].0)),
        ("FBA_ADMIN_ADDR", format!("127.0.0.1:{}", ports[name].1)),
        ("FBA_JWKS_FILE", path(&folder.join("jwks.json"))),
        ("FBA_SERVICE_TOKEN_FILE", path(&token_file)),
        ("FBA_DOCUMENTS_FOLDER", path(&folder.join("documents"))),
        ("FBA_ELIGIBILITY_URL", url("eligibility")),
        ("FBA_CUSTOMS_URL", url("customs")),
        ("FBA_FULFILLMENT_URL", url("fulfillment")),
    ])
}
