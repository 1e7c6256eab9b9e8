//! Changes of many excluded products at once: a file, an earlier list, members of a region.

use uuid::Uuid;

/// What a file does with the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UploadMode {
    /// Its products are added, or get its destinations; others stay.
    Merge,
    /// It is the whole new list.
    Replace,
    /// Its products are taken off the list.
    Remove,
}

/// Where a change of many products comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// An exclusion file, by the id of its upload.
    File(Uuid),
    /// The list of an earlier settings version.
    Restored(i64),
    /// A region has other members now.
    Regions,
}

/// What a change of many products does, in products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Effect {
    pub(crate) added: i64,
    pub(crate) changed: i64,
    pub(crate) removed: i64,
    /// Asked for, and so already.
    pub(crate) unchanged: i64,
    /// On the list afterwards.
    pub(crate) products: i64,
    /// Those of them that are not media.
    pub(crate) non_media: i64,
}

impl UploadMode {
    const ALL: [Self; 3] = [Self::Merge, Self::Replace, Self::Remove];

    /// Name in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Merge => "MERGE",
            Self::Replace => "REPLACE",
            Self::Remove => "REMOVE",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

impl Effect {
    /// Products that are otherwise than before.
    pub(crate) fn touched(&self) -> i64 {
        self.added + self.changed + self.removed
    }
}
