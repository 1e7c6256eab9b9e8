//! What was started ends with the process that started it, however that ends.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use backing::Backing;
use futures::FutureExt;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::{Connection, PgConnection};

use crate::servers::postgres_only;

/// A `backing` process that serves until its command ends, and the two ports it serves on.
struct Parent {
    process: Child,
    postgres: u16,
    kafka: u16,
}

/// Starts one whose command tells its servers and then waits.
fn start_parent() -> Parent {
    let mut process = Command::new(env!("CARGO_BIN_EXE_backing"))
        .args(["--", "sh", "-c", "echo $FBA_POSTGRES_URL $FBA_KAFKA_BROKERS; exec cat"])
        .env_remove("FBA_POSTGRES_URL")
        .env_remove("FBA_KAFKA_BROKERS")
        // The command ends when this test, which holds the other end, does.
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let mut ports = line.split_whitespace().map(|address| {
        let port = address.trim_end_matches("/postgres").rsplit(':').next().unwrap();
        port.parse().unwrap()
    });
    Parent { process, postgres: ports.next().unwrap(), kafka: ports.next().unwrap() }
}

fn listens(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

async fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let met = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(60), met).await.is_ok(), "waited 60 s in vain: {what}");
}

/// The folders of runs that belong to the process of this number.
fn folders_of(process: u32) -> usize {
    let base = format!("/var/tmp/fba-export-{}", nix::unistd::geteuid());
    let prefix = format!("run-{process}-");
    let runs = std::fs::read_dir(Path::new(&base)).unwrap();
    runs.filter(|run| run.as_ref().unwrap().file_name().to_string_lossy().starts_with(&prefix)).count()
}

/// The process that is to clean up after the process of this number.
fn janitor_of(process: u32) -> Pid {
    let parent = format!("PPid:\t{process}\n");
    let janitor = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok).find(|entry| {
        let read = |file| std::fs::read_to_string(entry.path().join(file)).unwrap_or_default();
        read("status").contains(&parent) && read("cmdline").contains("janitor.sh")
    });
    Pid::from_raw(janitor.unwrap().file_name().to_str().unwrap().parse().unwrap())
}

async fn end_with(signal: Signal) {
    let mut parent = start_parent();
    assert!(listens(parent.postgres) && listens(parent.kafka));
    assert_eq!(folders_of(parent.process.id()), 1);

    kill(Pid::from_raw(parent.process.id() as i32), signal).unwrap();
    parent.process.wait().unwrap();
    wait_until("PostgreSQL is gone", || !listens(parent.postgres)).await;
    wait_until("Kafka is gone", || !listens(parent.kafka)).await;
    wait_until("the folder is gone", || folders_of(parent.process.id()) == 0).await;
}

#[tokio::test]
async fn servers_go_when_their_parent_is_killed() {
    end_with(Signal::SIGKILL).await;
}

#[tokio::test]
async fn servers_go_after_ctrl_c() {
    end_with(Signal::SIGINT).await;
}

#[tokio::test]
async fn the_next_run_ends_what_a_killed_janitor_could_not() {
    let mut parent = start_parent();
    kill(janitor_of(parent.process.id()), Signal::SIGKILL).unwrap();
    parent.process.kill().unwrap();
    parent.process.wait().unwrap();
    assert!(listens(parent.postgres) && listens(parent.kafka));

    Backing::start(postgres_only()).await.unwrap().shutdown().await;
    assert!(!listens(parent.postgres) && !listens(parent.kafka));
    assert_eq!(folders_of(parent.process.id()), 0);
}

#[tokio::test]
async fn servers_go_after_a_panic() {
    let url = Mutex::new(String::new());
    let panicking = async {
        let backing = Backing::start(postgres_only()).await.unwrap();
        url.lock().unwrap().push_str(backing.postgres_url());
        panic!("on purpose");
    };
    assert!(AssertUnwindSafe(panicking).catch_unwind().await.is_err());
    let url = url.into_inner().unwrap();
    assert!(PgConnection::connect(&url).await.is_err());
}

#[test]
fn the_command_decides_the_exit_code() {
    let output = Command::new(env!("CARGO_BIN_EXE_backing"))
        .args(["--postgres-only", "--", "sh", "-c", "echo $FBA_POSTGRES_URL; exit 7"])
        .env_remove("FBA_POSTGRES_URL")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("postgres://postgres@127.0.0.1:"));
    assert_eq!(output.status.code(), Some(7));
}
