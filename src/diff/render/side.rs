//! A diff on a wide terminal: what was on the left, what is on the right.

use super::blocks::{Block, Entry, Fate, blocks, notes};
use super::clause::{Look, Span, lead, spans};
use super::fold;
use super::terminal::{Terminal, about, unchanged};
use super::wrap::{Line, wrap, wrapped};
use crate::diff::Diff;
use crate::model::{Clause, Run, Text};

/// What stands between the columns.
const RULE: &str = " │ ";

/// A diff in two columns: each clause as it was beside what it is, under their headings, what is unchanged folded.
///
/// It is the same diff as [`super::terminal`] shows, for terminals wide enough to hold two texts.
pub fn side_by_side(before: &Text, after: &Text, diff: &Diff, how: &Terminal) -> String {
    let mut sheet = Sheet { how, column: (how.width.saturating_sub(3) / 2).max(20), out: String::new() };
    let blocks = blocks(before, after, diff, how.context);
    let mut rest = &blocks[..];
    while let [block, next @ ..] = rest {
        rest = next;
        match (block, next) {
            // One clause for another stands beside it.
            (Block::Entry(old), [Block::Entry(new), others @ ..])
                if old.fate == Fate::Removed && new.fate == Fate::Added =>
            {
                sheet.pair(whole('-', Look::Gone, old.clause), whole('+', Look::New, new.clause));
                sheet.below(new);
                rest = others;
            }
            _ => sheet.block(block),
        }
    }
    sheet.out
}

/// What is written so far.
struct Sheet<'a> {
    how: &'a Terminal,
    /// The width of a column.
    column: usize,
    out: String,
}

impl Sheet<'_> {
    fn block(&mut self, block: &Block<'_>) {
        match block {
            Block::Path(names) => {
                if !self.out.is_empty() {
                    self.out.push('\n');
                }
                if !names.is_empty() {
                    self.line(vec![Span(Look::Strong, names.join(" › "))], 2);
                }
            }
            Block::Entry(entry) => self.entry(entry),
            Block::Unchanged { clauses, renumbered } => self.line(unchanged(*clauses, *renumbered), 6),
            other => self.line(about(other), 6),
        }
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        match entry.fate {
            Fate::Context | Fate::Relinked => {
                let text = self.start(entry.clause);
                let sign = if entry.fate == Fate::Context { ' ' } else { '~' };
                let side = || vec![Span(Look::Reworded, format!("{sign} ")), Span(Look::Faint, text.clone())];
                self.pair(side(), side());
            }
            Fate::Moved => {
                let text = format!("moved: {}", self.start(entry.clause));
                self.pair(Vec::new(), vec![Span(Look::Moved, "> ".into()), Span(Look::Plain, text)]);
            }
            Fate::Added => self.pair(Vec::new(), whole('+', Look::New, entry.clause)),
            Fate::Removed => self.pair(whole('-', Look::Gone, entry.clause), Vec::new()),
            Fate::Rewritten => {
                let old = entry.old.map_or_else(Vec::new, |old| whole('~', Look::Gone, old));
                self.pair(old, whole('~', Look::New, entry.clause));
            }
            Fate::Reworded | Fate::Split(_) | Fate::Merged(_) => self.reworded(entry),
        }
        self.below(entry);
    }

    fn reworded(&mut self, entry: &Entry<'_>) {
        let runs = fold::kept(&entry.runs, self.how.width);
        let facts = self.how.color.then_some(entry.language);
        let how = match entry.fate {
            Fate::Split(parts) => format!("split in {parts}: "),
            Fate::Merged(parts) => format!("{parts} merged: "),
            _ => String::new(),
        };
        let side = |mark: &str, how: &str, other: fn(&Run) -> bool| {
            let clause = Clause { mark: mark.to_owned(), ..entry.clause.clone() };
            let runs: Vec<Run> = runs.iter().filter(|run| !other(run)).cloned().collect();
            let start = [Span(Look::Reworded, format!("~ {how}")), Span(Look::Plain, lead(&clause))];
            start.into_iter().chain(spans(&runs, facts)).collect::<Vec<_>>()
        };
        let old = side(entry.old_mark.unwrap_or(&entry.clause.mark), "", |run| matches!(run, Run::Added(_)));
        let new = side(&entry.clause.mark, &how, |run| matches!(run, Run::Removed(_)));
        self.pair(old, new);
    }

    fn start(&self, clause: &Clause) -> String {
        fold::start(&format!("{}{}", lead(clause), clause.text), self.column.saturating_sub(10).max(10))
    }

    /// What is said of a clause below it.
    fn below(&mut self, entry: &Entry<'_>) {
        for note in notes(entry) {
            self.line(vec![Span(Look::Plain, "      ".into()), Span(Look::Strong, note)], 8);
        }
        let (gone, new) = &entry.links;
        for (sign, look, links) in [('-', Look::Gone, gone), ('+', Look::New, new)] {
            for link in links {
                let text = format!("{sign} link {link}");
                self.line(vec![Span(Look::Plain, "      ".into()), Span(look, text)], 13);
            }
        }
    }

    /// Two clauses beside one another.
    fn pair(&mut self, old: Vec<Span>, new: Vec<Span>) {
        let lines = |spans: &[Span]| match spans {
            [] => Vec::new(),
            spans => wrapped(spans, self.column, 2, self.how.color),
        };
        let (old, new) = (lines(&old), lines(&new));
        for i in 0..old.len().max(new.len()) {
            let left = old.get(i).map_or(("", 0), Line::shown);
            let right = new.get(i).map_or(("", 0), Line::shown);
            let pad = " ".repeat(self.column.saturating_sub(left.1));
            let line = format!("{}{pad}{RULE}{}", left.0, right.0);
            self.out.push_str(line.trim_end());
            self.out.push('\n');
        }
    }

    fn line(&mut self, spans: Vec<Span>, hang: usize) {
        wrap(&mut self.out, &spans, self.how.width.max(20), hang, self.how.color);
    }
}

fn whole(sign: char, look: Look, clause: &Clause) -> Vec<Span> {
    vec![Span(look, format!("{sign} {}{}", lead(clause), clause.text))]
}
