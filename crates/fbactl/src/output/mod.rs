//! One view, two forms: a table for people, JSON for programs.

mod node;
mod table;

use std::io::{ErrorKind, Write as _};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::client::Context;
use crate::failure::Failure;
use crate::pages::Listed;
use crate::views::View;
use node::Node;
pub(crate) use table::printable;

/// How answers and errors are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Tables for people.
    #[default]
    Table,
    /// One JSON document.
    Json,
}

impl Format {
    /// What a command line asks for that could not be parsed.
    pub(crate) fn wanted_by(args: impl IntoIterator<Item = String>) -> Self {
        let args: Vec<String> = args.into_iter().collect();
        let apart = args.windows(2).any(|pair| pair == ["--output", "json"]);
        if apart || args.iter().any(|arg| arg == "--output=json") { Self::Json } else { Self::Table }
    }
}

/// What a mutation did.
struct Applied<V> {
    request_id: String,
    /// A repeat, or nothing had to change.
    already_applied: bool,
    result: V,
}

impl<V: View> Serialize for Applied<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("request_id", &self.request_id)?;
        map.serialize_entry("already_applied", &self.already_applied)?;
        map.serialize_entry(V::ONE, &self.result)?;
        map.end()
    }
}

struct List<V>(Listed<V>);

impl<V: View> Serialize for List<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry(V::MANY, &self.0.entries)?;
        map.serialize_entry("truncated", &self.0.truncated)?;
        map.end()
    }
}

impl Context {
    /// Prints one thing with all its fields.
    pub(crate) fn print(&self, thing: &impl Serialize) -> Result<(), Failure> {
        match self.output {
            Format::Json => json(thing),
            Format::Table => line(table::sections(&Node::of(thing)?).trim_matches('\n')),
        }
    }

    /// Prints what a mutation did, with the id it can be repeated under.
    pub(crate) fn print_applied<V: View>(&self, already_applied: bool, result: V) -> Result<(), Failure> {
        let request_id = self.request_id_in_use().unwrap_or_default().to_owned();
        self.print(&Applied { request_id, already_applied, result })
    }

    /// Prints a list: the columns its view names, or everything as JSON.
    pub(crate) fn print_list<V: View>(&self, list: Listed<V>) -> Result<(), Failure> {
        match self.output {
            Format::Json => json(&List(list)),
            Format::Table => {
                let rows = list.entries.iter().map(Node::of).collect::<Result<Vec<_>, _>>()?;
                line(&table::rows(V::COLUMNS, &rows))?;
                if list.truncated {
                    // Beside the table, so that it can be piped on.
                    let _ = writeln!(std::io::stderr(), "more {} exist: raise --limit", V::MANY);
                }
                Ok(())
            }
        }
    }
}

fn json(thing: &impl Serialize) -> Result<(), Failure> {
    line(&serde_json::to_string_pretty(thing).map_err(anyhow::Error::from)?)
}

/// Writes to standard output; a reader that has gone (`| head`) is no error.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::usage(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}
