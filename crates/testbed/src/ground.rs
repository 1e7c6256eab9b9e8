//! What one service in one test stands on.

use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::time::Duration;

use backing::TestDatabase;
use bus::{Bus, BusArgs};
use chassis::{Principal, Role, Service, SigningKey};
use tempfile::TempDir;

use crate::{Outside, Running, Time, flags};

/// How long the service's own token holds: longer than any test runs.
const TOKEN_TTL: Duration = Duration::from_secs(3_600);

/// A database with the service's tables, a prefix for topics, a folder and a signing key that no other test sees. The
/// database and the folder go with it.
pub struct Ground<S: Service> {
    database: TestDatabase,
    topic_prefix: String,
    kafka_brokers: String,
    folder: TempDir,
    key: SigningKey,
    time: Time,
    service: PhantomData<S>,
}

impl<S: Service> Ground<S> {
    /// Ground on the servers that all tests share.
    pub async fn new(time: &Time) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = SigningKey::generate().unwrap();
        let jwks = jwks_file(&folder);
        std::fs::write(&jwks, key.jwks_json().unwrap()).unwrap();
        let migrate = async |url: &str| S::migrate(flags::parse::<S>(&flags::of_database(url, &jwks))).await;
        let template = format!("{}_it", S::NAME);
        let database = backing::test_database(&template, migrations(S::NAME), migrate).await;
        Self {
            topic_prefix: format!("{}-", database.name()),
            kafka_brokers: backing::shared().await.kafka_brokers().to_owned(),
            database,
            folder,
            key,
            time: time.clone(),
            service: PhantomData,
        }
    }

    /// Starts the service and waits until it is ready. Beside what every service is told, it gets `own` flags.
    pub async fn run(&self, own: &[String]) -> Running<S> {
        let mut flags = flags::of_database(self.database.url(), &jwks_file(&self.folder));
        flags.extend(flags::of_serving(&self.kafka_brokers, &self.topic_prefix));
        flags.extend_from_slice(own);
        Running::start(flags::parse::<S>(&flags), &self.time, &self.key).await
    }

    /// The world outside. Its topics are there once the service was ready.
    pub fn outside(&self) -> Outside {
        let bus = Bus::new(BusArgs::new(&self.kafka_brokers, &self.topic_prefix), "outside");
        Outside::new(bus, &self.time)
    }

    /// The service's database.
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// A folder for files of the service.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A token with which the service calls its neighbours.
    pub fn token(&self) -> String {
        let service = Principal::new(format!("service:{}", S::NAME), Role::Service);
        self.key.sign(&service, TOKEN_TTL).unwrap()
    }
}

fn jwks_file(folder: &TempDir) -> PathBuf {
    folder.path().join("jwks.json")
}

/// The text of all migrations that can have part in a service's tables: a template of other tables has another.
fn migrations(service: &str) -> String {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folders = ["messaging", "ledger", service].map(|name| crates.join(name).join("migrations"));
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let files: BTreeSet<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}
