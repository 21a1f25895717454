//! A diff on a terminal.

use super::blocks::{Block, Entry, Fate, blocks, notes};
use super::clause::{Look, Span, lead, spans};
use super::fold;
use super::wrap::wrap;
use crate::diff::Diff;
use crate::model::{Clause, Text};

/// How a terminal shows a diff.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// Columns.
    pub width: usize,
    /// Colours instead of `[-removed-]` and `{+added+}`.
    pub color: bool,
    /// How many unchanged clauses are shown beside a change, in one line each.
    pub context: usize,
}

/// A diff as clauses under their headings, what is unchanged folded.
///
/// ```text
/// Suspension › Appeals
///   ~ (b) You may appeal within [-30-]{+14+} days of the notice.
///   + (c) An appeal is decided once.
///     … 41 clauses unchanged
/// ```
///
/// Every character of the page is escaped; see [`super::escape`]. An empty diff gives an empty string.
pub fn terminal(before: &Text, after: &Text, diff: &Diff, how: &Terminal) -> String {
    let mut screen = Screen { how, out: String::new() };
    for block in blocks(before, after, diff, how.context) {
        screen.block(&block);
    }
    screen.out
}

/// What is written so far.
struct Screen<'a> {
    how: &'a Terminal,
    out: String,
}

impl Screen<'_> {
    fn block(&mut self, block: &Block<'_>) {
        match block {
            Block::Path(names) => self.path(names),
            Block::Entry(entry) => self.entry(entry),
            Block::Unchanged { clauses, renumbered } => self.line(unchanged(*clauses, *renumbered), 6),
            other => self.line(about(other), 6),
        }
    }

    fn path(&mut self, names: &[&str]) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        if !names.is_empty() {
            self.line(vec![Span(Look::Strong, names.join(" › "))], 2);
        }
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        match entry.fate {
            Fate::Context => self.one_line(' ', entry.clause),
            Fate::Relinked => self.one_line('~', entry.clause),
            Fate::Moved => self.moved(entry.clause),
            Fate::Added => self.whole('+', Look::New, entry.clause),
            Fate::Removed => self.whole('-', Look::Gone, entry.clause),
            Fate::Reworded => self.reworded(entry, ""),
            Fate::Rewritten => self.rewritten(entry),
            Fate::Split(parts) => self.reworded(entry, &format!("split in {parts}: ")),
            Fate::Merged(parts) => self.reworded(entry, &format!("{parts} merged: ")),
        }
        self.notes(entry);
        self.links(entry);
    }

    /// A clause of which all words are new, or all are gone. Its sign says so; marks around it would only
    /// be in the way of reading and copying.
    fn whole(&mut self, sign: char, look: Look, clause: &Clause) {
        let text = format!("{sign} {}{}", lead(clause), clause.text);
        let hang = 4 + lead(clause).chars().count();
        self.line(vec![Span(Look::Plain, "  ".into()), Span(look, text)], hang);
    }

    fn reworded(&mut self, entry: &Entry<'_>, how: &str) {
        let mut line = vec![Span(Look::Reworded, format!("  ~ {how}"))];
        match entry.old_mark {
            None => line.push(Span(Look::Plain, lead(entry.clause))),
            Some(old) => line.extend(renumbered(old, entry.clause)),
        }
        // Without colours a bracket would stand in the midst of words.
        let facts = self.how.color.then_some(entry.language);
        line.extend(spans(&fold::kept(&entry.runs, self.how.width * 3 / 2), facts));
        self.line(line, 4 + lead(entry.clause).chars().count());
    }

    /// A clause as it was, and as it is.
    fn rewritten(&mut self, entry: &Entry<'_>) {
        let sides = [("was: ", Look::Gone, entry.old), ("now: ", Look::New, Some(entry.clause))];
        for (when, look, clause) in
            sides.into_iter().filter_map(|(when, look, side)| Some((when, look, side?)))
        {
            let sign = Span(Look::Reworded, format!("  ~ {when}"));
            let hang = 4 + lead(clause).chars().count();
            self.line(vec![sign, Span(look, format!("{}{}", lead(clause), clause.text))], hang);
        }
    }

    fn one_line(&mut self, sign: char, clause: &Clause) {
        let lead = lead(clause);
        let room = self.how.width.saturating_sub(4 + lead.chars().count()).max(20);
        let text = fold::start(&format!("{lead}{}", clause.text), room);
        let look = if sign == ' ' { Look::Plain } else { Look::Reworded };
        self.line(vec![Span(look, format!("  {sign} ")), Span(Look::Faint, text)], 4);
    }

    fn moved(&mut self, clause: &Clause) {
        let space = if clause.mark.is_empty() { "" } else { " " };
        let text = format!("moved: {}{space}{}", clause.mark, clause.text);
        let text = fold::start(&text, self.how.width.saturating_sub(4).max(20));
        self.line(vec![Span(Look::Moved, "  > ".into()), Span(Look::Plain, text)], 4);
    }

    /// What to look at in the words that changed.
    fn notes(&mut self, entry: &Entry<'_>) {
        for note in notes(entry) {
            self.line(vec![Span(Look::Plain, "      ".into()), Span(Look::Strong, note)], 8);
        }
    }

    /// Links that lead elsewhere.
    fn links(&mut self, entry: &Entry<'_>) {
        let (gone, new) = &entry.links;
        for (sign, look, links) in [('-', Look::Gone, gone), ('+', Look::New, new)] {
            for link in links {
                let spans =
                    vec![Span(Look::Plain, "      ".into()), Span(look, format!("{sign} link {link}"))];
                self.line(spans, 13);
            }
        }
    }

    fn line(&mut self, spans: Vec<Span>, hang: usize) {
        wrap(&mut self.out, &spans, self.how.width.max(20), hang, self.how.color);
    }
}

