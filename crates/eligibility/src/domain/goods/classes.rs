//! The table of classes.

use std::collections::HashMap;

use serde::Deserialize;

use super::terms::{Lineage, bit};
use crate::domain::data::{DataError, GOODS, Table, Tables};
use crate::domain::facts::Fact;

/// A class's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ClassId(u8);

impl ClassId {
    /// Position in the table.
    pub(crate) const fn index(self) -> u8 {
        self.0
    }
}

/// How a class is restricted before any country says something of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// May leave the United States for nowhere; no row can open it.
    Export,
    /// Restricted in every country without a row that allows it.
    Import,
    /// Cannot be carried at all; no row can open it.
    Logistics,
    /// Restricted only where a row says so.
    Item,
}

/// A restriction family or a narrower class of goods.
#[derive(Debug, Clone)]
pub(crate) struct Class {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// The wider class every product of this one belongs to as well.
    pub(crate) parent: Option<ClassId>,
    /// Reason code when the class is certain.
    pub(crate) code: String,
    /// Reason code when it is possible.
    pub(crate) review_code: String,
    /// What sellers call it.
    pub(crate) name_en: String,
    pub(crate) name_zh: String,
    pub(crate) remedy: String,
    pub(crate) source: String,
}

#[derive(Debug)]
pub(super) struct Classes {
    rows: Vec<Class>,
    names: HashMap<String, ClassId>,
}

#[derive(Deserialize)]
struct Row {
    class: String,
    kind: String,
    parent: String,
    code: String,
    review_code: String,
    aliases: String,
    name_en: String,
    name_zh: String,
    remedy: String,
    source: String,
}

const KINDS: [(&str, Kind); 4] = [
    ("EXPORT", Kind::Export),
    ("IMPORT", Kind::Import),
    ("LOGISTICS", Kind::Logistics),
    ("ITEM", Kind::Item),
];

impl Classes {
    pub(super) fn read(tables: &Tables) -> Result<Self, DataError> {
        let mut classes = Self { rows: Vec::new(), names: HashMap::new() };
        for (table, row) in tables.of(GOODS).rows::<Row>()? {
            classes.push(table, row)?;
        }
        Ok(classes)
    }

    pub(super) fn get(&self, id: ClassId) -> &Class {
        &self.rows[usize::from(id.0)]
    }

    pub(super) fn named(&self, name: &str) -> Option<ClassId> {
        self.names.get(name).copied()
    }

    /// The class and the wider ones it belongs to, as bits.
    pub(super) fn lineage(&self, id: ClassId) -> Lineage {
        let wider = std::iter::successors(Some(id), |id| self.get(*id).parent);
        wider.fold(0, |lineage, id| lineage | bit(id))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (ClassId, &Class)> {
        (0..).map(ClassId).zip(&self.rows)
    }

    /// A parent stands before its children, so the chain of parents ends.
    fn push(&mut self, table: Table<'_>, row: Row) -> Result<(), DataError> {
        let id = u8::try_from(self.rows.len()).ok().filter(|id| *id < Fact::MAX_CLASSES).map(ClassId);
        let id = id.ok_or_else(|| table.wrong(format!("more than {} classes", Fact::MAX_CLASSES)))?;
        let parent = match row.parent.as_str() {
            "" => None,
            name => {
                Some(self.named(name).ok_or_else(|| table.wrong(format!("parent {name} has no row above")))?)
            }
        };
        let aliases = row.aliases.split('|').filter(|alias| !alias.is_empty()).map(str::to_owned);
        for name in aliases.chain([row.class.clone()]) {
            if self.names.insert(name.clone(), id).is_some() {
                return Err(table.wrong(format!("{name} names two classes")));
            }
        }
        self.rows.push(Class {
            kind: table.word(&row.kind, &KINDS)?,
            name: row.class,
            parent,
            code: row.code,
            review_code: row.review_code,
            name_en: row.name_en,
            name_zh: row.name_zh,
            remedy: row.remedy,
            source: row.source,
        });
        Ok(())
    }
}
