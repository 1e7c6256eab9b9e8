//! Evidence of facts as tables keep it: a line for each fact, its number, a blank, the text.

use std::collections::BTreeMap;

use crate::domain::facts::Fact;

pub(crate) fn to_text(evidence: &BTreeMap<Fact, String>) -> String {
    let lines = evidence.iter().map(|(fact, text)| format!("{} {}\n", fact.index(), text.replace('\n', " ")));
    lines.collect()
}

/// Lines that are none of ours are left out.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (Fact, &str)> {
    text.lines().filter_map(|line| {
        let (number, evidence) = line.split_once(' ')?;
        Some((Fact::at_index(number.parse().ok()?)?, evidence))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn evidence_survives_its_text() {
        let evidence: BTreeMap<Fact, String> =
            [(3, "title: \"gin\""), (124, "nothing  describes it"), (255, "")]
                .map(|(fact, text)| (Fact::at_index(fact).unwrap(), text.to_owned()))
                .into();
        let text = to_text(&evidence);
        assert!(lines(&text).eq(evidence.iter().map(|(fact, text)| (*fact, text.as_str()))));
    }

    #[test]
    fn a_line_break_in_evidence_does_not_begin_another_fact() {
        let evidence = BTreeMap::from([(Fact::at_index(1).unwrap(), "two\n2 lines".to_owned())]);
        assert_eq!(lines(&to_text(&evidence)).count(), 1);
    }
}
