//! Reads the table of terms.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Confidence;
use super::classes::{ClassId, Classes};
use super::contexts::{Context, Contexts, Relation};
use super::dictionary::{self, Use};
use super::phrase::Phrase;
use super::places::Places;
use super::terms::{Joint, Says, Term, Terms, bit};
use super::texts::Field;
use crate::domain::data::{DataError, GOODS_TERMS, Table, Tables};

/// Several classes or phrases in a cell.
const OR: char = '|';
/// Between the parts of a term, and between the phrases that may stand for a part.
const AND: &str = " + ";
const OR_ELSE: char = '/';
const MOST_PARTS: usize = 8;
/// Of the table, roughly.
const LETTERS_A_WORD: usize = 12;

#[derive(Deserialize)]
struct Row {
    class: String,
    means: String,
    fields: String,
    products: String,
    phrases: String,
}

/// What the phrases of a row mean.
#[derive(Clone, Copy)]
enum Means {
    Term(Says),
    Context(Relation),
}

const FIELDS: [(&str, Field); 3] =
    [("TITLE", Field::Title), ("BULLETS", Field::Bullets), ("CATEGORY", Field::Category)];
const MEANS: [(&str, Means); 7] = [
    ("CERTAIN", Means::Term(Says::Is(Confidence::Certain))),
    ("POSSIBLE", Means::Term(Says::Is(Confidence::Possible))),
    ("NOT", Means::Term(Says::Not)),
    ("AROUND", Means::Context(Relation::Around)),
    ("AFTER", Means::Context(Relation::After)),
    ("BEFORE", Means::Context(Relation::Before)),
    ("FOR", Means::Context(Relation::For)),
];

/// The table while it is read.
pub(super) struct Filling {
    dictionary: dictionary::Filling,
    alone: Vec<Term>,
    joint: Vec<Joint>,
    phrases: String,
    /// Each with its position.
    contexts: BTreeMap<Context, u32>,
}

impl Filling {
    pub(super) fn read(tables: &Tables, classes: &Classes) -> Result<Self, DataError> {
        let table = tables.of(GOODS_TERMS);
        let mut filling = Self {
            dictionary: dictionary::Filling::new(table.text.len() / LETTERS_A_WORD),
            alone: Vec::new(),
            joint: Vec::new(),
            phrases: String::new(),
            contexts: BTreeMap::new(),
        };
        for (table, row) in table.rows::<Row>()? {
            let named = row.class.split(OR).map(|name| {
                classes.named(name).ok_or_else(|| table.wrong(format!("no class is called {name}")))
            });
            let named: Vec<ClassId> = named.collect::<Result<_, _>>()?;
            let in_media = table.word(&row.products, &[("ALL", true), ("GOODS", false)])?;
            let places = places(table, &row.fields)?.in_media(in_media);
            let means = table.word(&row.means, &MEANS)?;
            for text in row.phrases.split(OR) {
                let parts = phrases(table, text)?;
                match (means, parts.as_slice()) {
                    (Means::Context(relation), [part]) => {
                        filling.context(table, part, relation, Places::ALL, &named)?;
                    }
                    (Means::Term(Says::Not), [part]) => {
                        filling.context(table, part, Relation::Not, places.in_media(true), &named)?;
                    }
                    (Means::Term(Says::Is(confidence)), [part]) => {
                        let phrase = filling.keep(table, text)?;
                        for class in &named {
                            filling.term(table, Term { class: *class, confidence, phrase }, part, places)?;
                        }
                    }
                    (Means::Term(says), parts) => {
                        for class in &named {
                            let joint = Joint { class: *class, says, parts: parts.len() as u8 };
                            filling.joint(table, joint, parts, places)?;
                        }
                    }
                    _ => return Err(table.wrong(format!("{text:?} has parts and is no term"))),
                }
            }
        }
        Ok(filling)
    }

