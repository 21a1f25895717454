//! Clauses that were cut in several, and several that were put together.

use std::ops::Range;

use super::pair::{Bag, owners, shared};
use super::{BORDER, key};
use crate::model::{Run, Text};

/// A part has at least so much of its words in the whole …
const INSIDE: f64 = 0.8;
/// … and the parts together are as alike to the whole as this (the Dice coefficient of their words).
const ALIKE: f64 = 0.75;
/// Fewer words are no whole.
const WHOLE: usize = 6;

/// Something that was one and is several, or the other way round.
pub(super) struct Cut {
    pub(super) whole: usize,
    pub(super) parts: Range<usize>,
}

/// The clauses of `wholes` that are several of `parts`, one beside another.
///
/// Each part looks for its whole through its rare words, as in [`super::pair`]: the work is linear.
pub(super) fn cuts(
    wholes: &[Bag],
    parts: &[Bag],
    is_free: impl Fn(usize, &Range<usize>) -> bool,
) -> Vec<Cut> {
    if wholes.is_empty() || parts.len() < 2 {
        return Vec::new();
    }
    let owners = owners(wholes, parts, INSIDE);
    let mut cuts = Vec::new();
    let mut start = 0;
    while start < parts.len() {
        let is_next =
            |i: usize| i == start || owners[i] == owners[start] && parts[i].clause == parts[i - 1].clause + 1;
        let end = (start..parts.len()).take_while(|i| is_next(*i)).last().unwrap_or(start) + 1;
        if let Some(owner) = owners[start].filter(|_| end - start >= 2) {
            let (whole, parts) = (&wholes[owner], &parts[start..end]);
            let range = parts[0].clause..parts[0].clause + parts.len();
            if is_free(whole.clause, &range) && is_cut(whole, parts) {
                cuts.push(Cut { whole: whole.clause, parts: range });
            }
        }
        start = end;
    }
    cuts
}

fn is_cut(whole: &Bag, parts: &[Bag]) -> bool {
    let mut words: Vec<u32> = parts.iter().flat_map(|part| part.words.iter().copied()).collect();
    words.sort_unstable();
    let shared = shared(&whole.words, &words);
    whole.words.len() >= WHOLE && 2.0 * shared as f64 >= ALIKE * (whole.words.len() + words.len()) as f64
}

/// The words of a clause that was cut or put together: where that is all, every one of them is kept.
pub(super) fn runs(old: &str, new: &str) -> Vec<Run> {
    if key(old) == key(new) { vec![Run::Kept(new.to_owned())] } else { super::runs(old, new) }
}

/// Runs with `¶` for each border; behind those that are still there stands the numbering of the next part.
pub(super) fn shown(runs: &[Run], marks: &[&str]) -> Vec<Run> {
    let mut marks = marks.iter();
    let mut shown = |text: &str| {
        let mut out = String::with_capacity(text.len() + 8);
        for (i, part) in text.split(BORDER).enumerate() {
            if i > 0 {
                let mark = marks.next().filter(|mark| !mark.is_empty());
                out.push_str(" ¶ ");
                mark.iter().for_each(|mark| out.extend([**mark, " "]));
            }
            out.push_str(if i > 0 { part.trim_start() } else { part });
        }
        out
    };
    let mut run = |run: &Run| match run {
        Run::Kept(text) => Run::Kept(shown(text)),
        Run::Added(text) => Run::Added(shown(text)),
        Run::Removed(text) => Run::Removed(text.replace(BORDER, " ¶ ")),
    };
    runs.iter().map(&mut run).collect()
}

/// The words of clauses, with a [`BORDER`] between them.
pub(super) fn joined(text: &Text, clauses: Range<usize>) -> String {
    let words: Vec<&str> = text.clauses[clauses].iter().map(|clause| clause.text.as_str()).collect();
    words.join(BORDER)
}
