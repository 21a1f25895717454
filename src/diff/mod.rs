//! Two texts → what became of each clause, pure.
//!
//! [`compare`] aligns the clauses of two texts by the words in them ([`key`]), not by their typography or
//! numbering: what stayed is kept even where it was renumbered, what went elsewhere is moved, what was
//! edited is reworded with its [`runs`] of words, what was cut in several is split, what was put together is
//! merged, and only the rest is removed or added. [`facts`] says which numbers, dates, places and negations came and
//! went in it, [`lists`] what came and went in its lists. [`render`] shows the result on a terminal, as a patch, as
//! Markdown, as HTML and as JSON.
//!
//! Nothing here reads a clock: instead of a deadline, each step does a bounded amount of work, so that two
//! texts give the same diff on every machine.

mod align;
pub mod facts;
mod key;
pub mod lists;
mod months;
pub mod outline;
mod pair;
mod parts;
pub mod render;
mod rewritten;
mod rows;
mod sentences;
mod sequence;
mod words;

use std::ops::Range;

pub use align::compare;
pub use key::{key, key_hash};
pub use months::MONTHS;
pub use sentences::sentences;
pub use words::{runs, tokens, word_count};

use crate::model::{Run, Text};

/// What stands between the parts of a clause that was split or merged, in [`Edit::Split`] and [`Edit::Merged`]: no
/// clause has it in its words, which are one line.
pub const BORDER: &str = "\n";

/// What became of the clauses of a text: a complete script, which applied to the text before gives the text
/// after, in the reading order of the text after, with removed clauses where they stood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// The edits, each clause of either text in just one of them, but for what fell off the end of a feed.
    pub edits: Vec<Edit>,
}

/// What became of a clause; numbers are indices into [`Text::clauses`] of the text before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Its words are the same and so is its place. Its numbering and links may have changed: see
    /// [`Diff::renumbered`] and [`Diff::relinked`].
    Kept {
        /// Where it was.
        before: usize,
        /// Where it is.
        after: usize,
    },
    /// Its words are the same in another place.
    Moved {
        /// Where it was.
        before: usize,
        /// Where it is.
        after: usize,
    },
    /// Its words changed; where it was moved as well, only a close likeness counts as the same clause.
    Reworded {
        /// Where it was.
        before: usize,
        /// Where it is.
        after: usize,
        /// Its words in order; see [`runs`].
        runs: Vec<Run>,
    },
    /// It is several now, with the same words or most of them.
    Split {
        /// Where it was.
        before: usize,
        /// Where its parts are.
        after: Range<usize>,
        /// Its words in order, with a [`BORDER`] between the parts in those that are kept or added.
        runs: Vec<Run>,
    },
    /// Several became one, with the same words or most of them.
    Merged {
        /// Where its parts were.
        before: Range<usize>,
        /// Where it is.
        after: usize,
        /// Its words in order, as if the parts had been one with a [`BORDER`] between them.
        runs: Vec<Run>,
    },
    /// It is gone.
    Removed {
        /// Where it was.
        before: usize,
    },
    /// It is new.
    Added {
        /// Where it is.
        after: usize,
    },
}

impl Edit {
    /// The clause in the text before, unless it is new; of several the first.
    pub fn before(&self) -> Option<usize> {
        self.befores().next()
    }

    /// The clause in the text after, unless it is gone; of several the first.
    pub fn after(&self) -> Option<usize> {
        self.afters().next()
    }

    /// All its clauses in the text before.
    pub fn befores(&self) -> Range<usize> {
        match self {
            Self::Kept { before, .. }
            | Self::Moved { before, .. }
            | Self::Reworded { before, .. }
            | Self::Split { before, .. }
            | Self::Removed { before } => *before..before + 1,
            Self::Merged { before, .. } => before.clone(),
            Self::Added { .. } => 0..0,
        }
    }

    /// All its clauses in the text after.
    pub fn afters(&self) -> Range<usize> {
        match self {
            Self::Kept { after, .. }
            | Self::Moved { after, .. }
            | Self::Reworded { after, .. }
            | Self::Merged { after, .. }
            | Self::Added { after } => *after..after + 1,
            Self::Split { after, .. } => after.clone(),
            Self::Removed { .. } => 0..0,
        }
    }

    /// The words of a clause that changed, in order.
    pub fn runs(&self) -> Option<&[Run]> {
        match self {
            Self::Reworded { runs, .. } | Self::Split { runs, .. } | Self::Merged { runs, .. } => Some(runs),
            Self::Kept { .. } | Self::Moved { .. } | Self::Removed { .. } | Self::Added { .. } => None,
        }
    }

    /// The words of a clause that changed, as they are shown: `¶` and the numbering of the part behind it for each
    /// [`BORDER`].
    pub fn shown_runs(&self, after: &Text) -> Vec<Run> {
        let marks = match self {
            Self::Split { after: parts, .. } => {
                after.clauses[parts.start + 1..parts.end].iter().map(|clause| clause.mark.as_str()).collect()
            }
            _ => Vec::new(),
        };
        parts::shown(self.runs().unwrap_or_default(), &marks)
    }

