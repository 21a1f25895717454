//! What differs between two texts, as far as the verdict depends on it.

use std::collections::HashSet;
use std::ops::Range;

use crate::diff::{key, key_hash, tokens, word_count};
use crate::model::{self, Kind, Text};

use super::Memory;
use super::restless::{SPOTS, Spot};
use super::spelling::{may_be_respelled, spelled};

/// A text with fewer words says nothing by itself, unless it stands among the clauses of a policy.
const SHORT: u64 = 8;
/// At most so many clauses before, and after, the running text are its frame.
const FRAME: usize = 6;

/// Two texts as sets of clauses: order, kind, numbering and repetition don't count here, nor how the words are cut
/// into clauses.
pub(super) struct Difference<'a> {
    before: &'a Text,
    after: &'a Text,
    /// What stands for the words of each clause.
    old: Vec<u64>,
    new: Vec<u64>,
    /// There are clauses that only write a date or a mail address in another way; they are in neither list.
    pub(super) respelled: bool,
    /// Clauses that are only in the text after.
    pub(super) added: Vec<Clause>,
    /// Clauses that are only in the text before.
    pub(super) removed: Vec<Clause>,
    /// Stands for the text after: the same words give the same number.
    pub(super) fingerprint: u64,
}

/// A clause, as far as it counts.
pub(super) struct Clause {
    /// Stands for its words.
    pub(super) key: u64,
    /// Where it is in its text.
    index: usize,
    /// It is a heading.
    heading: bool,
    /// It is the first heading.
    title: bool,
    /// It is short and no sentence, and stands before or after all running text.
    at_edge: bool,
    /// It holds a digit: a date, a number, an amount.
    number: bool,
    /// It is no text at all, but names from markup.
    markup: bool,
}

impl<'a> Difference<'a> {
    pub(super) fn between(before: &'a Text, after: &'a Text) -> Self {
        let (old, new) = (keys(before), keys(after));
        let set = |keys: &[u64]| keys.iter().copied().collect::<HashSet<u64>>();
        let mut added = only(after, &new, &set(&old));
        let mut removed = only(before, &old, &set(&new));
        let respelled = cancel_respelled((before, &mut removed), (after, &mut added));
        let fingerprint = fingerprint(new.clone());
        Self { before, after, old, new, respelled, added, removed, fingerprint }
    }

    /// Whether the words are the same, in the same order, and only cut into clauses in another way. A clause that merely is part of
    /// another one ("Oman" of "Romania") is one more or one less all the same.
    ///
    /// Reads both texts in full: to be asked last.
    pub(super) fn is_only_recut(&self) -> bool {
        let added: Vec<String> = self.added.iter().map(|c| key(c.text(self.after))).collect();
        let removed: Vec<String> = self.removed.iter().map(|c| key(c.text(self.before))).collect();
        if letters(&added) != letters(&removed) {
            return false;
        }
        stand_in_order(&added, &flow(self.before)) && stand_in_order(&removed, &flow(self.after))
    }

    /// The words of the text after, as a share of those before.
    pub(super) fn remaining(&self) -> f64 {
        words(self.after) as f64 / words(self.before).max(1) as f64
    }

    /// The words of clauses that are in both texts, as a share of those before.
    pub(super) fn kept(&self) -> f64 {
        let removed: u64 = self.removed.iter().map(|c| word_count(c.text(self.before))).sum();
        1.0 - removed as f64 / words(self.before).max(1) as f64
    }

    /// Whether the text after ends within a clause of the text before, and more of that is missing.
    pub(super) fn is_cut_off(&self) -> bool {
        let [last] = &self.added[..] else { return false };
        let start = key(last.text(self.after));
        let is_start = |c: &Clause| key(c.text(self.before)).starts_with(&start);
        last.index + 1 == self.after.clauses.len()
            && self.removed.len() > 1
            && self.removed.iter().any(is_start)
    }

    /// Whether the title is gone with other clauses, and no heading came in its place.
    pub(super) fn has_lost_its_title(&self) -> bool {
        let titles = |text: &Text| text.clauses.iter().any(|c| c.kind == Kind::Heading(1));
        titles(self.before)
            && !titles(self.after)
            && self.added.is_empty()
            && self.removed.iter().any(|c| c.title)
    }

    pub(super) fn is_none(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }

    /// Whether nothing differs but what frames a policy: headings that went or came back, and short lines around the
    /// running text (a menu's label, "Was this helpful?"). A new number there may be a date, and counts; so does a line
    /// there that was reworded (an address, the first section's heading), but for the title.
    pub(super) fn is_slight(&self, memory: &Memory) -> bool {
        let counts = |c: &Clause| match c.at_edge {
            true => c.number || (!c.title && self.is_reworded(c)),
            false => c.heading,
        };
        let news = |c: &Clause| !memory.has_seen(c.key) && counts(c);
        self.removed.iter().all(Clause::is_frame) && self.added.iter().all(|c| c.is_frame() && !news(c))
    }

    /// Where something differs: each place between two clauses that are in both texts; of more than [`SPOTS`] the first.
    pub(super) fn spots(&self) -> Vec<Spot> {
        let mut spots: Vec<Spot> = Vec::new();
        let sides =
            [(self.before, &self.old, &self.removed, false), (self.after, &self.new, &self.added, true)];
        for (text, keys, clauses, is_now) in sides {
            for run in clauses.chunk_by(|a, b| a.index + 1 == b.index) {
                let (first, last) = (run[0].index, run[run.len() - 1].index);
                let before = first.checked_sub(1).map(|i| keys[i]);
                let place = mixed([before, keys.get(last + 1).copied()].map(Option::unwrap_or_default));
                let words = run.iter().map(|c| word_count(c.text(text))).sum();
                let content = if is_now { mixed(run.iter().map(|c| c.key)) } else { 0 };
                match spots.iter().position(|spot| spot.place == place) {
                    Some(i) => {
                        spots[i].words += words;
                        spots[i].content ^= content;
                    }
                    None if spots.len() <= SPOTS => spots.push(Spot { place, content, words }),
                    None => {}
                }
            }
        }
        spots
    }

