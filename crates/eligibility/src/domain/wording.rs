//! Reasons and remedies in the words that sellers read, in English and Simplified Chinese.

use std::collections::HashMap;

use serde::Deserialize;

use super::data::{DataError, REASON_TEXTS, REMEDY_TEXTS};
use super::goods::{Class, Goods};

/// Stands for every class in a code of the table, at its end.
const ANY_CLASS: &str = "*";
/// The row that is put around the reason of a class that is only possible.
const POSSIBLE: &str = "POSSIBLE";

/// Of texts for sellers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    SimplifiedChinese,
}

/// All texts.
#[derive(Debug)]
pub(crate) struct Wording {
    /// By reason code without a country.
    reasons: HashMap<String, Text>,
    possible: Text,
    /// Chinese by English.
    remedies: HashMap<String, String>,
}

/// A text in both languages.
#[derive(Debug, Clone)]
struct Text {
    english: String,
    chinese: String,
}

#[derive(Deserialize)]
struct Reason {
    code: String,
    text_en: String,
    text_zh: String,
}

#[derive(Deserialize)]
struct Remedy {
    text_en: String,
    text_zh: String,
}

impl Wording {
    pub(crate) fn embedded(goods: &Goods) -> Result<Self, DataError> {
        let rows = REASON_TEXTS.rows::<Reason>()?;
        let mut reasons: HashMap<String, Text> = HashMap::new();
        let (any, exact): (Vec<_>, Vec<_>) =
            rows.into_iter().map(|(_, row)| row.text()).partition(|(code, _)| code.ends_with(ANY_CLASS));
        for (_, class) in goods.iter() {
            for (code, text) in &any {
                let prefix = code.trim_end_matches(ANY_CLASS);
                reasons.extend(codes(class, prefix).map(|code| (code, text.about(class))));
            }
        }
        reasons.extend(exact);
        let possible = reasons.remove(POSSIBLE);
        let possible = possible.ok_or_else(|| REASON_TEXTS.wrong(format!("no row for {POSSIBLE}")))?;
        let remedies = REMEDY_TEXTS.rows::<Remedy>()?;
        let remedies = remedies.into_iter().map(|(_, row)| (row.text_en, row.text_zh)).collect();
        Ok(Self { reasons, possible, remedies })
    }

    /// What a reason code without a country says; `None` for a code of rules that are no longer known.
    pub(crate) fn reason(&self, code: &str, possible: bool, language: Language) -> Option<String> {
        let text = self.reasons.get(code)?.get(language);
        Some(if possible { self.possible.get(language).replace("{reason}", text) } else { text.to_owned() })
    }

    /// A remedy, which rules have in English; one of rules that are no longer known stays so.
    pub(crate) fn remedy<'a>(&'a self, english: &'a str, language: Language) -> &'a str {
        match language {
            Language::English => english,
            Language::SimplifiedChinese => self.remedies.get(english).map_or(english, String::as_str),
        }
    }
}

/// The codes of a class that begin like this: its own, and that of a condition.
fn codes(class: &Class, prefix: &str) -> impl Iterator<Item = String> {
    let all = [class.code.clone(), class.review_code.clone(), format!("IMP_CONDITION_{}", class.name)];
    all.into_iter().filter(move |code| code.starts_with(prefix))
}

impl Reason {
    fn text(self) -> (String, Text) {
        (self.code, Text { english: self.text_en, chinese: self.text_zh })
    }
}

impl Text {
    fn about(&self, class: &Class) -> Self {
        Self {
            english: self.english.replace("{class}", &class.name_en),
            chinese: self.chinese.replace("{class}", &class.name_zh),
        }
    }

    fn get(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::SimplifiedChinese => &self.chinese,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::super::data::Tables;
    use super::super::rules::{Effect, RuleBook};
    use super::*;

    #[test]
    fn every_rule_has_its_reason_and_its_remedy_in_both_languages() {
        let rules = RuleBook::read(&Tables::shipped()).unwrap().at(date(2026, 10, 1));
        let wording = Wording::embedded(&rules.goods).unwrap();
        for rule in rules.rules.iter().filter(|rule| rule.effect != Effect::Warn) {
            for language in [Language::English, Language::SimplifiedChinese] {
                let reason = wording.reason(&rule.code, false, language);
                let reason = reason.unwrap_or_else(|| panic!("no text for {}", rule.code));
                assert!(!reason.is_empty() && !reason.contains('{'), "{reason}");
            }
            let chinese = wording.remedy(&rule.remedy, Language::SimplifiedChinese);
            assert!(!chinese.is_ascii(), "{} has no Chinese", rule.remedy);
        }
    }

    #[test]
    fn the_words_name_the_class_and_say_what_is_only_possible() {
        let wording = Wording::embedded(&Goods::read(&Tables::shipped()).unwrap()).unwrap();
        let laser = |possible, language| wording.reason("EXP_RESTRICTED_LASER", possible, language).unwrap();
        let certain = laser(false, Language::English);
        assert_eq!(certain, "laser pointers may not leave the United States under this programme");
        assert_eq!(laser(true, Language::English), format!("{certain}, if it is that: this needs review"));
        assert_eq!(laser(false, Language::SimplifiedChinese), "本项目不允许从美国出口激光笔");
        assert_eq!(wording.reason("IMP_RESTRICTED_NOTHING", false, Language::English), None);
    }
}
