//! `hs-suggestion`: rows `hs-suggestion-parcels-top1`, `-top5`, `hs-suggestion-rulings-top1`, `-top5`: of a thousand goods, how
//! many have their six digits among the first suggestions. Half of each file, by a hash of what its texts are about, is
//! references, as an operator would give them; the other half is asked. Nothing that is asked, or is nearly the same, is a
//! reference. The baseline is the shipped words without any references.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context;
use eligibility::suggestions::Suggestions;
use kernel::{HsCode, derive_uuid};

use crate::catalogues;
use crate::report::{Report, selected};

/// A file of goods that others have classified.
struct Corpus {
    name: &'static str,
    file: &'static str,
    text: &'static str,
    code: &'static str,
}

const CORPORA: [Corpus; 2] = [
    Corpus {
        name: "parcels",
        file: "uk_fpo_extra_references.csv",
        text: "Goods Description",
        code: "Commodity Code",
    },
    Corpus { name: "rulings", file: "hs_rulings_sample.csv", text: "product_description", code: "hs6" },
];
/// Ranks that count.
const RANKS: [(&str, usize); 2] = [("top1", 1), ("top5", 5)];
const BASELINE: &str = "shipped words alone";
/// Of a hundred groups of three letters, as many in common make two texts nearly the same.
const NEARLY: usize = 80;

/// A good with its six digits.
struct Good {
    text: String,
    code: HsCode,
    /// What tells whether two goods are nearly the same.
    form: BTreeSet<String>,
}

/// Measures the rows that the glob selects.
pub(crate) fn measure(only: &str, report: &mut Report) -> anyhow::Result<()> {
    let mut names = CORPORA.iter().flat_map(|corpus| RANKS.map(|(rank, _)| name(corpus, rank)));
    if !selected(only, "hs-suggestion") && !names.any(|name| selected(only, &name)) {
        return Ok(());
    }
    let folder = catalogues::folder().join("reference");
    if let Some(missing) = CORPORA.iter().find(|corpus| !folder.join(corpus.file).exists()) {
        println!("hs-suggestion: SKIPPED, there is no {} here", missing.file);
        return Ok(());
    }
    let plain = Suggestions::new("code,text\n")?;
    let shipped: Vec<_> = plain.shipped()?.iter().map(|text| form(&plain, text)).collect();
    let (mut asked, mut known) = (Vec::new(), Vec::new());
    for corpus in &CORPORA {
        let (half, references) = halves(&plain, read(&plain, &folder, corpus)?);
        let (all, half) = (half.len(), without(half, &shipped));
        println!(
            "{}: {} goods are asked, {} are as in the shipped words",
            corpus.name,
            half.len(),
            all - half.len()
        );
        asked.push(half);
        known.extend(references);
    }
    let forms: Vec<_> = asked.iter().flatten().map(|good| good.form.clone()).collect();
    let known = without(known, &forms);
    println!("{} references", known.len());
    let referenced = Suggestions::new(&file(&known)?)?;
    for (corpus, goods) in CORPORA.iter().zip(&asked) {
        let (value, baseline) = (ranks(&referenced, goods), ranks(&plain, goods));
        for (rank, most) in RANKS {
            let hits = |ranks: &[usize]| per_thousand(ranks.iter().filter(|at| **at < most).count(), goods);
            report.row((name(corpus, rank), hits(&value), "of 1,000"), (BASELINE, hits(&baseline)), 0.0);
        }
    }
    Ok(())
}

fn name(corpus: &Corpus, rank: &str) -> String {
    format!("hs-suggestion-{}-{rank}", corpus.name)
}

/// The goods of a file whose code is one of HS 2022.
fn read(plain: &Suggestions, folder: &Path, corpus: &Corpus) -> anyhow::Result<Vec<Good>> {
    let mut reader = csv::Reader::from_path(folder.join(corpus.file))?;
    let headers = reader.headers()?.clone();
    let column = |name: &str| headers.iter().position(|header| header == name).context(corpus.file);
    let (text, code) = (column(corpus.text)?, column(corpus.code)?);
    let mut goods = Vec::new();
    for row in reader.records() {
        let row = row?;
        if let Some(code) = plain.six(&row[code]) {
            goods.push(Good { form: form(plain, &row[text]), text: row[text].to_owned(), code });
        }
    }
    Ok(goods)
}

/// Those that are asked, and those that are references: goods with the same words are in the same half.
fn halves(plain: &Suggestions, goods: Vec<Good>) -> (Vec<Good>, Vec<Good>) {
    goods.into_iter().partition(|good| {
        let words: Vec<String> = plain.words(&good.text).into_iter().collect();
        derive_uuid("half", &[&words.join(" ")]).as_bytes()[0] % 2 == 1
    })
}

/// Groups of three letters of a text's words.
fn form(plain: &Suggestions, text: &str) -> BTreeSet<String> {
    let words: Vec<String> = plain.words(text).into_iter().collect();
    let letters: Vec<char> = format!("  {}  ", words.join(" ")).chars().collect();
    letters.windows(3).map(|three| three.iter().collect()).collect()
}

/// Goods that are nearly the same as none of these.
fn without(goods: Vec<Good>, forms: &[BTreeSet<String>]) -> Vec<Good> {
    let new = |good: &Good| !forms.iter().any(|form| nearly(form, &good.form));
    goods.into_iter().filter(new).collect()
}

fn nearly(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    let (few, many) = (one.len().min(other.len()), one.len().max(other.len()));
    // No more than the smaller has can be in common.
    if few * 100 < many * NEARLY {
        return false;
    }
    let common = one.intersection(other).count();
    common * 100 >= (few + many - common) * NEARLY
}

/// References in the form of `--hs-references`.
fn file(goods: &[Good]) -> anyhow::Result<String> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(["code", "text"])?;
    for good in goods {
        file.write_record([good.code.as_str(), good.text.as_str()])?;
    }
    Ok(String::from_utf8(file.into_inner()?)?)
}

/// Where the right code of each good stands among its suggestions, from 0; the largest number where it does not.
fn ranks(suggestions: &Suggestions, goods: &[Good]) -> Vec<usize> {
    let rank = |good: &Good| suggestions.of(&good.text).iter().position(|(code, _)| *code == good.code);
    goods.iter().map(|good| rank(good).unwrap_or(usize::MAX)).collect()
}

fn per_thousand(count: usize, goods: &[Good]) -> f64 {
    1_000.0 * count as f64 / goods.len() as f64
}
