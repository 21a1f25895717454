//! What became of a clause whose words don't stand in a text any more: the passage that is most like it.

use std::collections::HashMap;
use std::ops::Range;

use super::words::{Word, Words};
use super::{SIMILAR, passage};

/// How many passages are compared word by word: those that share the most words with the clause.
const WINDOWS: usize = 4;

/// What a word that only one of them has takes from an alignment, as a part of its weight: few enough that one goes on
/// over some new words in the middle.
const GAP: f64 = 0.3;

/// The words of a text that are most like those wanted, if they are like enough.
///
/// Takes time that grows with the length of the text, and for [`WINDOWS`] passages with the square of the clause's.
pub(super) fn closest(wanted: &Words<'_>, text: &Words<'_>) -> Option<Range<usize>> {
    likest(wanted, text).filter(|(_, likeness)| *likeness >= SIMILAR).map(|(place, _)| place)
}

/// The words of a text that are most like those wanted, and how like they are.
pub(super) fn likest(wanted: &Words<'_>, text: &Words<'_>) -> Option<(Range<usize>, f64)> {
    let weights = Weights::of(text);
    let whole: f64 = wanted.words.iter().map(|word| weights.weight(word)).sum();
    let windows = windows(wanted, text, &weights, whole);
    let aligned = windows.into_iter().filter_map(|window| {
        let (place, in_order) = align(wanted, text, window, &weights, whole)?;
        // A clause turned inside out is the same clause: its sentence has the words in another order.
        let anyhow = in_any_order(wanted, text, passage::sentence(text, &place), &weights, whole);
        Some((place, in_order.max(anyhow)))
    });
    aligned.max_by(|a, b| a.1.total_cmp(&b.1))
}

/// How much words say: the rarer in the text the more, and those of a few letters half of that.
struct Weights(HashMap<u64, u32>);

impl Weights {
    fn of(text: &Words<'_>) -> Self {
        let mut counts = HashMap::new();
        text.words.iter().for_each(|word| *counts.entry(word.hash).or_default() += 1);
        Self(counts)
    }

    fn weight(&self, word: &Word) -> f64 {
        let count = self.0.get(&word.hash).copied().unwrap_or_default();
        let rarity = 1.0 / (1.0 + f64::from(1 + count).ln());
        if word.is_short { rarity / 2.0 } else { rarity }
    }
}

/// The stretches of the text that share the most words with the clause, in whatever order; none overlaps another.
fn windows(wanted: &Words<'_>, text: &Words<'_>, weights: &Weights, whole: f64) -> Vec<Range<usize>> {
    let length = (wanted.words.len() * 2 + 8).min(text.words.len());
    let mut shares = shares(wanted, text, weights, length);
    let mut windows = Vec::new();
    while windows.len() < WINDOWS {
        let best = shares.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        // Words shared in any order are no fewer than those shared in order.
        let Some((start, _)) = best.filter(|(_, share)| **share * 2.0 >= SIMILAR * whole) else { break };
        let (from, to) = (start.saturating_sub(length), (start + length).min(shares.len()));
        shares[from..to].fill(0.0);
        windows.push(start..start + length);
    }
    windows
}

/// For each stretch of `length` words the weight of those that it shares with the clause.
fn shares(wanted: &Words<'_>, text: &Words<'_>, weights: &Weights, length: usize) -> Vec<f64> {
    let mut needed: HashMap<u64, i64> = HashMap::new();
    wanted.words.iter().for_each(|word| *needed.entry(word.hash).or_default() += 1);
    let (mut shares, mut share) = (Vec::with_capacity(text.words.len()), 0.0);
    for (end, word) in text.words.iter().enumerate() {
        if let Some(missing) = needed.get_mut(&word.hash) {
            share += if *missing > 0 { weights.weight(word) } else { 0.0 };
            *missing -= 1;
        }
        if end + 1 > length {
            let leaving = &text.words[end - length];
            if let Some(missing) = needed.get_mut(&leaving.hash) {
                *missing += 1;
                share -= if *missing > 0 { weights.weight(leaving) } else { 0.0 };
            }
        }
        if end + 1 >= length {
            shares.push(share);
        }
    }
    shares
}

/// A way through both texts that ends at a pair of words.
#[derive(Clone, Copy, Default)]
struct Way {
    score: f64,
    shared: f64,
    start: usize,
}

/// The part of a window that is most like the clause, and how like it is: a local alignment (Smith and Waterman, 1981).
fn align(
    wanted: &Words<'_>,
    text: &Words<'_>,
    window: Range<usize>,
    weights: &Weights,
    whole: f64,
) -> Option<(Range<usize>, f64)> {
    let there: Vec<f64> = text.words[window.clone()].iter().map(|word| weights.weight(word)).collect();
    let mut above = vec![Way::default(); there.len() + 1];
    let (mut best, mut end) = (Way::default(), 0);
    for here in &wanted.words {
        let cost = weights.weight(here);
        let mut row = vec![Way::default(); there.len() + 1];
        for (i, word) in text.words[window.clone()].iter().enumerate() {
            let is_same = word.hash == here.hash;
            let step = |way: Way, score: f64, shared: f64| Way {
                score: way.score + score,
                shared: way.shared + shared,
                start: if way.score > 0.0 { way.start } else { i },
            };
            let skipped = [step(above[i + 1], -cost * GAP, 0.0), step(row[i], -there[i] * GAP, 0.0)];
            let ways = skipped.into_iter().chain(is_same.then(|| step(above[i], cost, cost)));
            let way = ways.max_by(|a, b| a.score.total_cmp(&b.score)).unwrap_or_default();
            row[i + 1] = if way.score > 0.0 { way } else { Way::default() };
            if row[i + 1].score > best.score {
                (best, end) = (row[i + 1], i + 1);
            }
        }
        above = row;
    }
    let span: f64 = there.get(best.start..end)?.iter().sum();
    let likeness = 2.0 * best.shared / (whole + span);
    (end > best.start).then(|| (window.start + best.start..window.start + end, likeness))
}

/// How like the clause a stretch of the text is, whatever the order of the words.
fn in_any_order(
    wanted: &Words<'_>,
    text: &Words<'_>,
    stretch: Range<usize>,
    weights: &Weights,
    whole: f64,
) -> f64 {
    let words = &text.words[stretch];
    let mut left: HashMap<u64, u32> = HashMap::new();
    wanted.words.iter().for_each(|word| *left.entry(word.hash).or_default() += 1);
    let (mut shared, mut span) = (0.0, 0.0);
    for word in words {
        let weight = weights.weight(word);
        span += weight;
        if let Some(left) = left.get_mut(&word.hash).filter(|left| **left > 0) {
            *left -= 1;
            shared += weight;
        }
    }
    2.0 * shared / (whole + span)
}