    /// The words of its clauses in the text before, with a [`BORDER`] between several.
    pub fn old_words(&self, before: &Text) -> String {
        parts::joined(before, self.befores())
    }

    /// The words of its clauses in the text after, with a [`BORDER`] between several.
    pub fn new_words(&self, after: &Text) -> String {
        parts::joined(after, self.afters())
    }

    /// Whether its words and its place are the same.
    pub fn is_kept(&self) -> bool {
        matches!(self, Self::Kept { .. })
    }
}

impl Diff {
    /// Whether every clause was kept: the words are the same, in the same order.
    pub fn is_empty(&self) -> bool {
        self.edits.iter().all(Edit::is_kept)
    }

    /// The diff without the changes at other places of [`Diff::edits`] than these: a part of it, to be shown.
    #[must_use]
    pub fn only(&self, is_wanted: impl Fn(usize) -> bool) -> Self {
        let edits = self.edits.iter().enumerate().filter(|(i, edit)| edit.is_kept() || is_wanted(*i));
        Self { edits: edits.map(|(_, edit)| edit.clone()).collect() }
    }

    /// The edits that changed something, in reading order.
    pub fn changed(&self) -> impl Iterator<Item = &Edit> {
        self.edits.iter().filter(|edit| !edit.is_kept())
    }

    /// The number of words that are new; a moved clause brings none.
    pub fn words_added(&self, after: &Text) -> u64 {
        let added = |run: &Run| if let Run::Added(text) = run { word_count(text) } else { 0 };
        let words = |edit: &Edit| match edit {
            Edit::Added { after: i } => word_count(&after.clauses[*i].text),
            edit => edit.runs().unwrap_or_default().iter().map(added).sum(),
        };
        self.edits.iter().map(words).sum()
    }

    /// The number of words that are gone; a moved clause loses none.
    pub fn words_removed(&self, before: &Text) -> u64 {
        let removed = |run: &Run| if let Run::Removed(text) = run { word_count(text) } else { 0 };
        let words = |edit: &Edit| match edit {
            Edit::Removed { before: i } => word_count(&before.clauses[*i].text),
            edit => edit.runs().unwrap_or_default().iter().map(removed).sum(),
        };
        self.edits.iter().map(words).sum()
    }

    /// The clauses in both texts, kept, moved or reworded, whose numbering changed, as (before, after).
    pub fn renumbered(&self, before: &Text, after: &Text) -> impl Iterator<Item = (usize, usize)> {
        self.pairs().filter(|(b, a)| before.clauses[*b].mark != after.clauses[*a].mark)
    }

    /// The clauses in both texts, kept, moved or reworded, whose links lead elsewhere, as (before, after).
    pub fn relinked(&self, before: &Text, after: &Text) -> impl Iterator<Item = (usize, usize)> {
        self.pairs().filter(|(b, a)| before.clauses[*b].links != after.clauses[*a].links)
    }

    /// Whether no word changed, but where at least one link leads.
    pub fn links_only(&self, before: &Text, after: &Text) -> bool {
        self.is_empty() && self.relinked(before, after).next().is_some()
    }

    /// What was moved, a stretch of clauses that went together each: one section, or clauses of one.
    pub fn moves(&self, after: &Text) -> Vec<Move> {
        let mut moves: Vec<Move> = Vec::new();
        for (i, edit) in self.edits.iter().enumerate() {
            let Edit::Moved { before: from, after: to } = *edit else { continue };
            match moves.last_mut() {
                Some(last) if last.goes_on(self, after, i, (from, to)) => last.edits.end = i + 1,
                _ => moves.push(Move { edits: i..i + 1 }),
            }
        }
        moves
    }

    /// Clauses that are in both texts, each with its counterpart: where one was split or merged, its first part.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        self.edits.iter().filter_map(|edit| Some((edit.before()?, edit.after()?)))
    }
}

/// Clauses that were moved together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Their edits, all of them [`Edit::Moved`], as a range of [`Diff::edits`].
    pub edits: Range<usize>,
}

impl Move {
    /// Whether a section was moved: it begins with a heading.
    pub fn is_section(&self, diff: &Diff, after: &Text) -> bool {
        self.level(diff, after).is_some()
    }

    fn level(&self, diff: &Diff, after: &Text) -> Option<u8> {
        diff.edits[self.edits.start].after().and_then(|i| after.clauses[i].level())
    }

    /// Whether the edit at `i` moved together with these: it stood and stands behind them, and is no section beside theirs.
    fn goes_on(&self, diff: &Diff, after: &Text, i: usize, (from, to): (usize, usize)) -> bool {
        let last = &diff.edits[self.edits.end - 1];
        let is_next = self.edits.end == i && last.before() == Some(from.wrapping_sub(1));
        let is_beside = match (self.level(diff, after), after.clauses[to].level()) {
            (Some(first), Some(level)) => level <= first,
            (None, Some(_)) => true,
            (_, None) => false,
        };
        is_next && !is_beside
    }
}

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
