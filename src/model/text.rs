//! The words of a policy.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// The text of a policy: its clauses in reading order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The page's title, for people; not part of the policy.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The declared language, lower case, as in `<html lang>`; empty when none is declared.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// The page shows nothing of it without its scripts: it was found in their data.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_scripts: bool,
    /// It is the newest part of a longer list, as a feed is: what falls off its end is no news.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub window: bool,
    /// What the page shows of it, where it holds several documents side by side and shows one of them, as tabs do; not part
    /// of the policy, which is all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
    /// The clauses, headings among them.
    pub clauses: Vec<Clause>,
}

/// The one that a page shows of several documents side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// What it is called.
    pub title: String,
    /// How many there are.
    pub of: usize,
    /// Runs of clauses that the page doesn't show, in order, by their places in [`Text::clauses`].
    pub hidden: Vec<Range<usize>>,
}

impl Shown {
    /// Whether the page shows a clause.
    pub fn shows(&self, clause: usize) -> bool {
        !self.hidden.iter().any(|run| run.contains(&clause))
    }
}

/// A block of a policy: a heading, a paragraph, a list item, a table row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// What kind of block it is.
    #[serde(rename = "k")]
    pub kind: Kind,
    /// The numbering or bullet in front of it, apart from its words: `(a)`, `3.`; empty when there is none.
    #[serde(rename = "m", default, skip_serializing_if = "String::is_empty")]
    pub mark: String,
    /// The words, in one line: NFC, white space collapsed.
    #[serde(rename = "t")]
    pub text: String,
    /// Where its links lead, absolute, in order.
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
}

/// The kinds of clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A heading of level 1 to 6.
    #[serde(rename = "h")]
    Heading(u8),
    /// Running text.
    #[serde(rename = "p")]
    Paragraph,
    /// A list item, at a depth counted from 1.
    #[serde(rename = "i")]
    Item(u8),
    /// A table row; its cells are joined by ` | `.
    #[serde(rename = "r")]
    Row,
    /// Preformatted text.
    #[serde(rename = "c")]
    Code,
}

impl Clause {
    /// A paragraph of running text, without mark or links.
    pub fn paragraph(text: impl Into<String>) -> Self {
        Self::new(Kind::Paragraph, text)
    }

    /// A heading.
    pub fn heading(level: u8, text: impl Into<String>) -> Self {
        Self::new(Kind::Heading(level), text)
    }

    /// A clause of any kind, without mark or links.
    pub fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self { kind, mark: String::new(), text: text.into(), links: Vec::new() }
    }

    /// What stands between the mark and the words: nothing beside full-width signs, which carry their own space.
    pub fn gap(&self) -> &'static str {
        match self.mark.ends_with(['、', '）', '：']) || self.text.starts_with(['（', '【']) {
            true => "",
            false => " ",
        }
    }

    /// The level, if this is a heading.
    pub fn level(&self) -> Option<u8> {
        match self.kind {
            Kind::Heading(level) => Some(level),
            _ => None,
        }
    }
}

impl Text {
    /// The headings above each clause, outermost first, as indices into [`Text::clauses`].
    ///
    /// A heading's own path ends before itself.
    pub fn paths(&self) -> Vec<Vec<usize>> {
        let mut open: Vec<(u8, usize)> = Vec::new();
        let mut paths = Vec::with_capacity(self.clauses.len());
        for (i, clause) in self.clauses.iter().enumerate() {
            if let Some(level) = clause.level() {
                open.retain(|(l, _)| *l < level);
            }
            paths.push(open.iter().map(|(_, i)| *i).collect());
            if let Some(level) = clause.level() {
                open.push((level, i));
            }
        }
        paths
    }

