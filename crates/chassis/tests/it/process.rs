//! A real process: configuration, signals, exit codes, memory.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use chassis::{SigningKey, exit};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::probe::http_get;

/// The example that cargo builds beside this test binary.
fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let folder = tests.parent().and_then(Path::parent).unwrap();
    folder.join("examples/smallest_service")
}

struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("jwks.json"), SigningKey::generate().unwrap().jwks_json().unwrap())
            .unwrap();
        fs::write(folder.path().join("password"), "from-a-file\n").unwrap();
        Self(folder)
    }

    fn command(&self, subcommand: &str) -> Command {
        let mut command = Command::new(program());
        command.arg(subcommand).arg("--jwks-file").arg(self.0.path().join("jwks.json"));
        command
    }

    fn password_file(&self) -> PathBuf {
        self.0.path().join("password")
    }
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn print_config_shows_values_and_sources_but_no_secret() {
    let files = Files::new();
    let mut command = files.command("print-config");
    let output =
        command.args(["--password", "hunter2", "--call-seconds", "7"]).env("FBA_MAX_CALLS", "9").output();
    let output = output.unwrap();
    let (shown, _) = texts(&output);
    assert!(output.status.success(), "{output:?}");
    for line in [
        "--password = ***  # command line",
        "--password-file = (not set)  # nowhere",
        "--call-seconds = 7  # command line",
        "--max-calls = 9  # FBA_MAX_CALLS",
        "--drain-seconds = 25  # default",
        "--clock = system  # default",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line} is not in:\n{shown}");
    }
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_configuration_that_cannot_be_used_is_one_clear_sentence() {
    let files = Files::new();
    let output = files.command("serve").output().unwrap();
    assert_eq!(output.status.code(), Some(exit::CONFIGURATION.into()));
    let (_, shown) = texts(&output);
    let expected = "smallest: --password is missing: give it, or a file that holds it with --password-file\n";
    assert_eq!(shown, expected);
}

#[test]
fn an_unknown_option_is_a_configuration_error() {
    let output = Files::new().command("serve").arg("--colour").output().unwrap();
    assert_eq!(output.status.code(), Some(exit::CONFIGURATION.into()));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let files = Files::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let output = files.command("serve").args(["--password", "x", "--grpc-addr", &addr]).output().unwrap();
    assert_eq!(output.status.code(), Some(exit::FAILED.into()));
    let (_, shown) = texts(&output);
    assert!(shown.contains(&format!("smallest: cannot listen on {addr}: choose a free port")), "{shown}");
}

/// A served process and where its admin server is.
struct Running {
    child: Child,
    admin: String,
}

impl Running {
    fn start(files: &Files, more: &[&str]) -> Self {
        let mut command = files.command("serve");
        command.args(["--grpc-addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0"]);
        command.arg("--password-file").arg(files.password_file()).args(more);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let started = lines.find_map(|line| {
            let line: serde_json::Value =
                serde_json::from_str(&line.unwrap()).expect("the log is JSON lines");
            (line["message"] == "service.started").then(|| line["admin_addr"].as_str().unwrap().to_owned())
        });
        // The pipe must not fill up while the process stops.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, admin: started.expect("the process started") }
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), signal).unwrap();
    }

    fn wait(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

#[tokio::test]
async fn sigterm_ends_the_process_cleanly() {
    let running = Running::start(&Files::new(), &[]);
    assert!(http_get(&running.admin, "/ready").await.contains("200 OK"));
    running.signal(Signal::SIGTERM);
    assert_eq!(running.wait().code(), Some(exit::OK.into()));
}

#[tokio::test]
async fn work_that_does_not_finish_in_time_has_an_exit_code_of_its_own() {
    let running = Running::start(&Files::new(), &["--finishing-ms", "600000", "--drain-seconds", "1"]);
    running.signal(Signal::SIGTERM);
    assert_eq!(running.wait().code(), Some(exit::DRAIN_DEADLINE.into()));
}

#[tokio::test]
async fn a_second_signal_ends_the_process_at_once() {
    let running = Running::start(&Files::new(), &["--finishing-ms", "600000", "--drain-seconds", "600"]);
    running.signal(Signal::SIGTERM);
    crate::probe::until("it is stopping", async || {
        http_get(&running.admin, "/ready").await.contains("stopping")
    })
    .await;
    running.signal(Signal::SIGINT);
    assert_eq!(running.wait().code(), Some(exit::SECOND_SIGNAL.into()));
}

/// The bound of a service is 40 MB, so its frame must stay far below.
#[tokio::test]
async fn the_frame_of_a_service_is_small_when_idle() {
    let running = Running::start(&Files::new(), &[]);
    assert!(http_get(&running.admin, "/metrics").await.contains("200 OK"));
    let status = fs::read_to_string(format!("/proc/{}/status", running.child.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    println!("idle: {kilobytes} kB");
    assert!(kilobytes < 40_000, "{line}");
    running.signal(Signal::SIGTERM);
    running.wait();
}
