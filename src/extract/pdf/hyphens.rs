//! The words at the ends of lines.

use std::collections::HashSet;

use super::lines::is_wide_char;

/// First parts of compounds that are written with a hyphen more often than not.
const FIRST_PARTS: [&str; 30] = [
    "non", "third", "self", "well", "high", "low", "long", "short", "full", "part", "two", "three", "first",
    "second", "real", "cross", "opt", "mid", "open", "user", "case", "day", "year", "month", "time", "multi",
    "end", "pay", "co", "e",
];

/// What follows a hyphen that stands for a part of a compound: `Haupt- und Nebenpflichten`, `pre- and post-contract`.
const CONJUNCTIONS: [&str; 14] =
    ["und", "oder", "bzw.", "sowie", "and", "or", "et", "ou", "y", "o", "e", "en", "of", "to"];

/// The words of a document, by which it is told whether a hyphen at the end of a line belongs to a word.
#[derive(Debug, Default)]
pub(super) struct Hyphens {
    words: HashSet<String>,
    /// How many hyphens at the ends of lines may be either.
    unclear: usize,
}

impl Hyphens {
    /// Learns from the lines of a document.
    pub(super) fn learn(lines: &[&str]) -> Self {
        let mut learnt = Self::default();
        let mut ended = false;
        for line in lines {
            let mut parts: Vec<&str> = line.split_whitespace().collect();
            // The parts of a divided word are no words.
            if ended && line.starts_with(char::is_lowercase) {
                parts.remove(0);
            }
            ended = ends_in_hyphen(line);
            if ended {
                parts.pop();
            }
            let word = |part: &str| part.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            learnt.words.extend(parts.into_iter().map(word));
        }
        let ends = lines.windows(2).filter(|pair| ends_in_hyphen(pair[0]));
        let unclear = ends.filter(|pair| {
            let next = pair[1].split_whitespace().next().unwrap_or_default();
            next.starts_with(char::is_lowercase) && learnt.known(pair[0], next).is_none()
        });
        learnt.unclear = unclear.count();
        learnt
    }

    /// Joins a line to what stands before it.
    pub(super) fn join(&self, text: &mut String, line: &str) {
        if text.is_empty() {
            return text.push_str(line);
        }
        if !ends_in_hyphen(text) {
            let is_dense = text.ends_with(is_wide_char) || line.starts_with(is_wide_char);
            text.push_str(if is_dense { "" } else { " " });
            return text.push_str(line);
        }
        let next = line.split_whitespace().next().unwrap_or_default();
        if CONJUNCTIONS.contains(&next) {
            text.push(' ');
        } else if self.is_division(text, next) {
            text.pop();
        }
        text.push_str(line);
    }

    /// Whether the hyphen at the end of a text only stands there because the line ended.
    fn is_division(&self, text: &str, next: &str) -> bool {
        if !next.starts_with(char::is_lowercase) {
            return false;
        }
        // A document that divides words does so more than once. The only one that is unclear is judged by its beginning.
        let is_word = |word: String| word.chars().count() > 3 && self.words.contains(&word);
        self.known(text, next).unwrap_or_else(|| self.unclear > 1 || !is_word(parts(text, next).0))
    }

    /// Whether the hyphen is a division, as far as the words of the document tell.
    fn known(&self, text: &str, next: &str) -> Option<bool> {
        let (first, second) = parts(text, next);
        let is_known = |word: &str| word.chars().count() > 3 && self.words.contains(word);
        if self.words.contains(&format!("{first}{second}")) {
            return Some(true);
        }
        let start = first.rsplit('-').next().unwrap_or_default();
        let is_compound = self.words.contains(&format!("{first}-{second}"))
            || FIRST_PARTS.contains(&start)
            || (is_known(start) && is_known(&second));
        is_compound.then_some(false)
    }
}

/// The word before the hyphen, and what follows it, in small letters.
fn parts(text: &str, next: &str) -> (String, String) {
    let last = text.split_whitespace().next_back().unwrap_or_default();
    let first = last.trim_end_matches('-').trim_start_matches(|c: char| !c.is_alphanumeric());
    let second = next.trim_end_matches(|c: char| !c.is_alphanumeric());
    (first.to_lowercase(), second.to_lowercase())
}

/// Whether a line ends in a hyphen after a letter.
fn ends_in_hyphen(line: &str) -> bool {
    let mut signs = line.chars().rev();
    signs.next() == Some('-') && signs.next().is_some_and(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(lines: &[&str]) -> String {
        let hyphens = Hyphens::learn(lines);
        let mut text = String::new();
        lines.iter().for_each(|line| hyphens.join(&mut text, line));
        text
    }

    #[test]
    fn a_divided_word_is_one_again() {
        assert_eq!(
            joined(&[
                "We may sus-",
                "pend an ac-",
                "count of a third-",
                "party, whose third",
                "party is the UN-",
                "Charter, sus-",
                "pended"
            ]),
            "We may suspend an account of a third-party, whose third party is the UN-Charter, suspended"
        );
    }

    #[test]
    fn a_compound_keeps_its_hyphen_where_words_are_not_divided() {
        assert_eq!(
            joined(&["fees are non-", "refundable unless", "the law says so"]),
            "fees are non-refundable unless the law says so"
        );
        assert_eq!(joined(&["die Haupt-", "und Nebenpflichten"]), "die Haupt- und Nebenpflichten");
        assert_eq!(joined(&["本規", "約は"]), "本規約は");
    }
}