    /// This text as far as it is compared with a later one: of a feed without the oldest entries, if the later one no
    /// longer has them.
    pub fn compared_with(&self, after: &Text) -> Cow<'_, Text> {
        let count = self.count_compared_with(after);
        match count < self.clauses.len() {
            true => Cow::Owned(Self {
                title: self.title.clone(),
                language: self.language.clone(),
                clauses: self.clauses[..count].to_vec(),
                shown: None,
                ..*self
            }),
            false => Cow::Borrowed(self),
        }
    }

    fn count_compared_with(&self, after: &Text) -> usize {
        if !after.window {
            return self.clauses.len();
        }
        let is_entry = |clause: &&Clause| clause.level() == Some(2);
        let known: HashSet<&str> =
            after.clauses.iter().filter(is_entry).map(|clause| clause.text.as_str()).collect();
        let entries = self.clauses.iter().enumerate().filter(|(_, clause)| is_entry(clause));
        let fallen = entries
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .take_while(|(_, clause)| !known.contains(clause.text.as_str()));
        fallen.last().map_or(self.clauses.len(), |(first, _)| first)
    }

    /// The number of words, separated by white space.
    pub fn words(&self) -> usize {
        self.clauses.iter().map(|clause| words(&clause.text)).sum()
    }

    /// The text as people read it: Markdown, one block a paragraph.
    pub fn to_markdown(&self) -> String {
        let mut out = String::new();
        let mut previous: Option<Kind> = None;
        for clause in &self.clauses {
            let tight = matches!(
                (previous, clause.kind),
                (Some(Kind::Item(_)), Kind::Item(_)) | (Some(Kind::Row), Kind::Row)
            );
            if previous.is_some() && !tight {
                out.push('\n');
            }
            match clause.kind {
                Kind::Heading(level) => out.extend(["#".repeat(level.into()).as_str(), " "]),
                Kind::Item(depth) => {
                    let mark = if clause.mark.is_empty() { "-" } else { &clause.mark };
                    out.extend(["  ".repeat(usize::from(depth.clamp(1, 6)) - 1).as_str(), mark, " "]);
                }
                Kind::Row => out.push_str("| "),
                Kind::Paragraph | Kind::Code => {}
            }
            if !clause.mark.is_empty() && !matches!(clause.kind, Kind::Item(_)) {
                out.push_str(&clause.mark);
                out.push_str(clause.gap());
            }
            out.push_str(&clause.text);
            out.push_str(if clause.kind == Kind::Row { " |\n" } else { "\n" });
            previous = Some(clause.kind);
        }
        out
    }
}

/// Nearly all text is ASCII, where a look at each byte costs a fifth of a look at each character.
fn words(text: &str) -> usize {
    if !text.is_ascii() {
        return text.split_whitespace().count();
    }
    let mut after_space = true;
    let begins = |byte: u8| {
        let is_space = matches!(byte, b' ' | b'\t'..=b'\r');
        let begins = after_space & !is_space;
        after_space = is_space;
        usize::from(begins)
    };
    text.bytes().map(begins).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_that_fall_off_the_end_of_a_feed_are_not_compared() {
        let feed = |entries: &[&str]| Text {
            window: true,
            clauses: entries
                .iter()
                .flat_map(|entry| [Clause::heading(2, *entry), Clause::paragraph(format!("About {entry}."))])
                .collect(),
            ..Text::default()
        };
        let before = feed(&["c", "b", "a"]);
        for (after, expected) in [
            (&["d", "c", "b"][..], 4),
            (&["c", "b", "a"], 6),
            (&["d", "c", "a"], 6),
            (&["f", "e", "d"], 0),
            (&["c"], 2),
        ] {
            assert_eq!(before.compared_with(&feed(after)).clauses.len(), expected, "{after:?}");
        }
        assert_eq!(before.compared_with(&Text::default()).clauses.len(), 6);
    }

    #[test]
    fn words_are_what_white_space_separates_in_any_script() {
        for text in ["", " ", "a", " a  b\tc\u{b}d ", "don't - stop", "e\u{1f}f"] {
            assert_eq!(words(text), text.split_whitespace().count(), "{text:?}");
            assert_eq!(words(&format!("{text}\u{a0}é")), words(text) + 1, "{text:?}");
        }
    }

    #[test]
    fn a_clause_knows_the_headings_above_it() {
        let text = Text {
            clauses: vec![
                Clause::heading(1, "Terms"),
                Clause::paragraph("Hello."),
                Clause::heading(2, "Suspension"),
                Clause::paragraph("We may suspend."),
                Clause::heading(2, "Fees"),
                Clause::paragraph("You pay."),
            ],
            ..Text::default()
        };
        let paths = text.paths();
        assert_eq!(paths[0], Vec::<usize>::new());
        assert_eq!(paths[2], [0]);
        assert_eq!(paths[3], [0, 2]);
        assert_eq!(paths[5], [0, 4]);
    }
}