    /// Whether an added clause has half of its words from a removed one.
    fn is_reworded(&self, added: &Clause) -> bool {
        let new = key(added.text(self.after));
        let new = tokens(&new);
        self.removed.iter().any(|c| {
            let old = key(c.text(self.before));
            let old = tokens(&old);
            let shared = new.iter().filter(|word| old.contains(word)).count();
            shared * 4 >= new.len() + old.len()
        })
    }
}

impl Clause {
    fn of(text: &Text, index: usize, key: u64, frame: &Frame) -> Self {
        let c = &text.clauses[index];
        let is_sentence = c.level().is_none() && c.text.ends_with(['.', '。', '．', '।', '۔']);
        let is_short = word_count(&c.text) < SHORT && !matches!(c.kind, Kind::Item(_) | Kind::Row);
        Self {
            key,
            index,
            heading: c.level().is_some(),
            title: frame.title == Some(index),
            at_edge: is_short
                && !is_sentence
                && (frame.before.contains(&index) || frame.after.contains(&index)),
            number: c.text.chars().any(char::is_numeric),
            markup: is_short && is_markup(&c.text),
        }
    }

    fn text<'a>(&self, text: &'a Text) -> &'a str {
        &text.clauses[self.index].text
    }

    fn is_frame(&self) -> bool {
        self.heading || self.at_edge || self.markup
    }
}

/// Whether a line is nothing but names from markup, as an icon shows whose font is missing: `fa-link icon-regular`.
fn is_markup(line: &str) -> bool {
    let is_name = |word: &str| {
        word.contains(['-', '_']) && word.bytes().all(|b| b.is_ascii_lowercase() || b"-_".contains(&b))
    };
    line.split_whitespace().count() >= 2 && line.split_whitespace().all(is_name)
}

/// Whether keys stand in a text one after another. Each is looked for after the one before it, so that the text is
/// read once, however many there are.
fn stand_in_order(keys: &[String], flow: &str) -> bool {
    let mut rest = flow;
    keys.iter().all(|key| match rest.find(key.as_str()) {
        Some(at) => {
            rest = &rest[at + key.len()..];
            true
        }
        None => false,
    })
}

/// How many characters keys have, spaces aside.
fn letters(keys: &[String]) -> usize {
    keys.iter().flat_map(|key| key.chars()).filter(|c| *c != ' ').count()
}

fn words(text: &Text) -> u64 {
    text.clauses.iter().map(|c| word_count(&c.text)).sum()
}

fn keys(text: &Text) -> Vec<u64> {
    text.clauses.iter().map(|c| key_hash(&c.text)).collect()
}

fn only(text: &Text, keys: &[u64], other: &HashSet<u64>) -> Vec<Clause> {
    let mut found: Vec<usize> = Vec::new();
    let mut seen = HashSet::new();
    found.extend((0..keys.len()).filter(|i| !other.contains(&keys[*i]) && seen.insert(keys[*i])));
    if found.is_empty() {
        return Vec::new();
    }
    let prose = |c: &&model::Clause| c.level().is_none() && word_count(&c.text) >= SHORT;
    let first = text.clauses.iter().position(|c| prose(&c)).unwrap_or(0);
    let last = text.clauses.iter().rposition(|c| prose(&c)).unwrap_or(text.clauses.len());
    let title = text.clauses.iter().position(|c| c.level().is_some());
    let frame = Frame { before: frame(0..first), after: frame(last + 1..text.clauses.len()), title };
    found.into_iter().map(|i| Clause::of(text, i, keys[i], &frame)).collect()
}

/// Takes out the clauses that say the same and only write a date or a mail address in another way; whether there were any.
fn cancel_respelled(
    (before, removed): (&Text, &mut Vec<Clause>),
    (after, added): (&Text, &mut Vec<Clause>),
) -> bool {
    let spelled = |c: &Clause, text: &Text| may_be_respelled(c.text(text)).then(|| spelled(c.text(text)));
    let old: HashSet<String> = removed.iter().filter_map(|c| spelled(c, before)).collect();
    if old.is_empty() {
        return false;
    }
    let same: HashSet<String> =
        added.iter().filter_map(|c| spelled(c, after)).filter(|key| old.contains(key)).collect();
    let is_new = |c: &Clause, text: &Text| spelled(c, text).is_none_or(|key| !same.contains(&key));
    removed.retain(|c| is_new(c, before));
    added.retain(|c| is_new(c, after));
    !same.is_empty()
}

/// Where the frame of a text is.
struct Frame {
    before: Range<usize>,
    after: Range<usize>,
    title: Option<usize>,
}

/// The clauses before or after all running text, if they are few: many are a list, of countries perhaps.
fn frame(clauses: Range<usize>) -> Range<usize> {
    if clauses.len() <= FRAME { clauses } else { 0..0 }
}

fn fingerprint(mut keys: Vec<u64>) -> u64 {
    keys.sort_unstable();
    keys.dedup();
    mixed(keys)
}

/// One number for many, in their order.
fn mixed(keys: impl IntoIterator<Item = u64>) -> u64 {
    keys.into_iter().fold(0u64, |h, k| h.rotate_left(5).wrapping_mul(31) ^ k)
}

/// All words in one line, however they are cut into clauses.
fn flow(text: &Text) -> String {
    let mut all = String::new();
    for clause in &text.clauses {
        all.push_str(&clause.text);
        all.push(' ');
    }
    key(&all)
}
