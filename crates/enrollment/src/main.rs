//! Enrollment as a process.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::main::<enrollment::Enrollment>()
}
