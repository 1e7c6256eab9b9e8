//! Rows `idle-memory-<service>` and `ready-after-<service>`: each service as a process of its own that nobody uses.

use std::time::Duration;

use backing::Backing;

use crate::five::{Five, SERVICES};
use crate::report::{Report, selected};

/// What a service may use while nothing happens, MB.
const MEMORY_GOAL: f64 = 40.0;
/// Milliseconds in which a service is to be ready.
const READY_GOAL: f64 = 2_000.0;
/// Idle means: nothing was asked for so long.
const IDLE: Duration = Duration::from_secs(5);

/// Measures the rows that the glob selects.
pub(crate) async fn measure(backing: &Backing, only: &str, report: &mut Report) -> anyhow::Result<()> {
    let rows = |name: &str| [format!("idle-memory-{name}"), format!("ready-after-{name}")];
    if !SERVICES.into_iter().flat_map(rows).any(|row| selected(only, &row)) {
        return Ok(());
    }
    let five = Five::start(backing).await;
    tokio::time::sleep(IDLE).await;
    for process in &five.processes {
        let [memory, ready] = rows(process.name);
        if selected(only, &memory) {
            report.row((memory, resident_mb(process.child.id()), "MB"), ("goal", MEMORY_GOAL), 1.0);
        }
        if selected(only, &ready) {
            let after = process.ready_after.as_secs_f64() * 1_000.0;
            report.row((ready, after, "ms"), ("goal", READY_GOAL), 1.0);
        }
    }
    Ok(())
}

/// Resident memory, MB of 1,000,000 bytes.
fn resident_mb(process: u32) -> f64 {
    status_mb(process, "VmRSS:")
}

/// The most that was resident since the process began.
pub(crate) fn peak_mb(process: u32) -> f64 {
    status_mb(process, "VmHWM:")
}

fn status_mb(process: u32, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1_024.0 / 1_000_000.0
}
