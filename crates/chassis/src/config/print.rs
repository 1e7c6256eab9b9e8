//! `print-config`: every option with its value and where it comes from, secrets hidden.

use std::fmt::Write;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

/// Lines `--option = value  # source`, in the order of `--help`. An option whose argument hides its environment value
/// (`hide_env_values`) is a secret and shown as `***`.
pub(crate) fn print_config(command: &Command, matches: &ArgMatches) -> String {
    let mut lines = String::new();
    for argument in command.get_arguments() {
        let (Some(long), id) = (argument.get_long(), argument.get_id().as_str()) else { continue };
        if matches!(long, "help" | "version") {
            continue;
        }
        let value = match matches.try_get_raw(id).ok().flatten() {
            None => "(not set)".to_owned(),
            Some(_) if argument.is_hide_env_values_set() => "***".to_owned(),
            Some(values) => values.map(|value| value.to_string_lossy()).collect::<Vec<_>>().join(" "),
        };
        let source = match matches.value_source(id) {
            Some(ValueSource::CommandLine) => "command line".to_owned(),
            Some(ValueSource::EnvVariable) => {
                argument.get_env().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
            }
            Some(ValueSource::DefaultValue) => "default".to_owned(),
            _ => "nowhere".to_owned(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "--{long} = {value}  # {source}");
    }
    lines
}
