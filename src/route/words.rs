//! Words that a notice is searched for.

use crate::model::Notice;

/// A word or phrase, found as whole words whatever their case; with `*` at its end, also as the beginning of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    text: String,
    is_beginning: bool,
}

impl Words {
    /// Reads words as they are written; `None` if there are none.
    pub fn parse(text: &str) -> Option<Self> {
        let (text, is_beginning) = match text.trim().strip_suffix('*') {
            Some(beginning) => (beginning, true),
            None => (text, false),
        };
        let text = plain(text);
        (!text.is_empty()).then_some(Self { text, is_beginning })
    }

    /// Whether they stand in what a notice says: its lines, the headings, the clauses.
    pub fn stand_in(&self, notice: &Notice) -> bool {
        let lines = [&notice.subject, &notice.summary, &notice.terms].into_iter().map(|line| plain(line));
        let headings = notice.excerpts.iter().flat_map(|e| e.path.iter().map(|heading| plain(heading)));
        let clauses =
            notice.excerpts.iter().map(|e| plain(&e.runs.iter().map(|run| run.text()).collect::<String>()));
        lines.chain(headings).chain(clauses).any(|text| self.are_in(&text))
    }

    fn are_in(&self, text: &str) -> bool {
        text.match_indices(&self.text).any(|(start, found)| {
            let (before, after) = (&text[..start], &text[start + found.len()..]);
            let ends = |inner: Option<char>, outer: Option<char>| {
                !(inner.is_some_and(is_letter) && outer.is_some_and(is_letter))
            };
            ends(self.text.chars().next(), before.chars().next_back())
                && (self.is_beginning || ends(self.text.chars().next_back(), after.chars().next()))
        })
    }
}

/// Letters of scripts that put spaces between words, and digits. In others every place is a border.
fn is_letter(c: char) -> bool {
    c.is_lowercase() || c.is_ascii_digit()
}

/// Small letters, with single spaces.
fn plain(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
