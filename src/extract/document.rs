//! What documents that aren't pages give: parts in reading order, and what is known of them.

use serde::{Deserialize, Serialize};

use crate::model::{Clause, Kind, Text};

use super::inline::Line;
use super::mark;
use super::{Dropped, Part};

/// A document that is policy from end to end, but for what repeats on its pages.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Document {
    pub(super) title: String,
    pub(super) language: String,
    /// It is the newest part of a longer list, whose end moves on.
    pub(super) window: bool,
    pub(super) parts: Vec<Part>,
}

impl Document {
    /// The policy in it.
    pub(super) fn text(&self) -> Text {
        let kept = self.parts.iter().filter(|part| part.dropped.is_none()).map(|part| part.clause.clone());
        let (title, language) = (self.title.clone(), self.language.clone());
        Text { title, language, window: self.window, clauses: kept.collect(), ..Text::default() }
    }
}

/// A block of a document; `None` if it says nothing.
pub(super) fn part(kind: Kind, mark: &str, text: &str, dropped: Option<Dropped>) -> Option<Part> {
    let mut line = Line::default();
    line.push(text);
    let text = line.take();
    if !text.chars().any(char::is_alphanumeric) {
        return None;
    }
    let typed = match kind {
        Kind::Row | Kind::Code => None,
        _ => mark::split(kind, &text),
    };
    let (mark, text) = match typed {
        Some((typed, words)) => (typed.to_owned(), words.to_owned()),
        None => (mark.to_owned(), text),
    };
    Some(Part { clause: Clause { mark, ..Clause::new(kind, text) }, dropped })
}
