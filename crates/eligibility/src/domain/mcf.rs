//! Multi-channel orders (MCF) that go abroad: for a few product groups alone, whatever the verdict says.

use jiff::civil::Date;
use kernel::Effective;
use serde::Deserialize;

use super::data::{DataError, MCF_GROUPS};
use super::offer::Group;

/// All rows of `mcf_groups.csv`.
#[derive(Debug)]
pub(crate) struct McfGroups(Vec<(Effective, Group)>);

#[derive(Deserialize)]
struct Row {
    group: String,
    served: String,
    valid_from: String,
    valid_to: String,
}

impl McfGroups {
    pub(crate) fn embedded() -> Result<Self, DataError> {
        let mut served = Vec::new();
        for (table, row) in MCF_GROUPS.rows::<Row>()? {
            let group = Group::from_name(&row.group)
                .ok_or_else(|| table.wrong(format!("{} is no product group", row.group)))?;
            let effective = table.effective(&row.valid_from, &row.valid_to)?;
            if table.word(&row.served, &[("yes", true), ("no", false)])? {
                served.push((effective, group));
            }
        }
        Ok(Self(served))
    }

    /// The groups that are served on a day.
    pub(crate) fn at(&self, day: Date) -> Vec<Group> {
        self.0.iter().filter(|(effective, _)| effective.contains(day)).map(|(_, group)| *group).collect()
    }

    pub(crate) fn periods(&self) -> impl Iterator<Item = Effective> {
        self.0.iter().map(|(effective, _)| *effective)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;

    #[test]
    fn books_and_films_are_served_and_music_is_our_reading() {
        let groups = McfGroups::embedded().unwrap().at(date(2026, 10, 1));
        assert_eq!(groups, [Group::Book, Group::Video, Group::Dvd]);
    }
}
