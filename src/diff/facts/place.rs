//! Countries and regions, by their names.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::{Fact, FactKind};

/// Codes and names, a place a line.
const PLACES: &str = include_str!("places.txt");

/// A name shorter than this many characters is written in capitals, as `UK`: in a text that is in capitals it may be a
/// word like any other.
const SHORT: usize = 4;

struct Names {
    finder: AhoCorasick,
    codes: Vec<&'static str>,
}

static NAMES: LazyLock<Option<Names>> = LazyLock::new(|| {
    let lines = PLACES.lines().filter(|line| !line.starts_with('#'));
    let named = lines.filter_map(|line| line.split_once('\t'));
    let (codes, names): (Vec<&str>, Vec<&str>) =
        named.flat_map(|(code, names)| names.split('|').map(move |name| (code, name))).unzip();
    let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names).ok()?;
    Some(Names { finder, codes })
});

pub(super) fn find(text: &str) -> Vec<Fact> {
    let Some(names) = NAMES.as_ref() else { return Vec::new() };
    let is_shouted = LazyLock::new(|| !text.chars().any(char::is_lowercase));
    let mut facts = Vec::new();
    for found in names.finder.find_iter(text) {
        let range = found.range();
        let is_short = range.len() < SHORT && text[range.clone()].is_ascii();
        if is_whole(text, range.start, range.end) && !(is_short && *is_shouted) {
            let says = names.codes[found.pattern().as_usize()].to_owned();
            facts.push(Fact { kind: FactKind::Place, range, says });
        }
    }
    facts
}

/// Whether a name isn't part of a longer word, where words have spaces between them.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && c < '\u{600}');
    let is_spaced = text[start..].chars().next().is_some_and(|c| c < '\u{600}');
    !is_spaced || !goes_on(text[..start].chars().next_back()) && !goes_on(text[end..].chars().next())
}
