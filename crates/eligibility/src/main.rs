//! Eligibility as a process.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::main::<eligibility::Eligibility>()
}
