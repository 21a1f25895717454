//! The sentence around a place, and the words in it that can turn the sense of the place.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use super::words::{Word, Words};
use crate::diff::key_hash;

/// At most so many bytes of a clause on either side of a place count as its sentence: a clause may have no full stop.
const SIDE: usize = 600;

/// Words that deny, except, limit or make conditional what stands beside them, in the languages that providers publish
/// their terms in. One that comes or goes beside a pinned clause may turn what it says.
const TURNING: &[&str] = &[
    // English
    "not no never none neither nor unless except excepting excluding excludes without until only however but although \
     though if when where whether may might can could should generally usually typically normally default subject \
     provided extent possible currently temporarily longer",
    // German
    "nicht kein keine keinen keiner keinem nie niemals ohne außer ausgenommen sofern falls wenn soweit nur jedoch aber \
     grundsätzlich kann können darf dürfen möglicherweise vorbehaltlich standardmäßig bis denn",
    // French
    "ne pas jamais aucun aucune sans sauf excepté hormis si lorsque seulement toutefois cependant mais peut peuvent \
     pouvons généralement défaut réserve",
    // Spanish
    "nunca jamás ningún ninguna sin salvo excepto cuando solo sólo embargo pero puede pueden podemos podrá generalmente \
     defecto sujeto hasta",
    // Italian
    "non mai nessun nessuna senza eccetto tranne se quando tuttavia ma può possono possiamo predefinita fino",
    // Portuguese
    "não nenhum nenhuma sem exceto apenas somente porém mas pode podem geralmente padrão até",
    // Dutch
    "niet geen nooit zonder tenzij behalve uitgezonderd indien als wanneer alleen echter maar kan kunnen mag doorgaans \
     standaard tot",
    // Chinese and Japanese, where a character is a word
    "不 未 无 無 非 除 但 仅 僅",
];

static HASHES: LazyLock<HashSet<u64>> =
    LazyLock::new(|| TURNING.iter().flat_map(|words| words.split_whitespace()).map(key_hash).collect());

/// The sentences that a range of words stands in, and the clause where they begin.
pub(super) fn around(text: &Words<'_>, place: Range<usize>) -> (usize, String) {
    let (first, last) = (&text.words[place.start], &text.words[place.end - 1]);
    let (start, end) = (start(text, first), end(text, last));
    let clause = |i: usize| text.text.clauses[i].text.as_str();
    if first.clause == last.clause {
        return (first.clause, clause(first.clause)[start..end].trim().to_owned());
    }
    let between = (first.clause + 1..last.clause).map(clause);
    let parts: Vec<&str> = [&clause(first.clause)[start..]]
        .into_iter()
        .chain(between)
        .chain([&clause(last.clause)[..end]])
        .collect();
    (first.clause, parts.join(" ").trim().to_owned())
}

/// The words that can turn the sense of a range of words, from the rest of its sentences: in no order.
pub(super) fn turning_words(text: &Words<'_>, place: Range<usize>) -> Vec<u64> {
    let sentence = sentence(text, &place);
    let rest = text.words[sentence.start..place.start].iter().chain(&text.words[place.end..sentence.end]);
    let turning = |word: &&Word| word.is_number || HASHES.contains(&word.hash);
    let mut hashes: Vec<u64> = rest.filter(turning).map(|word| word.hash).collect();
    hashes.sort_unstable();
    hashes
}

/// All words of the sentences that a range of words stands in.
pub(super) fn sentence(text: &Words<'_>, place: &Range<usize>) -> Range<usize> {
    let (first, last) = (&text.words[place.start], &text.words[place.end - 1]);
    let (start, end) = (start(text, first), end(text, last));
    let is_before = |word: &&Word| word.clause == first.clause && word.at.start >= start;
    let is_after = |word: &&Word| word.clause == last.clause && word.at.end <= end;
    let before = text.words[..place.start].iter().rev().take_while(is_before).count();
    let after = text.words[place.end..].iter().take_while(is_after).count();
    place.start - before..place.end + after
}

/// Where the sentence of a word begins in its clause.
fn start(text: &Words<'_>, word: &Word) -> usize {
    let clause = text.text.clauses[word.clause].text.as_str();
    let from = clause.floor_char_boundary(word.at.start.saturating_sub(SIDE));
    let mut before = clause[from..word.at.start].char_indices().rev();
    let stop = before.find(|(i, _)| ends_sentence(clause, from + i));
    stop.map_or(from, |(i, c)| from + i + c.len_utf8())
}

/// Where the sentence of a word ends in its clause.
fn end(text: &Words<'_>, word: &Word) -> usize {
    let clause = text.text.clauses[word.clause].text.as_str();
    let to = clause.floor_char_boundary(word.at.end + SIDE);
    let mut after = clause[word.at.end..to].char_indices();
    let stop = after.find(|(i, _)| ends_sentence(clause, word.at.end + i));
    stop.map_or(to, |(i, c)| word.at.end + i + c.len_utf8())
}

/// Whether the character at a byte is a full stop: with a new sentence or nothing behind it.
fn ends_sentence(text: &str, at: usize) -> bool {
    // `7. September`, `4.2. We may`: a full stop that ends a number.
    let is_ordinal = |text: &str| {
        let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
        (1..=2).contains(&digits)
    };
    let mut rest = text[at..].chars();
    match rest.next() {
        Some('.') if is_ordinal(&text[..at]) => false,
        Some('。' | '！' | '？') => true,
        Some('.' | '!' | '?') => {
            let mut rest = rest.skip_while(|c| matches!(c, '"' | '”' | '’' | ')' | ']'));
            match rest.next() {
                None => true,
                Some(c) if c.is_whitespace() => !rest.next().is_some_and(char::is_lowercase),
                Some(_) => false,
            }
        }
        _ => false,
    }
}
