//! Ways in one language: do they say the same?

use std::collections::HashSet;

use super::Turn;
use crate::diff::key_hash;
use crate::model::Text;

/// Texts that share at least this much of their clauses are compared by words.
const ALIKE: f64 = 0.5;

/// Whether two texts are so much alike that their words can be compared.
pub fn are_alike(main: &Text, variant: &Text) -> bool {
    let (main, variant) = (keys(main), keys(variant));
    let shared = main.intersection(&variant).count() as f64;
    shared >= ALIKE * main.len().max(variant.len()) as f64 && shared > 0.0
}

/// What it means that two ways show these texts, where they showed those before; each pair is the document's own and
/// the other way's. A difference that there always was is none that anybody asks about.
pub fn by_words(before: (&Text, &Text), now: (&Text, &Text)) -> Option<Turn> {
    let (before, now) = (difference(before), difference(now));
    match () {
        () if before == now => None,
        () if now.is_empty() => Some(Turn::Again),
        () => Some(Turn::Apart),
    }
}

/// The clauses that only one of both has, and which one.
fn difference((main, variant): (&Text, &Text)) -> HashSet<(bool, u64)> {
    let (main, variant) = (keys(main), keys(variant));
    let only_main = main.difference(&variant).map(|key| (false, *key));
    only_main.chain(variant.difference(&main).map(|key| (true, *key))).collect()
}

fn keys(text: &Text) -> HashSet<u64> {
    text.clauses.iter().map(|clause| key_hash(&clause.text)).collect()
}
