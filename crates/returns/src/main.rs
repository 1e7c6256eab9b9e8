//! The process of returns.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::main::<returns::Returns>()
}