    fn context(
        &mut self,
        table: Table<'_>,
        phrases: &[Phrase],
        relation: Relation,
        places: Places,
        classes: &[ClassId],
    ) -> Result<(), DataError> {
        let classes = classes.iter().fold(0, |classes, class| classes | bit(*class));
        let next = position(table, self.contexts.len())?;
        let at = *self.contexts.entry(Context { classes, relation }).or_insert(next);
        let context = Use { at, part: Use::CONTEXT, places };
        phrases.iter().for_each(|phrase| self.dictionary.add(phrase, context));
        Ok(())
    }

    fn term(
        &mut self,
        table: Table<'_>,
        term: Term,
        phrases: &[Phrase],
        places: Places,
    ) -> Result<(), DataError> {
        let at = position(table, self.alone.len())?;
        self.phrases(phrases, Use { at, part: Use::ALONE, places });
        self.alone.push(term);
        Ok(())
    }

    /// What the goods are is in the title, the other parts may stand elsewhere.
    fn joint(
        &mut self,
        table: Table<'_>,
        joint: Joint,
        parts: &[Vec<Phrase>],
        places: Places,
    ) -> Result<(), DataError> {
        let at = position(table, self.joint.len())?;
        for (part, phrases) in (0..).zip(parts) {
            let places = if part == 0 { places.in_title() } else { places };
            self.phrases(phrases, Use { at, part, places });
        }
        self.joint.push(joint);
        Ok(())
    }

    fn phrases(&mut self, phrases: &[Phrase], good_for: Use) {
        for phrase in phrases {
            if let Some(joined) = phrase.joined() {
                self.dictionary.add(&joined, good_for);
            }
            self.dictionary.add(phrase, good_for);
        }
    }

    /// Keeps a phrase as the table writes it, for evidence.
    fn keep(&mut self, table: Table<'_>, text: &str) -> Result<(u32, u16), DataError> {
        let too_long = |_| table.wrong("the phrases are too long");
        let begin = u32::try_from(self.phrases.len()).map_err(too_long)?;
        self.phrases.push_str(text);
        Ok((begin, u16::try_from(text.len()).map_err(too_long)?))
    }

    pub(super) fn done(self) -> Result<Terms, DataError> {
        let mut sorted: Vec<(u32, Context)> =
            self.contexts.into_iter().map(|(context, at)| (at, context)).collect();
        sorted.sort_unstable();
        let dictionary = self.dictionary.done();
        Ok(Terms {
            dictionary: dictionary
                .ok_or_else(|| GOODS_TERMS.wrong("more phrases than a dictionary holds"))?,
            alone: self.alone.into_boxed_slice(),
            joint: self.joint.into_boxed_slice(),
            contexts: Contexts(sorted.into_iter().map(|(_, context)| context).collect()),
            phrases: self.phrases.into_boxed_str(),
        })
    }
}

/// Contexts have none.
fn places(table: Table<'_>, cell: &str) -> Result<Places, DataError> {
    let fields = cell.split(OR).filter(|field| !field.is_empty());
    let fields: Vec<Field> = fields.map(|field| table.word(field, &FIELDS)).collect::<Result<_, _>>()?;
    Ok(Places::of(&fields))
}

/// The parts of a term, each with the phrases that may stand for it.
fn phrases(table: Table<'_>, text: &str) -> Result<Vec<Vec<Phrase>>, DataError> {
    let part = |part: &str| part.split(OR_ELSE).map(Phrase::read).collect::<Option<Vec<_>>>();
    let parts = text.split(AND).map(part).collect::<Option<Vec<_>>>();
    let parts = parts.filter(|parts| parts.len() <= MOST_PARTS);
    parts.ok_or_else(|| table.wrong(format!("{text:?} is no phrase of at most {MOST_PARTS} parts")))
}

fn position(table: Table<'_>, at: usize) -> Result<u32, DataError> {
    u32::try_from(at).map_err(|_| table.wrong("too many terms"))
}
