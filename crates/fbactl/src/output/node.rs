//! A view as a tree with its fields in the order in which the view declares them.

use std::fmt;

use kernel::{Currency, Money};
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::failure::Failure;

/// What a table is made of.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Node {
    Empty,
    Text(String),
    List(Vec<Node>),
    Record(Vec<(String, Node)>),
}

impl Node {
    /// The tree of a view, through its JSON: a table shows nothing that JSON does not.
    pub(super) fn of(thing: &impl Serialize) -> Result<Self, Failure> {
        let json = serde_json::to_string(thing).map_err(anyhow::Error::from)?;
        Ok(serde_json::from_str(&json).map_err(anyhow::Error::from)?)
    }

    /// The field of a record.
    pub(super) fn field(&self, name: &str) -> &Self {
        match self {
            Self::Record(fields) => {
                fields.iter().find(|(field, _)| field == name).map_or(&Self::Empty, |(_, n)| n)
            }
            _ => &Self::Empty,
        }
    }

    /// In one cell.
    pub(super) fn cell(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::List(nodes) => {
                let cells: Vec<String> = nodes.iter().map(Self::cell).collect();
                let sentences = cells.iter().any(|cell| cell.contains(' '));
                cells.join(if sentences { "\n" } else { ", " })
            }
            Self::Record(fields) => self.amount().unwrap_or_else(|| {
                let shown = fields
                    .iter()
                    .map(|(name, node)| (name, node.cell()))
                    .filter(|(_, cell)| !cell.is_empty());
                shown.map(|(name, cell)| format!("{name}={cell}")).collect::<Vec<_>>().join(" ")
            }),
        }
    }

    /// An amount as people write it: `USD 12.34`.
    pub(super) fn amount(&self) -> Option<String> {
        let Self::Record(fields) = self else { return None };
        match fields.as_slice() {
            [(code, Self::Text(currency)), (units, Self::Text(minor))]
                if code == "currency_code" && units == "minor_units" =>
            {
                let currency: Currency = currency.parse().ok()?;
                Some(Money::new(currency, minor.parse().ok()?).to_string())
            }
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Empty)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Text(if value { "yes" } else { "no" }.to_owned()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Text(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Text(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(if value.is_empty() { Node::Empty } else { Node::Text(value.to_owned()) })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut nodes: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(node) = nodes.next_element()? {
            list.push(node);
        }
        Ok(if list.is_empty() { Node::Empty } else { Node::List(list) })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Node, A::Error> {
        let mut record = Vec::new();
        while let Some(field) = fields.next_entry()? {
            record.push(field);
        }
        Ok(Node::Record(record))
    }
}
