//! The longest common subsequence, or something as readable, of two sequences of numbers.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Up to this many pairs of elements are left to the histogram algorithm as they are …
const PAIRS: usize = 16_000_000;
/// … and between two anchors, this many. A longer gap without an anchor counts as replaced: that happens in
/// texts that have next to nothing in common, or were made to be slow to compare.
const PAIRS_IN_A_GAP: usize = 1_000_000;

/// A stretch of both sequences, kept or replaced.
pub(super) struct Stretch {
    pub(super) kept: bool,
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
}

/// Aligns two sequences, in time that grows little faster than their length.
///
/// Large ones are first cut at anchors, windows of `window` elements that are in each sequence just once, as
/// in patience diff: a window of one finds unique clauses, one of several words finds unique phrases.
pub(super) fn align(old: &[u32], new: &[u32], window: usize) -> Vec<Stretch> {
    let mut pairs = Pairs { old, new, pairs: Vec::new() };
    let (old_all, new_all) = (0..old.len(), 0..new.len());
    if old.len().saturating_mul(new.len()) <= PAIRS {
        pairs.gap(old_all, new_all, PAIRS);
    } else {
        pairs.anchored(window);
    }
    stretches(&pairs.pairs, old.len(), new.len())
}

/// The pairs of places found to be the same, rising on both sides.
struct Pairs<'a> {
    old: &'a [u32],
    new: &'a [u32],
    pairs: Vec<(usize, usize)>,
}

impl Pairs<'_> {
    fn anchored(&mut self, window: usize) {
        let (mut old_start, mut new_start) = (0, 0);
        for (old, new) in rising(anchors(self.old, self.new, window)) {
            // Windows overlap: those inside what the one before already matched bring nothing new.
            if old >= old_start && new >= new_start {
                self.gap(old_start..old, new_start..new, PAIRS_IN_A_GAP);
                self.pairs.extend((0..window).map(|i| (old + i, new + i)));
                (old_start, new_start) = (old + window, new + window);
            }
        }
        self.gap(old_start..self.old.len(), new_start..self.new.len(), PAIRS_IN_A_GAP);
    }

    fn gap(&mut self, old: Range<usize>, new: Range<usize>, limit: usize) {
        let (a, b) = (&self.old[old.clone()], &self.new[new.clone()]);
        let head = a.iter().zip(b).take_while(|(a, b)| a == b).count();
        let (a, b) = (&a[head..], &b[head..]);
        let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
        let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);

        self.pairs.extend((old.start..old.start + head).zip(new.start..));
        if a.len().saturating_mul(b.len()) <= limit {
            for op in capture_diff_slices(Algorithm::Histogram, a, b) {
                if let DiffOp::Equal { old_index, new_index, len } = op {
                    let (o, n) = (old.start + head + old_index, new.start + head + new_index);
                    self.pairs.extend((o..o + len).zip(n..));
                }
            }
        }
        self.pairs.extend((old.end - tail..old.end).zip(new.end - tail..new.end));
    }
}

/// The places of windows that are in each sequence just once, in the order of the new one.
fn anchors(old: &[u32], new: &[u32], window: usize) -> Vec<(usize, usize)> {
    let once = |sequence| {
        let mut places: HashMap<&[u32], Option<usize>> = HashMap::new();
        for (i, window) in <[u32]>::windows(sequence, window).enumerate() {
            places.entry(window).and_modify(|place| *place = None).or_insert(Some(i));
        }
        places
    };
    let (in_old, in_new) = (once(old), once(new));
    let place_of = |(i, window): (usize, &[u32])| {
        let place = in_old.get(window).copied().flatten()?;
        in_new[window].map(|_| (place, i))
    };
    new.windows(window).enumerate().filter_map(place_of).collect()
}

/// The longest subsequence, of pairs in the order of their second half, whose first half rises too.
fn rising(pairs: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    // For each length, the subsequence of that length that ends lowest.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous = vec![None; pairs.len()];
    for (i, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].0 < pair.0);
        previous[i] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() {
            ends.push(i);
        } else {
            ends[length] = i;
        }
    }
    let mut chain: Vec<_> =
        std::iter::successors(ends.last().copied(), |i| previous[*i]).map(|i| pairs[i]).collect();
    chain.reverse();
    chain
}

fn stretches(pairs: &[(usize, usize)], old_len: usize, new_len: usize) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let (mut old, mut new) = (0, 0);
    for run in pairs.chunk_by(|a, b| a.0 + 1 == b.0 && a.1 + 1 == b.1) {
        let (o, n) = run[0];
        if o > old || n > new {
            stretches.push(Stretch { kept: false, old: old..o, new: new..n });
        }
        (old, new) = (o + run.len(), n + run.len());
        stretches.push(Stretch { kept: true, old: o..old, new: n..new });
    }
    if old < old_len || new < new_len {
        stretches.push(Stretch { kept: false, old: old..old_len, new: new..new_len });
    }
    stretches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether stretches cover both sequences in order and keep only what is the same.
    fn is_sound(stretches: &[Stretch], old: &[u32], new: &[u32]) -> bool {
        let (mut o, mut n) = (0, 0);
        for stretch in stretches {
            let starts = stretch.old.start == o && stretch.new.start == n;
            if !starts || stretch.kept && old[stretch.old.clone()] != new[stretch.new.clone()] {
                return false;
            }
            (o, n) = (stretch.old.end, stretch.new.end);
        }
        (o, n) == (old.len(), new.len())
    }

    #[test]
    fn a_long_sequence_is_cut_at_its_anchors() {
        let old: Vec<u32> = (0..10_000).collect();
        let mut new = old.clone();
        new[5_000] = 77_777;
        new.splice(2_000..2_000, [88_888, 99_999]);
        for window in [1, 6] {
            let stretches = align(&old, &new, window);
            assert!(is_sound(&stretches, &old, &new));
            let replaced: Vec<_> = stretches.iter().filter(|s| !s.kept).map(|s| (&s.old, &s.new)).collect();
            assert_eq!(replaced, [(&(2_000..2_000), &(2_000..2_002)), (&(5_000..5_001), &(5_002..5_003))]);
        }
    }

    proptest! {
        #[test]
        fn any_two_sequences_are_aligned(
            old in prop::collection::vec(0..6u32, 0..60),
            new in prop::collection::vec(0..6u32, 0..60),
            window in 1..5usize,
        ) {
            prop_assert!(is_sound(&align(&old, &new, window), &old, &new));
            let mut pairs = Pairs { old: &old, new: &new, pairs: Vec::new() };
            pairs.anchored(window);
            prop_assert!(is_sound(&stretches(&pairs.pairs, old.len(), new.len()), &old, &new));
        }
    }
}
