#![allow(clippy::unwrap_used)]
use super::*;

fn classifier(more: &str) -> Classifier {
    let codes = Codes::embedded().unwrap();
    let more = read("own.csv", &format!("code,text\n{more}"), &codes).unwrap();
    Classifier::new(&codes, more).unwrap()
}

fn codes(classifier: &Classifier, text: &str) -> Vec<String> {
    classifier.suggest(text).iter().map(|found| found.code.to_string()).collect()
}

#[test]
fn every_shipped_row_is_a_reference_of_a_code_that_exists() {
    let codes = Codes::embedded().unwrap();
    let shipped = shipped(&codes).unwrap();
    assert!(shipped.len() > 6_000);
    assert!(shipped.iter().all(|reference| codes.six(reference.code) == Some(reference.code)));
}

#[test]
fn what_a_good_is_called_leads_to_its_code() {
    let classifier = classifier("");
    for (text, code) in [
        ("Men's knitted cotton T-shirt, blue, size L", "610910"),
        ("Stainless steel kitchen knife", "821192"),
        ("Wireless bluetooth headphones with microphone", "851830"),
        ("Hardcover children's picture book", "490300"),
    ] {
        let suggested = codes(&classifier, text);
        assert!(suggested.iter().take(3).any(|suggested| suggested == code), "{text}: {suggested:?}");
    }
}

#[test]
fn a_text_without_meaning_gets_nothing() {
    let classifier = classifier("");
    for text in ["", "   ", "£5", "250ml XL", "qzxv wvzk"] {
        assert_eq!(codes(&classifier, text), [""; 0], "{text:?}");
    }
}

#[test]
fn suggestions_are_few_ranked_sure_enough_and_of_one_code_each() {
    let classifier = classifier("");
    let mut of_several = 0;
    for text in ["cotton bag for women", "plastic toy car with remote control", "leather shoes", "glass lamp"]
    {
        let found = classifier.suggest(text);
        let codes: BTreeSet<HsCode> = found.iter().map(|found| found.code).collect();
        assert!(found.len() <= MAX_SUGGESTIONS && codes.len() == found.len(), "{text}");
        assert!(found.iter().all(|found| (votes::FLOOR..=1_000).contains(&found.confidence)), "{text}");
        of_several += usize::from(found.len() > 1);
    }
    assert!(of_several > 0);
}

#[test]
fn evidence_is_the_nearest_reference_and_the_words_in_common() {
    let classifier = classifier("950300,blorptastic wooden quuxifier\n");
    let found = &classifier.suggest("Quuxifiers, blorptastic")[0];
    assert_eq!(found.code.as_str(), "950300");
    assert_eq!(found.matched, ["quuxifier", "blorptastic"]);
    assert_eq!(&*found.reference.text, "blorptastic wooden quuxifier");
    assert_eq!(found.reference.origin.to_string(), "own.csv, line 2");
}

#[test]
fn misspelt_words_find_what_they_are_like() {
    let classifier = classifier("950300,blorptastic quuxifier\n");
    let found = &classifier.suggest("blorptastik quuxifire")[0];
    assert_eq!((found.code.as_str(), found.matched.len()), ("950300", 0));
}

#[test]
fn the_order_of_references_decides_nothing() {
    let rows = ["950300,blorp red box\n", "420292,blorp blue box\n", "950300,blorp green box\n"];
    let forward = classifier(&rows.concat());
    let backward = classifier(&rows.iter().rev().copied().collect::<String>());
    for text in ["blorp box", "blue blorp", "boxes"] {
        let of = |classifier: &Classifier| -> Vec<(HsCode, u16, Box<str>)> {
            let found = classifier.suggest(text).into_iter();
            found.map(|found| (found.code, found.confidence, found.reference.text)).collect()
        };
        assert_eq!(of(&forward), of(&backward), "{text}");
    }
}
