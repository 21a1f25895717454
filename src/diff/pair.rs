//! Which removed clause became which added one, by the words they share.

use std::ops::Range;

use super::key::Numbers;
use super::words::{is_word, tokens};
use crate::model::Clause;

/// From this likeness on (the Dice coefficient of their words) two clauses in the same place are one.
const ALIKE: f64 = 0.5;
/// When only one clause was removed in a place and only one added there, less will do.
const ALIKE_ALONE: f64 = 0.35;
/// From this likeness on two clauses in different places are one, if they have enough words to tell.
const ALIKE_ELSEWHERE: f64 = 0.8;
const WORDS_TO_TELL: usize = 8;

/// A clause looks for its like through this many of its rarest words …
const WORDS_ASKED: usize = 8;
/// … in at most this many clauses that have the word, those nearest to its own place …
const CLAUSES_A_WORD: usize = 16;
/// … and is compared with at most this many. So the work is linear, whatever the texts.
const CLAUSES_COMPARED: usize = 8;

/// The words of a clause, sorted, as numbers.
pub(super) struct Bag {
    pub(super) clause: usize,
    pub(super) words: Vec<u32>,
}

/// Makes bags of words, numbering words alike in all.
#[derive(Default)]
pub(super) struct Bags {
    numbers: Numbers,
}

impl Bags {
    /// The bags of the clauses at `places`.
    pub(super) fn of(&mut self, clauses: &[Clause], places: &[usize]) -> Vec<Bag> {
        places.iter().map(|i| Bag { clause: *i, words: self.words(&clauses[*i].text) }).collect()
    }

    /// Characters of scripts without spaces are taken two by two: alone they say too little.
    fn words(&mut self, text: &str) -> Vec<u32> {
        let mut previous = "";
        let mut words: Vec<u32> = Vec::new();
        for token in tokens(text).into_iter().filter(|token| is_word(token)) {
            let lone = |token: &str| !token.is_ascii() && token.chars().nth(1).is_none();
            let before = if lone(token) && lone(previous) { previous } else { "" };
            words.push(self.numbers.of_pair(before, token));
            previous = token;
        }
        words.sort_unstable();
        words
    }
}

/// The pairs of old and new clauses, as places, that share the most words without crossing each other.
pub(super) fn in_order(old: &[Bag], new: &[Bag]) -> Vec<(usize, usize)> {
    let alone = old.len() == 1 && new.len() == 1;
    let likes = likes(old, new, if alone { ALIKE_ALONE } else { ALIKE });
    heaviest_chain(likes, new.len()).into_iter().map(|(o, n)| (old[o].clause, new[n].clause)).collect()
}

/// The pairs of old and new clauses, as places, that are nearly the same wherever they are; closest first.
pub(super) fn anywhere(mut old: Vec<Bag>, mut new: Vec<Bag>) -> Vec<(usize, usize)> {
    [&mut old, &mut new].into_iter().for_each(|bags| bags.retain(|bag| bag.words.len() >= WORDS_TO_TELL));
    let mut likes = likes(&old, &new, ALIKE_ELSEWHERE);
    likes.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
    let (mut old_taken, mut new_taken) = (vec![false; old.len()], vec![false; new.len()]);
    likes.retain(|like| {
        let free = !old_taken[like.old] && !new_taken[like.new];
        old_taken[like.old] |= free;
        new_taken[like.new] |= free;
        free
    });
    likes.into_iter().map(|like| (old[like.old].clause, new[like.new].clause)).collect()
}

/// For each part, the whole that has the most of its words, if that has at least the given share of them; none where the
/// whole is no longer than the part.
pub(super) fn owners(wholes: &[Bag], parts: &[Bag], share: f64) -> Vec<Option<usize>> {
    let mut index = Index::new(wholes);
    let mut owner = |(i, part): (usize, &Bag)| {
        let place = i * wholes.len() / parts.len();
        let least = share * part.words.len() as f64;
        let inside = |o: usize| Some((shared_from(least, &wholes[o].words, &part.words)?, usize::MAX - o, o));
        let (inside, _, owner) = index.nearest(part, place).into_iter().filter_map(inside).max()?;
        let is_inside = inside as f64 >= least;
        (is_inside && wholes[owner].words.len() > part.words.len()).then_some(owner)
    };
    parts.iter().enumerate().map(&mut owner).collect()
}

/// Two clauses that may be one.
struct Like {
    old: usize,
    new: usize,
    likeness: f64,
    shared: usize,
}

/// Every old and new bag with at least the given likeness, as far as their rare words bring them together.
fn likes(old: &[Bag], new: &[Bag], at_least: f64) -> Vec<Like> {
    let mut index = Index::new(old);
    let mut likes = Vec::new();
    for (i, bag) in new.iter().enumerate() {
        let place = i * old.len() / new.len();
        for o in index.nearest(bag, place) {
            let all = (old[o].words.len() + bag.words.len()) as f64;
            let Some(shared) = shared_from(at_least * all / 2.0, &old[o].words, &bag.words) else { continue };
            let likeness = 2.0 * shared as f64 / all;
            if likeness >= at_least {
                likes.push(Like { old: o, new: i, likeness, shared });
            }
        }
    }
    likes
}

