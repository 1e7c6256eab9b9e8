//! The five services as five processes, each with its own configuration, database and ports, as deployed.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use backing::{Backing, TestDatabase, free_port};
use bus::BusArgs;
use chassis::{Principal, Role, SigningKey};
use simulator::Endpoints;

use crate::process::{Environment, Process};

/// The services, in no particular order: each bears that the others are not there yet.
pub(crate) const SERVICES: [&str; 5] = ["enrollment", "eligibility", "fulfillment", "customs", "returns"];

/// Tokens are good for longer than any test.
const TOKEN_TTL: Duration = Duration::from_secs(3_600);

/// Five running processes; stopped when dropped.
pub(crate) struct Five {
    pub(crate) processes: Vec<Process>,
    pub(crate) endpoints: Endpoints,
    pub(crate) bus: BusArgs,
    /// Signs the tokens that the services take.
    pub(crate) key: SigningKey,
    pub(crate) databases: BTreeMap<&'static str, TestDatabase>,
    folder: tempfile::TempDir,
}

/// What all processes have in common.
struct Common<'a> {
    backing: &'a Backing,
    folder: &'a Path,
    key: &'a SigningKey,
    prefix: &'a str,
    /// gRPC and admin port of each.
    ports: BTreeMap<&'static str, (u16, u16)>,
}

impl Five {
    /// Migrates and starts all five on databases and topics of their own; each is ready before the next begins.
    pub(crate) async fn start(backing: &Backing) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let prefix = format!("five-{}-{}.", std::process::id(), free_port().unwrap());
        let key = SigningKey::generate().unwrap();
        std::fs::write(folder.path().join("jwks.json"), key.jwks_json().unwrap()).unwrap();
        let ports =
            SERVICES.into_iter().map(|name| (name, (free_port().unwrap(), free_port().unwrap()))).collect();
        let common = Common { backing, folder: folder.path(), key: &key, prefix: &prefix, ports };
        let (mut processes, mut databases) = (Vec::new(), BTreeMap::new());
        for name in SERVICES {
            let database =
                backing.test_database(&format!("empty-{name}"), "1", async |_| Ok(())).await.unwrap();
            let environment = common.environment(name, database.url());
            let mut process = Process::start(name, &environment, folder.path(), common.ports[name].1);
            // One after the other, so that each one's time until it is ready is its own.
            process.wait_ready();
            processes.push(process);
            databases.insert(name, database);
        }
        let (endpoints, bus) = (common.endpoints(), BusArgs::new(backing.kafka_brokers(), &prefix));
        Self { processes, endpoints, bus, key, databases, folder }
    }
}

impl Five {
    /// Starts one more process of a service; where it answers.
    #[allow(dead_code, reason = "of the bench")]
    pub(crate) fn replica(&mut self, name: &str) -> String {
        let first = self.processes.iter().find(|process| process.name == name).unwrap();
        let (grpc, admin) = (format!("127.0.0.1:{}", free_port().unwrap()), free_port().unwrap());
        let mut environment = first.environment.clone();
        environment.insert("FBA_GRPC_ADDR", grpc.clone());
        environment.insert("FBA_ADMIN_ADDR", format!("127.0.0.1:{admin}"));
        let mut process = Process::start(first.name, &environment, self.folder.path(), admin);
        process.wait_ready();
        self.processes.push(process);
        format!("http://{grpc}")
    }

    /// Stops all but one service.
    #[allow(dead_code, reason = "of the bench")]
    pub(crate) fn keep(&mut self, name: &str) {
        self.processes.retain(|process| process.name == name);
    }

    /// Kills a service and starts it again.
    pub(crate) fn restart(&mut self, name: &str) {
        self.processes.iter_mut().find(|process| process.name == name).unwrap().restart();
    }
}

impl Common<'_> {
    fn url(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}", self.ports[name].0)
    }

    fn endpoints(&self) -> Endpoints {
        Endpoints {
            enrollment: self.url("enrollment"),
            eligibility: self.url("eligibility"),
            fulfillment: self.url("fulfillment"),
            customs: self.url("customs"),
            returns: self.url("returns"),
        }
    }

    fn environment(&self, name: &'static str, database: &str) -> Environment {
        let principal = Principal::new(format!("service:{name}"), Role::Service);
        let token_file = self.folder.join(format!("{name}.token"));
        std::fs::write(&token_file, self.key.sign(&principal, TOKEN_TTL).unwrap()).unwrap();
        let path = |path: &Path| path.display().to_string();
        let (grpc, admin) = self.ports[name];
        BTreeMap::from([
            ("FBA_DATABASE_URL", database.to_owned()),
            ("FBA_KAFKA_BROKERS", self.backing.kafka_brokers().to_owned()),
            ("FBA_TOPIC_PREFIX", self.prefix.to_owned()),
            ("FBA_CLOCK", "simulated".to_owned()),
            ("FBA_GRPC_ADDR", format!("127.0.0.1:{grpc}")),
            ("FBA_ADMIN_ADDR", format!("127.0.0.1:{admin}")),
            ("FBA_JWKS_FILE", path(&self.folder.join("jwks.json"))),
            ("FBA_SERVICE_TOKEN_FILE", path(&token_file)),
            ("FBA_DOCUMENTS_FOLDER", path(&self.folder.join("documents"))),
            ("FBA_ELIGIBILITY_URL", self.url("eligibility")),
            ("FBA_CUSTOMS_URL", self.url("customs")),
            ("FBA_FULFILLMENT_URL", self.url("fulfillment")),
        ])
    }
}
