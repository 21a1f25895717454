//! What a reader looks for first in changed words: dates, amounts, percentages, numbers, places, negations.
//!
//! `marked` finds them in a text, [`changes`] says which came and went between two. They are found by their form and
//! by tables of names, in the languages of these; what isn't found is still shown as changed words.

mod negation;
mod number;
mod numeral;
mod place;

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::{key, key_hash, sentences};

/// The kinds of fact, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactKind {
    /// `not`, `without`: what turns a sentence around.
    Negation,
    /// A day.
    Date,
    /// Money.
    Amount,
    /// A percentage.
    Percentage,
    /// Another number.
    Number,
    /// A country or region.
    Place,
}

impl FactKind {
    /// Its name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Negation => "negation",
            Self::Date => "date",
            Self::Amount => "amount",
            Self::Percentage => "percentage",
            Self::Number => "number",
            Self::Place => "place",
        }
    }
}

/// Facts of one kind that came and went between two texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactChange {
    /// What they are.
    pub kind: FactKind,
    /// Those of the text before that are gone, as written, in order.
    pub removed: Vec<String>,
    /// Those of the text after that are new, as written, in order.
    pub added: Vec<String>,
}

/// A longer text is read up to here only: one clause of a policy is hardly ever a tenth of it.
const LONGEST: usize = 100_000;

/// A fact in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) kind: FactKind,
    pub(super) range: Range<usize>,
    /// What it says, the same for all ways to write it.
    says: String,
}

/// The facts of a text, in order; none overlaps another.
pub(super) fn marked(text: &str, language: Option<&'static str>) -> Vec<Fact> {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let mut facts = number::find(text);
    facts.extend(numeral::find(text, language));
    facts.extend(place::find(text));
    facts.extend(negation::find(text, language));
    facts.sort_by_key(|fact| (fact.range.start, usize::MAX - fact.range.end));
    let mut end = 0;
    facts.retain(|fact| {
        let is_free = fact.range.start >= end;
        end = if is_free { fact.range.end } else { end };
        is_free
    });
    facts
}

/// A text in pieces, each with whether it is a fact.
pub fn pieces<'a>(text: &'a str, language: Option<&'static str>) -> Vec<(bool, &'a str)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for Fact { range, .. } in marked(text, language) {
        pieces.push((false, &text[at..range.start]));
        pieces.push((true, &text[range.clone()]));
        at = range.end;
    }
    pieces.push((false, &text[at..]));
    pieces.retain(|(_, piece)| !piece.is_empty());
    pieces
}

/// The language of a text, by its frequent words or else as declared, where its negations are known.
pub fn language(texts: [&str; 2], declared: &str) -> Option<&'static str> {
    negation::language(texts, declared)
}

/// The facts that came and went between two texts, by kind; `declared` is the language that the page declares.
///
/// ```
/// use fineprint::diff::facts::{FactKind, changes};
/// let found = changes("with 30 days' notice", "without notice, within 14 days", "en");
/// assert_eq!(found[0].kind, FactKind::Negation);
/// assert_eq!((found[1].removed[0].as_str(), found[1].added[0].as_str()), ("30", "14"));
/// ```
pub fn changes(before: &str, after: &str, declared: &str) -> Vec<FactChange> {
    let language = language([before, after], declared);
    let (old, new) = (told(before, after, language), told(after, before, language));
    let only = |these: &[Fact], those: &[Fact], text: &str| {
        let mut counts: BTreeMap<(FactKind, &str), usize> = BTreeMap::new();
        those.iter().for_each(|fact| *counts.entry((fact.kind, &fact.says)).or_default() += 1);
        let mut left: BTreeMap<FactKind, Vec<String>> = BTreeMap::new();
        for fact in these {
            match counts.get_mut(&(fact.kind, fact.says.as_str())) {
                Some(count) if *count > 0 => *count -= 1,
                _ => left.entry(fact.kind).or_default().push(text[fact.range.clone()].to_owned()),
            }
        }
        left
    };
    let mut removed = only(&old, &new, before);
    let mut added = only(&new, &old, after);
    let kinds: Vec<FactKind> = removed.keys().chain(added.keys()).copied().collect();
    let kinds: std::collections::BTreeSet<FactKind> = kinds.into_iter().collect();
    let change = |kind| FactChange {
        kind,
        removed: removed.remove(&kind).unwrap_or_default(),
        added: added.remove(&kind).unwrap_or_default(),
    };
    kinds.into_iter().map(change).collect()
}

/// The facts of a text but for those of sentences that stand in the other text, too: where one of two like sentences is
/// gone, nothing that it says is.
fn told(text: &str, other: &str, language: Option<&'static str>) -> Vec<Fact> {
    let theirs: HashSet<u64> = sentences(other).map(|sentence| key_hash(sentence.trim())).collect();
    let mut ends = Vec::new();
    let mut end = 0;
    for sentence in sentences(text) {
        end += sentence.len();
        ends.push((end, theirs.contains(&key_hash(sentence.trim()))));
    }
    let is_told = |fact: &Fact| {
        let sentence = ends.partition_point(|(end, _)| *end <= fact.range.start);
        !ends.get(sentence).is_some_and(|(_, is_theirs)| *is_theirs)
    };
    marked(text, language).into_iter().filter(is_told).collect()
}

impl Fact {
    fn new(kind: FactKind, range: Range<usize>, text: &str) -> Self {
        let says = key(&text[range.clone()]);
        Self { kind, range, says }
    }
}

#[cfg(test)]
mod tests;
