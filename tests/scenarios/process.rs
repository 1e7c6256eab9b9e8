//! One service as a process: its binary, its database, its ports, its log.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a process may take until it is ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running service; stopped when dropped.
pub(crate) struct Process {
    pub(crate) name: &'static str,
    pub(crate) child: Child,
    pub(crate) environment: Environment,
    admin: String,
    log: PathBuf,
    started: Instant,
    /// From its start until it was ready.
    pub(crate) ready_after: Duration,
}

/// The environment of a process.
pub(crate) type Environment = BTreeMap<&'static str, String>;

impl Process {
    /// Migrates the database, then serves on the ports that the environment names.
    pub(crate) fn start(name: &'static str, environment: &Environment, folder: &Path, admin: u16) -> Self {
        let migrated = command(name, "migrate", environment).status().unwrap();
        assert!(migrated.success(), "{name} migrate: {migrated}");
        let log = folder.join(format!("{name}.log"));
        let child = serve(name, environment, &log);
        let admin = format!("127.0.0.1:{admin}");
        let environment = environment.clone();
        Self { name, child, environment, admin, log, started: Instant::now(), ready_after: Duration::ZERO }
    }

    /// Kills it, and starts it again as it was.
    pub(crate) fn restart(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.child = serve(self.name, &self.environment, &self.log);
        self.started = Instant::now();
        self.wait_ready();
    }

    /// Waits until `/ready` says so.
    pub(crate) fn wait_ready(&mut self) {
        let end = Instant::now() + PATIENCE;
        while !ready(&self.admin) {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("{} ended with {status}:\n{}", self.name, self.log());
            }
            assert!(Instant::now() < end, "{} is not ready after {PATIENCE:?}:\n{}", self.name, self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
        self.ready_after = self.started.elapsed();
    }

    /// What it logged, the last of it.
    pub(crate) fn log(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(name: &str, environment: &Environment, log: &Path) -> Child {
    let file = std::fs::File::create(log).unwrap();
    command(name, "serve", environment)
        .stdout(file.try_clone().unwrap())
        .stderr(file)
        .stdin(Stdio::null())
        .spawn()
        .unwrap()
}

fn command(name: &str, verb: &str, environment: &Environment) -> Command {
    let mut command = Command::new(binary(name));
    command.arg(verb).envs(environment);
    command
}

/// The binary that `cargo test --workspace` built beside this test.
fn binary(name: &str) -> PathBuf {
    let deps = std::env::current_exe().unwrap();
    let path = deps.parent().unwrap().parent().unwrap().join(name);
    assert!(
        path.exists(),
        "{} is missing: build the whole workspace (cargo build --workspace)",
        path.display()
    );
    path
}

fn ready(admin: &str) -> bool {
    use std::io::{Read as _, Write as _};
    let Ok(mut stream) = std::net::TcpStream::connect(admin) else { return false };
    let request = format!("GET /ready HTTP/1.0\r\nHost: {admin}\r\n\r\n");
    let mut answer = String::new();
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_to_string(&mut answer).is_ok()
        && answer.starts_with("HTTP/1.0 200") | answer.starts_with("HTTP/1.1 200")
}
