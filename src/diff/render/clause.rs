//! A clause on a terminal: styled spans of text, and where its lines hang.

use crate::diff::facts;
use crate::model::{Clause, Kind, Run};

/// How a span looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Plain,
    Faint,
    Strong,
    /// Words that are gone, within a clause.
    Removed,
    /// Words that are new, within a clause.
    Added,
    /// A number, a date, a place, a negation among words that are gone …
    RemovedFact,
    /// … and among words that are new.
    AddedFact,
    /// A clause that is gone.
    Gone,
    /// A clause that is new.
    New,
    Reworded,
    Moved,
}

/// Text that looks one way; not yet escaped.
pub(super) struct Span(pub(super) Look, pub(super) String);

/// What stands before the words of a clause: indentation and bullet of an item, the word for a heading.
pub(super) fn lead(clause: &Clause) -> String {
    let mark = clause.mark.as_str();
    match clause.kind {
        Kind::Heading(_) if mark.is_empty() => "Heading: ".to_owned(),
        Kind::Heading(_) => format!("Heading: {mark} "),
        Kind::Item(depth) => {
            let indent = "  ".repeat(usize::from(depth).saturating_sub(1).min(6));
            format!("{indent}{} ", if mark.is_empty() { "•" } else { mark })
        }
        _ if mark.is_empty() => String::new(),
        _ => format!("{mark} "),
    }
}

/// What stands before the words of a clause on a page: its number, or a bullet.
pub(super) fn bullet(clause: &Clause) -> String {
    match (clause.kind, clause.mark.as_str()) {
        (Kind::Item(_), "") => "• ".to_owned(),
        (_, "") => String::new(),
        (_, mark) => format!("{mark}{}", clause.gap()),
    }
}

/// The spans of a reworded clause. White space at the border of a change isn't marked: it would only show
/// as a stray bar or bracket.
///
/// Where there are `facts`, they are told apart, as known in their language.
pub(super) fn spans(runs: &[Run], facts: Option<Option<&'static str>>) -> Vec<Span> {
    let mut spans = Vec::new();
    for run in runs {
        let look = match run {
            Run::Kept(text) => {
                spans.push(Span(Look::Plain, text.clone()));
                continue;
            }
            Run::Removed(_) => Look::Removed,
            Run::Added(_) => Look::Added,
        };
        let text = run.text();
        let words = text.trim();
        // One space is enough where two changes touch.
        let is_spaced = spans.last().is_some_and(|Span(_, before): &Span| before.ends_with(' '));
        let text = if is_spaced { text.trim_start() } else { text };
        let space = |side: &str| Span(Look::Plain, " ".repeat(usize::from(!side.is_empty())));
        if words.is_empty() {
            spans.push(space(if look == Look::Added { text } else { "" }));
        } else {
            spans.push(space(&text[..text.len() - text.trim_start().len()]));
            match facts {
                None => spans.push(Span(look, words.to_owned())),
                Some(language) => {
                    spans.extend(facts::pieces(words, language).into_iter().map(|(is_fact, piece)| {
                        let look = match (is_fact, look) {
                            (true, Look::Added) => Look::AddedFact,
                            (true, _) => Look::RemovedFact,
                            (false, look) => look,
                        };
                        Span(look, piece.to_owned())
                    }))
                }
            }
            spans.push(space(&text[text.trim_end().len()..]));
        }
    }
    spans
}
