//! Two texts → what became of each clause, pure.
//!
//! [`compare`] aligns the clauses of two texts by the words in them ([`key`]), not by their typography or
//! numbering: what stayed is kept even where it was renumbered, what went elsewhere is moved, what was
//! edited is reworded with its [`runs`] of words, and only the rest is removed or added.
//! [`render`] shows the result on a terminal, as a patch, as Markdown and as JSON.
//!
//! Nothing here reads a clock: instead of a deadline, each step does a bounded amount of work, so that two
//! texts give the same diff on every machine.

mod align;
mod key;
pub mod outline;
mod pair;
pub mod render;
mod sequence;
mod words;

pub use align::compare;
pub use key::{key, key_hash};
pub use words::{runs, tokens, word_count};

use crate::model::{Run, Text};

/// What became of the clauses of a text: a complete script, which applied to the text before gives the text
/// after, in the reading order of the text after, with removed clauses where they stood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// One edit for each clause of either text.
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
    /// The clause in the text before, unless it is new.
    pub fn before(&self) -> Option<usize> {
        match *self {
            Self::Kept { before, .. }
            | Self::Moved { before, .. }
            | Self::Reworded { before, .. }
            | Self::Removed { before } => Some(before),
            Self::Added { .. } => None,
        }
    }

    /// The clause in the text after, unless it is gone.
    pub fn after(&self) -> Option<usize> {
        match *self {
            Self::Kept { after, .. }
            | Self::Moved { after, .. }
            | Self::Reworded { after, .. }
            | Self::Added { after } => Some(after),
            Self::Removed { .. } => None,
        }
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

    /// The edits that changed something, in reading order.
    pub fn changed(&self) -> impl Iterator<Item = &Edit> {
        self.edits.iter().filter(|edit| !edit.is_kept())
    }

    /// The number of words that are new; a moved clause brings none.
    pub fn words_added(&self, after: &Text) -> u64 {
        let added = |run: &Run| if let Run::Added(text) = run { word_count(text) } else { 0 };
        let words = |edit: &Edit| match edit {
            Edit::Added { after: i } => word_count(&after.clauses[*i].text),
            Edit::Reworded { runs, .. } => runs.iter().map(added).sum(),
            _ => 0,
        };
        self.edits.iter().map(words).sum()
    }

    /// The number of words that are gone; a moved clause loses none.
    pub fn words_removed(&self, before: &Text) -> u64 {
        let removed = |run: &Run| if let Run::Removed(text) = run { word_count(text) } else { 0 };
        let words = |edit: &Edit| match edit {
            Edit::Removed { before: i } => word_count(&before.clauses[*i].text),
            Edit::Reworded { runs, .. } => runs.iter().map(removed).sum(),
            _ => 0,
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

    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        self.edits.iter().filter_map(|edit| Some((edit.before()?, edit.after()?)))
    }
}

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