/// A line about several clauses.
pub(super) fn about(block: &Block<'_>) -> Vec<Span> {
    match block {
        Block::Section(heading, clauses) => {
            let text = match clauses {
                0 => format!("moved: heading “{}”", heading.text),
                1 => format!("moved: section “{}” with 1 clause", heading.text),
                n => format!("moved: section “{}” with {n} clauses", heading.text),
            };
            vec![Span(Look::Moved, "  > ".into()), Span(Look::Plain, text)]
        }
        Block::List(list) => {
            let text = format!("list: {}", list.told());
            vec![Span(Look::Reworded, "  ~ ".into()), Span(Look::Plain, text)]
        }
        Block::MovedOn(rest) => vec![Span(Look::Faint, format!("    … {rest} more clauses moved with it"))],
        Block::Path(_) | Block::Entry(_) | Block::Unchanged { .. } => Vec::new(),
    }
}

/// How many clauses are left out, and how many of them have another number.
pub(super) fn unchanged(clauses: usize, renumbered: usize) -> Vec<Span> {
    let s = if clauses == 1 { "" } else { "s" };
    let mut text = format!("    … {clauses} clause{s} unchanged");
    if renumbered > 0 {
        text.push_str(&format!(", {renumbered} renumbered"));
    }
    vec![Span(Look::Faint, text)]
}

/// The lead of a reworded clause that was renumbered as well.
fn renumbered(old: &str, new: &Clause) -> Vec<Span> {
    let plain = Clause { mark: String::new(), ..new.clone() };
    let indent = lead(&plain).trim_end_matches("• ").to_owned();
    let mut spans = vec![Span(Look::Plain, indent)];
    for (look, mark) in [(Look::Removed, old), (Look::Added, new.mark.as_str())] {
        if !mark.is_empty() {
            spans.push(Span(look, mark.to_owned()));
        }
    }
    spans.push(Span(Look::Plain, " ".into()));
    spans
}