/// Which old bags have a word.
struct Index {
    /// The bags of each word, one word after another, …
    bags: Vec<usize>,
    /// … and where in `bags` those of a word begin; those of the next one begin where they end.
    starts: Vec<usize>,
    /// Room to count votes for each bag, all zero between questions.
    votes: Vec<usize>,
}

impl Index {
    /// Words are numbered without gaps, so that they are sorted by counting them.
    fn new(bags: &[Bag]) -> Self {
        let end = bags.iter().filter_map(|bag| bag.words.last()).max().map_or(0, |word| *word as usize + 1);
        let mut starts = vec![0; end + 1];
        for word in bags.iter().flat_map(|bag| distinct(&bag.words)) {
            starts[word as usize + 1] += 1;
        }
        for word in 0..end {
            starts[word + 1] += starts[word];
        }
        let mut next = starts.clone();
        let mut holders = vec![0; starts[end]];
        for (i, bag) in bags.iter().enumerate() {
            for word in distinct(&bag.words) {
                let place = &mut next[word as usize];
                holders[*place] = i;
                *place += 1;
            }
        }
        Self { bags: holders, starts, votes: vec![0; bags.len()] }
    }

    /// Where in `bags` those are that have a word.
    fn holders(&self, word: u32) -> Option<Range<usize>> {
        let word = word as usize;
        let range = *self.starts.get(word)?..*self.starts.get(word + 1)?;
        (!range.is_empty()).then_some(range)
    }

    /// The bags that have most of the rare words of `bag`.
    fn nearest(&mut self, bag: &Bag, place: usize) -> Vec<usize> {
        let mut lists: Vec<Range<usize>> =
            distinct(&bag.words).filter_map(|word| self.holders(word)).collect();
        keep_first(&mut lists, WORDS_ASKED, |list| (list.len(), list.start));
        let mut asked: Vec<usize> = Vec::new();
        for list in lists {
            let list = &self.bags[list];
            let middle = list.partition_point(|i| *i < place);
            let start =
                middle.saturating_sub(CLAUSES_A_WORD / 2).min(list.len().saturating_sub(CLAUSES_A_WORD));
            asked.extend(list.iter().skip(start).take(CLAUSES_A_WORD));
        }
        asked.iter().for_each(|i| self.votes[*i] += 1);
        let voted = asked.clone();
        asked.sort_unstable();
        asked.dedup();
        keep_first(&mut asked, CLAUSES_COMPARED, |i| (usize::MAX - self.votes[*i], i.abs_diff(place), *i));
        voted.iter().for_each(|i| self.votes[*i] = 0);
        asked
    }
}

/// Keeps the first `n` in the order of their keys, in that order; the rest is not worth sorting.
fn keep_first<T, K: Ord>(items: &mut Vec<T>, n: usize, key: impl Fn(&T) -> K) {
    if items.len() > n {
        items.select_nth_unstable_by_key(n, &key);
        items.truncate(n);
    }
    items.sort_unstable_by_key(key);
}

fn distinct(sorted: &[u32]) -> impl Iterator<Item = u32> {
    sorted.chunk_by(|a, b| a == b).map(|same| same[0])
}

/// How many words two sorted bags have in common.
pub(super) fn shared(a: &[u32], b: &[u32]) -> usize {
    shared_from(0.0, a, b).unwrap_or_default()
}

/// The same, if it is at least about so many: most pairs are soon known to have fewer.
fn shared_from(least: f64, a: &[u32], b: &[u32]) -> Option<usize> {
    // One less: whoever asks compares exactly, in the numbers of its own rule.
    let least = (least as usize).saturating_sub(1);
    // So many words of each may have no like.
    let (spare_a, spare_b) = (a.len().checked_sub(least)?, b.len().checked_sub(least)?);
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Equal => (i, j, shared) = (i + 1, j + 1, shared + 1),
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
        }
        if i - shared > spare_a || j - shared > spare_b {
            return None;
        }
    }
    Some(shared)
}

/// The pairs, rising on both sides, that weigh the most together: each weighs the words it shares, the more
/// the more alike its clauses are.
///
/// The heaviest increasing subsequence, with a Fenwick tree over the new side: n log n.
fn heaviest_chain(mut likes: Vec<Like>, new_len: usize) -> Vec<(usize, usize)> {
    // Of one old clause, later new ones first, so that a chain never takes two of them.
    likes.sort_unstable_by_key(|like| (like.old, usize::MAX - like.new));
    let mut best: Vec<(f64, Option<usize>)> = vec![(0.0, None); new_len + 1];
    let mut previous = Vec::with_capacity(likes.len());
    for (i, like) in likes.iter().enumerate() {
        let (mut weight, mut last) = (0.0, None);
        let mut at = like.new;
        while at > 0 {
            if best[at].0 > weight {
                (weight, last) = best[at];
            }
            at &= at - 1;
        }
        previous.push(last);
        weight += like.likeness * like.shared as f64;
        let mut at = like.new + 1;
        while at <= new_len {
            if best[at].0 < weight {
                best[at] = (weight, Some(i));
            }
            at += at & at.wrapping_neg();
        }
    }
    let heaviest = best.iter().max_by(|a, b| a.0.total_cmp(&b.0)).and_then(|(_, last)| *last);
    let mut chain: Vec<_> =
        std::iter::successors(heaviest, |i| previous[*i]).map(|i| (likes[i].old, likes[i].new)).collect();
    chain.reverse();
    chain
}
