//! What a text says, for looking up whether words that are new somewhere stand in it already.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};

use crate::diff::{self, key_hash};
use crate::model::Text;

/// A clause that stands in the text so many times is part of its make-up: "Download", "Back to top".
const STOCK: u32 = 3;

/// A sentence of fewer words is too common to be known again.
const SENTENCE: u64 = 5;

/// How many words in a row two clauses have to share before they are compared.
const SHINGLE: usize = 5;

/// How many rows of words stand for a clause: those with the smallest hashes, which are the same ones in a clause
/// that is nearly the same (A. Broder, On the resemblance and containment of documents, 1997).
const SKETCH: usize = 4;

/// With how many clauses of the same row of words one is compared; the earlier ones in the text.
const CANDIDATES: usize = 8;

/// A clause so many times longer, in bytes, is not compared: it says more.
const LONGER: usize = 3;

/// A text that can be asked what it says. It is read at the first question: most edits ask none.
pub(super) struct Elsewhere<'a> {
    text: &'a Text,
    index: OnceCell<Index>,
}

/// The clauses and sentences of a text, by hash.
#[derive(Default)]
struct Index {
    sentences: HashSet<u64>,
    clauses: HashMap<u64, u32>,
    sketches: HashMap<u64, Vec<usize>>,
}

impl<'a> Elsewhere<'a> {
    pub(super) fn new(text: &'a Text) -> Self {
        Self { text, index: OnceCell::new() }
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::of(self.text))
    }

    /// Whether a clause is part of the make-up of the text.
    pub(super) fn is_stock(&self, clause: &str) -> bool {
        self.index().clauses.get(&key_hash(clause)).is_some_and(|n| *n >= STOCK)
    }

    /// The clause that says nearly the same: the one that shares most words with this one, and at least two thirds of
    /// the longer one's.
    pub(super) fn like(&self, clause: &str) -> Option<&'a str> {
        let rows = sketch(clause);
        let alike = rows.iter().filter_map(|row| self.index().sketches.get(row)).flatten().copied();
        let candidates: BTreeSet<usize> =
            alike.filter(|i| self.text.clauses[*i].text.len() <= clause.len() * LONGER).collect();
        let mine = bag(clause);
        let likeness = |i: usize| {
            let other = self.text.clauses[i].text.as_str();
            let theirs = bag(other);
            let shared: usize = mine.iter().map(|(word, n)| theirs.get(word).map_or(0, |m| *n.min(m))).sum();
            let longer = mine.values().sum::<usize>().max(theirs.values().sum());
            (shared * 3 >= longer * 2).then_some((longer - shared, i, other))
        };
        candidates.into_iter().filter_map(likeness).min().map(|(_, _, other)| other)
    }

    /// Some words without the sentences that stand in the text, and whether there were any.
    pub(super) fn without_known(&self, words: &str) -> (String, bool) {
        let is_known = |sentence: &str| {
            diff::word_count(sentence) >= SENTENCE
                && self.index().sentences.contains(&key_hash(sentence.trim()))
        };
        let mut known = false;
        let mut news = String::new();
        for sentence in diff::sentences(words) {
            if is_known(sentence) {
                known = true;
            } else {
                news.push_str(sentence);
            }
        }
        (news, known)
    }
}

impl Index {
    fn of(text: &Text) -> Self {
        let mut index = Self::default();
        for (i, clause) in text.clauses.iter().enumerate() {
            *index.clauses.entry(key_hash(&clause.text)).or_default() += 1;
            index.sentences.extend(diff::sentences(&clause.text).map(|sentence| key_hash(sentence.trim())));
            for row in sketch(&clause.text) {
                let alike = index.sketches.entry(row).or_default();
                if alike.len() < CANDIDATES {
                    alike.push(i);
                }
            }
        }
        index
    }
}

/// The words of a clause, each with how often it occurs.
fn bag(text: &str) -> HashMap<u64, usize> {
    let mut bag = HashMap::new();
    for word in words(text) {
        *bag.entry(key_hash(word)).or_default() += 1;
    }
    bag
}

fn words(text: &str) -> Vec<&str> {
    diff::tokens(text).into_iter().filter(|token| token.chars().any(char::is_alphanumeric)).collect()
}

/// The rows of words that stand for a clause.
fn sketch(text: &str) -> Vec<u64> {
    let hashes: Vec<u64> = words(text).into_iter().map(key_hash).collect();
    let row = |row: &[u64]| {
        row.iter().fold(0_u64, |sum, word| sum.rotate_left(7).wrapping_mul(0x0000_0100_0000_01b3) ^ word)
    };
    let mut rows: Vec<u64> = hashes.windows(SHINGLE).map(row).collect();
    rows.sort_unstable();
    rows.dedup();
    rows.truncate(SKETCH);
    rows
}
