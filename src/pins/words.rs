//! A text as the words that carry its sense, each with its place.

use std::ops::Range;

use crate::diff::{key, key_hash, tokens};
use crate::model::Text;

/// The words of a text in reading order, across its clauses: no typography, case, punctuation, numbering or cut into
/// blocks. Signs that change what a number says (`%`, `€`, `<`) are words.
pub struct Words<'a> {
    pub(super) text: &'a Text,
    pub(super) words: Vec<Word>,
}

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Stands for the word: equal words have equal ones.
    pub(super) hash: u64,
    /// The clause it stands in.
    pub(super) clause: usize,
    /// Its bytes in the text of that clause.
    pub(super) at: Range<usize>,
    /// Whether a digit is in it.
    pub(super) is_number: bool,
    /// Whether it has so few letters that it likely only joins others.
    pub(super) is_short: bool,
}

/// Signs that change what a number says.
const SIGNS: &[char] = &['%', '‰', '$', '€', '£', '¥', '₹', '<', '>', '=', '±', '≤', '≥'];

/// What [`Words`] compares of a text, a number for each word: texts with the same numbers say the same.
pub fn sense(text: &str) -> Vec<u64> {
    let mut words = Vec::new();
    push_words(text, 0, &mut words);
    words.into_iter().map(|word| word.hash).collect()
}

impl<'a> Words<'a> {
    /// The words of a text.
    pub fn of(text: &'a Text) -> Self {
        let mut words = Vec::new();
        for (i, clause) in text.clauses.iter().enumerate() {
            push_words(&clause.text, i, &mut words);
        }
        Self { text, words }
    }

    /// Where all words of another text stand one after another, as ranges of words: at most `most` places.
    pub(super) fn places_of(&self, wanted: &Words<'_>, most: usize) -> Vec<Range<usize>> {
        let length = wanted.words.len();
        if length == 0 {
            return Vec::new();
        }
        let same = |(start, window): (usize, &[Word])| {
            let is_same = window.iter().zip(&wanted.words).all(|(a, b)| a.hash == b.hash);
            is_same.then_some(start..start + length)
        };
        self.words.windows(length).enumerate().filter_map(same).take(most).collect()
    }
}

fn push_words(text: &str, clause: usize, words: &mut Vec<Word>) {
    let mut tokens = placed(text);
    tokens.drain(..numbering(&tokens));
    let mut at = 0;
    while at < tokens.len() {
        if let Some(skipped) = enumerator(&tokens[at..]) {
            at += skipped;
            continue;
        }
        let (token, place) = &tokens[at];
        if token.contains(|c: char| c.is_alphanumeric() || SIGNS.contains(&c)) {
            let is_number = token.contains(|c: char| c.is_numeric());
            let is_short = token.is_ascii() && token.len() <= 3 && !is_number;
            let mut push = |hash| words.push(Word { hash, clause, at: place.clone(), is_number, is_short });
            match spelt_out(token) {
                Some((first, second)) => {
                    [first.as_str(), second].into_iter().for_each(|word| push(key_hash(word)))
                }
                None => push(key_hash(token)),
            }
        }
        at += 1;
    }
}

/// The tokens of a text with the bytes at which they stand.
fn placed(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut end = 0;
    let place = |token| {
        // Between two tokens there is only white space, so the next occurrence is the token itself.
        let start = end + text[end..].find(token).unwrap_or_default();
        end = start + str::len(token);
        (token, start..end)
    };
    tokens(text).into_iter().map(place).collect()
}

/// How many tokens at the start of a clause only number it: `3.`, `(a)`, `3.2.`, `§ 5`.
///
/// A number that may say something is kept: `30 days`, `2.50 USD`, `5. September`.
fn numbering(tokens: &[(&str, Range<usize>)]) -> usize {
    let token = |i: usize| tokens.get(i).map_or("", |(token, _)| *token);
    let is_number = |token: &str| {
        let is_part = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        token.split('.').all(is_part)
    };
    let heads = |i: usize| {
        let next = token(i);
        !next.is_empty() && !next.starts_with(char::is_lowercase) && !MONTHS.contains(&next)
    };
    match token(0) {
        "§" if is_number(token(1)) => 2,
        "(" | "[" if matches!(token(2), ")" | "]") => {
            let is_ordinal = is_letter_or_roman(token(1)) || is_number(token(1)) && heads(3);
            if is_ordinal { 3 } else { 0 }
        }
        first if matches!(token(1), "." | ")") => {
            let is_ordinal =
                is_letter_or_roman(first) && !token(2).is_empty() || is_number(first) && heads(2);
            if is_ordinal { 2 } else { 0 }
        }
        _ => 0,
    }
}

/// In German a number with a full stop before one of these is a day.
const MONTHS: [&str; 13] = [
    "Januar",
    "Jänner",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// The length of an enumerator within running text: `(a)`, `(iv)`. Numbers in brackets are none: `thirty (30) days`.
fn enumerator(tokens: &[(&str, Range<usize>)]) -> Option<usize> {
    match tokens {
        [("(", _), (letter, _), (")", _), ..] if is_letter_or_roman(letter) => Some(3),
        _ => None,
    }
}

fn is_letter_or_roman(token: &str) -> bool {
    let is_letter = token.len() == 1 && token.bytes().all(|b| b.is_ascii_alphabetic());
    is_letter || (token.len() <= 4 && !token.is_empty() && token.bytes().all(|b| b"ivx".contains(&b)))
}

/// Both words of an English contraction, so that `don't` says `do not`.
fn spelt_out(token: &str) -> Option<(String, &'static str)> {
    if !token.is_ascii() && !token.contains('’') {
        return None;
    }
    let word = key(token);
    match word.as_str() {
        "cannot" | "can't" => return Some(("can".to_owned(), "not")),
        "won't" => return Some(("will".to_owned(), "not")),
        "shan't" => return Some(("shall".to_owned(), "not")),
        _ => {}
    }
    let endings = [("n't", "not"), ("'re", "are"), ("'ll", "will"), ("'ve", "have"), ("'m", "am")];
    endings.iter().find_map(|(ending, second)| Some((word.strip_suffix(ending)?.to_owned(), *second)))
}
