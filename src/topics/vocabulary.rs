//! What topics are made of: one table of words for each language, as data.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use crate::diff;
use crate::model::Topic;

/// The tables; `international` has what is the same in every language.
const FILES: &[&str] = &[
    include_str!("vocabulary/international.toml"),
    include_str!("vocabulary/en.toml"),
    include_str!("vocabulary/de.toml"),
    include_str!("vocabulary/fr.toml"),
    include_str!("vocabulary/es.toml"),
    include_str!("vocabulary/ja.toml"),
    include_str!("vocabulary/zh.toml"),
    include_str!("vocabulary/ar.toml"),
];

/// The topics that words can show, in the order of the tables.
pub(super) const TOPICS: [(&str, Topic); 13] = [
    ("suspension_termination", Topic::SuspensionTermination),
    ("access_limits", Topic::AccessLimits),
    ("verification", Topic::Verification),
    ("geography", Topic::Geography),
    ("payment", Topic::Payment),
    ("appeals_disputes", Topic::AppealsDisputes),
    ("acceptable_use", Topic::AcceptableUse),
    ("data_use", Topic::DataUse),
    ("ip", Topic::Ip),
    ("liability", Topic::Liability),
    ("security", Topic::Security),
    ("changes_notice", Topic::ChangesNotice),
    ("contact_entity", Topic::ContactEntity),
];

/// How much a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Rank {
    /// It goes with the topic, and with others.
    Hint,
    /// It says by itself what the clause is about.
    Decisive,
    /// It says so where it stands in a heading.
    Heading,
}

/// The words of one language.
pub(super) struct Table {
    /// As in `<html lang>`, two letters; empty for what is international.
    pub(super) code: String,
    /// Frequent short words, by which the language is known.
    pub(super) common: HashSet<String>,
    /// Words that turn a sentence around.
    pub(super) turns: HashSet<String>,
    /// Words in a line about a day.
    pub(super) around: HashSet<String>,
    /// What is said about a link, as it is written.
    pub(super) links: Vec<String>,
    months: HashMap<String, u32>,
    words: AhoCorasick,
    terms: Vec<Term>,
}

struct Term {
    topic: usize,
    rank: Rank,
    phrase: Phrase,
}

/// A word or a phrase as it is written in a table: a word goes on as it likes where there is a `*`.
pub(super) struct Phrase {
    /// What stands between the stars, as keys.
    parts: Vec<String>,
    /// Whether a word may go on before it, and after it.
    open: (bool, bool),
}

impl Phrase {
    pub(super) fn new(written: &str) -> Self {
        let open = (written.starts_with('*'), written.ends_with('*'));
        let parts = written.split('*').filter(|part| !part.is_empty());
        // The key of a part has no space at its ends, which here parts words.
        let key = |part: &str| {
            let [begins, ends] =
                [part.starts_with(' '), part.ends_with(' ')].map(|space| if space { " " } else { "" });
            format!("{begins}{}{ends}", diff::key(part))
        };
        Self { parts: parts.map(key).collect(), open }
    }

    /// Whether it stands in a text, which is a [`diff::key`].
    pub(super) fn is_in(&self, key: &str) -> bool {
        self.parts
            .first()
            .is_some_and(|first| key.match_indices(first).any(|(at, _)| self.word(key, at).is_some()))
    }

    /// The whole words of a key that it stands for, if its first part stands at `start`.
    fn word<'t>(&self, key: &'t str, start: usize) -> Option<&'t str> {
        let mut end = start;
        for (i, part) in self.parts.iter().enumerate() {
            if i > 0 {
                end += key[end..].find(|c| !is_letter(c)).unwrap_or(key.len() - end);
            }
            end += key[end..].starts_with(part).then_some(part.len())?;
        }
        whole_word(key, start, end, self.open)
    }
}

/// A word of a table that was found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Found<'t> {
    /// As an index into [`TOPICS`].
    pub(super) topic: usize,
    pub(super) rank: Rank,
    /// The word as it stands in the text, whole.
    pub(super) word: &'t str,
}

/// A table as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "name")]
    _name: String,
    code: String,
    common: Vec<String>,
    turns: Vec<String>,
    #[serde(default)]
    links: Vec<String>,
    dates: Dates,
    #[serde(default)]
    topics: HashMap<String, Words>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Dates {
    months: Vec<Vec<String>>,
    around: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Words {
    headings: Vec<String>,
    decisive: Vec<String>,
    hints: Vec<String>,
}

/// All tables, read once: constants that no source file could hold as readably.
pub(super) fn tables() -> &'static [Table] {
    static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
        let read = |text: &&str| Table::read(text).expect("the tables are read by a test");
        FILES.iter().map(read).collect()
    });
    &TABLES
}

/// The number of a month by its name in lower case, in any language.
pub(super) fn month(name: &str) -> Option<u32> {
    static MONTHS: LazyLock<HashMap<&'static str, u32>> =
        LazyLock::new(|| tables().iter().flat_map(|t| &t.months).map(|(k, v)| (k.as_str(), *v)).collect());
    MONTHS.get(name).copied()
}

