//! Tables for people.

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};

use super::node::Node;

/// A list with these fields as columns.
pub(super) fn rows(columns: &[&str], entries: &[Node]) -> String {
    let mut table = empty();
    table.set_header(columns.iter().map(|name| title(name)));
    for entry in entries {
        table.add_row(columns.iter().map(|name| printable(&entry.field(name).cell())));
    }
    table.trim_fmt()
}

/// One thing: its plain fields, then a section for each part of it. Empty fields are left out.
pub(super) fn sections(thing: &Node) -> String {
    let Node::Record(fields) = thing else { return printable(&thing.cell()) };
    let mut plain = empty();
    let mut parts = String::new();
    for (name, node) in fields {
        match node {
            Node::Empty => {}
            Node::Record(_) if node.amount().is_none() => {
                parts += &format!("\n\n{}\n{}", title(name), sections(node));
            }
            Node::List(entries) if entries.iter().all(|entry| matches!(entry, Node::Record(_))) => {
                parts += &format!("\n\n{}\n{}", title(name), rows(&columns(entries), entries));
            }
            _ => {
                plain.add_row([title(name), printable(&node.cell())]);
            }
        }
    }
    plain.trim_fmt() + &parts
}

/// The fields that any of the entries has something in, in their order.
fn columns(entries: &[Node]) -> Vec<&str> {
    let Some(Node::Record(first)) = entries.first() else { return Vec::new() };
    let names = first.iter().map(|(name, _)| name.as_str());
    names.filter(|name| entries.iter().any(|entry| !matches!(entry.field(name), Node::Empty))).collect()
}

fn title(name: &str) -> String {
    name.replace('_', " ").to_uppercase()
}

fn empty() -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table
}

/// Without control characters: what a seller wrote into a title does not steer the terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}