impl Table {
    fn read(text: &str) -> Result<Self, String> {
        let written: Written = toml::from_str(text).map_err(|e| e.to_string())?;
        let mut terms = Vec::new();
        for (name, words) in &written.topics {
            let topic = TOPICS.iter().position(|(known, _)| known == name);
            let topic = topic.ok_or_else(|| format!("`{name}` is no topic"))?;
            let ranked = [
                (Rank::Heading, &words.headings),
                (Rank::Decisive, &words.decisive),
                (Rank::Hint, &words.hints),
            ];
            for (rank, list) in ranked {
                for word in list {
                    if !word.chars().any(|c| c.is_alphanumeric() || "@$€£¥©".contains(c)) {
                        return Err(format!("`{word}` of `{name}` is no word"));
                    }
                    terms.push(Term { topic, rank, phrase: Phrase::new(word) });
                }
            }
        }
        let words = AhoCorasick::new(terms.iter().filter_map(|term: &Term| term.phrase.parts.first()))
            .map_err(|e| e.to_string())?;
        let months = written.dates.months.iter().zip(1..);
        let months = months.flat_map(|(names, n)| names.iter().map(move |name| (name.clone(), n))).collect();
        let keys = |list: Vec<String>| list.iter().map(|word| diff::key(word)).collect();
        Ok(Self {
            code: written.code,
            common: keys(written.common),
            turns: keys(written.turns),
            around: keys(written.dates.around),
            links: written.links,
            months,
            words,
            terms,
        })
    }

    /// The words of the table in a text, which is a [`diff::key`]; each as often as it occurs.
    pub(super) fn find<'t>(&self, key: &'t str) -> Vec<Found<'t>> {
        let mut found = Vec::new();
        for hit in self.words.find_overlapping_iter(key) {
            let term = &self.terms[hit.pattern().as_usize()];
            let Some(word) = term.phrase.word(key, hit.start()) else { continue };
            found.push(Found { topic: term.topic, rank: term.rank, word });
        }
        found
    }
}

/// The stretch of a key from the beginning of the first word of a hit to the end of its last, if the hit may begin and
/// end there.
fn whole_word(key: &str, start: usize, end: usize, open: (bool, bool)) -> Option<&str> {
    let hit = &key[start..end];
    let (before, after) = (&key[..start], &key[end..]);
    let goes_on = |inside: Option<char>, outside: Option<char>| {
        inside.is_some_and(is_letter) && outside.is_some_and(is_letter)
    };
    let cut_before = goes_on(hit.chars().next(), before.chars().next_back());
    let cut_after = goes_on(hit.chars().next_back(), after.chars().next());
    if cut_before && !open.0 || cut_after && !open.1 {
        return None;
    }
    let is_part = |c: char| is_letter(c) || hit == "@" && !c.is_whitespace() && !"<>()[]|,;:\"".contains(c);
    let start = if open.0 { before.trim_end_matches(is_part).len() } else { start };
    let end = if open.1 { end + after.find(|c| !is_part(c)).unwrap_or(after.len()) } else { end };
    // An address ends before the full stop of its sentence.
    let word = &key[start..end];
    Some(if hit == "@" { word.trim_end_matches(['.', '?', '!']) } else { word })
}

/// Whether a character is part of a word that has an end: scripts without spaces have none.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric()
        && !matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{312f}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_can_be_read_and_is_whole() {
        for file in FILES {
            let written: Written = toml::from_str(file).unwrap();
            let name = &written.code;
            Table::read(file).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(written.dates.months.len(), 12, "{name}");
            if !name.is_empty() {
                assert_eq!(written.topics.len(), TOPICS.len(), "{name} has all topics");
                assert!(written.common.len() >= 10 && written.turns.len() >= 10, "{name}");
                assert!(written.links.len() >= 2, "{name}");
            }
            for (topic, words) in &written.topics {
                for list in [&words.headings, &words.decisive, &words.hints] {
                    let mut once: Vec<&String> = list.iter().collect();
                    once.sort();
                    once.dedup();
                    assert_eq!(once.len(), list.len(), "{name}: a word of {topic} stands twice in a list");
                }
            }
        }
    }

    #[test]
    fn a_star_stands_for_the_rest_of_a_word() {
        for (written, text, is_in) in [
            ("suspen*", "we suspend it", true),
            ("suspen*", "unsuspended", false),
            ("*sperr*", "die Kontosperrung", true),
            ("fee", "fees", false),
            ("droit* d'auteur", "les droits d\u{2019}auteur", true),
            ("droit* d'auteur", "le droit privé d'auteur", false),
            ("料金", "利用料金の支払", true),
            ("@", "to a@b.example", true),
        ] {
            assert_eq!(Phrase::new(written).is_in(&diff::key(text)), is_in, "{written} in {text}");
        }
        let key = diff::key("between you and Acme Labs Inc. or legal-desk@acme.example, at last");
        assert_eq!(Phrase::new("* inc").word(&key, key.find(" inc").unwrap()), Some("labs inc"));
        assert_eq!(Phrase::new("*@*").word(&key, key.find('@').unwrap()), Some("legal-desk@acme.example"));
    }
}
