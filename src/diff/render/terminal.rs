//! A diff on a terminal.

use std::collections::HashSet;
use std::ops::Range;

use super::clause::{Look, Span, lead, spans};
use super::wrap::wrap;
use super::{fold, json};
use crate::diff::outline::{Heading, Outline};
use crate::diff::{Diff, Edit};
use crate::model::{Clause, Run, Text};

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

/// Of clauses moved one after another, this many are shown.
const MOVED_SHOWN: usize = 3;

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
    let relinked: HashSet<usize> = diff.relinked(before, after).map(|(_, after)| after).collect();
    let outline = Outline::new(before, after, diff);
    let mut screen = Screen { before, after, how, outline, relinked, out: String::new(), path: None };
    for stretch in stretches(diff, how.context, &screen) {
        let edits = &diff.edits[stretch.edits.clone()];
        match stretch.fate {
            Fate::Shown => edits.iter().for_each(|edit| screen.show(edit)),
            Fate::Moved => screen.show_moved(edits),
            Fate::Folded => screen.fold(edits, !stretch.is_all(diff)),
        }
    }
    screen.out
}

/// Edits in a row that are shown alike.
struct Stretch {
    fate: Fate,
    edits: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Shown,
    Moved,
    Folded,
}

impl Stretch {
    fn is_all(&self, diff: &Diff) -> bool {
        self.edits.len() == diff.edits.len()
    }
}

fn stretches(diff: &Diff, context: usize, screen: &Screen<'_>) -> Vec<Stretch> {
    let news: Vec<usize> = (0..diff.edits.len()).filter(|i| screen.is_news(&diff.edits[*i])).collect();
    let is_near = |i: usize| {
        let next = news.partition_point(|n| *n < i);
        let near = |n: Option<&usize>| n.is_some_and(|n| n.abs_diff(i) <= context);
        near(news.get(next)) || next > 0 && near(news.get(next - 1))
    };
    let fate = |i: usize| match &diff.edits[i] {
        Edit::Moved { .. } => Fate::Moved,
        // Headings are shown as the path of the clauses below them.
        edit if screen.is_heading(edit) && !screen.is_news(edit) => Fate::Folded,
        _ if is_near(i) => Fate::Shown,
        _ => Fate::Folded,
    };
    let fates: Vec<Fate> = (0..diff.edits.len()).map(fate).collect();
    let mut stretches: Vec<Stretch> = Vec::new();
    for same in fates.chunk_by(|a, b| a == b) {
        let start = stretches.last().map_or(0, |last| last.edits.end);
        let edits = start..start + same.len();
        // A line that one clause is left out would say less than the clause itself.
        let is_lone = context > 0 && same == [Fate::Folded] && !screen.is_heading(&diff.edits[start]);
        let fate = if is_lone { Fate::Shown } else { same[0] };
        stretches.push(Stretch { fate, edits });
    }
    stretches
}

/// What is written so far, and where in the text.
struct Screen<'a> {
    before: &'a Text,
    after: &'a Text,
    how: &'a Terminal,
    outline: Outline<'a>,
    /// Clauses of the text after whose links lead elsewhere.
    relinked: HashSet<usize>,
    out: String,
    /// The headings under which the last shown clause stood.
    path: Option<Vec<Heading>>,
}

impl Screen<'_> {
    /// Whether an edit is worth a line.
    fn is_news(&self, edit: &Edit) -> bool {
        !edit.is_kept() || edit.after().is_some_and(|i| self.relinked.contains(&i))
    }

    fn is_heading(&self, edit: &Edit) -> bool {
        self.outline.path_below(edit).is_some()
    }

    fn show(&mut self, edit: &Edit) {
        self.head(edit);
        match edit {
            Edit::Kept { after, .. } if self.is_news(edit) => self.one_line('~', Look::Reworded, *after),
            Edit::Kept { after, .. } => self.one_line(' ', Look::Faint, *after),
            Edit::Moved { after, .. } => self.one_line('>', Look::Moved, *after),
            Edit::Added { after } => self.whole('+', Look::New, &self.after.clauses[*after]),
            Edit::Removed { before } => self.whole('-', Look::Gone, &self.before.clauses[*before]),
            Edit::Reworded { before, after, runs } => self.reworded(*before, *after, runs),
        }
        self.links(edit);
        self.path = self.outline.path_below(edit).or(self.path.take());
    }

    /// The headings above a clause, when they aren't those of the clause shown before it.
    fn head(&mut self, edit: &Edit) {
        let path = self.outline.path(edit);
        if self.path.as_ref() == Some(&path) {
            return;
        }
        let names = self.outline.names(&path);
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        // A section that is itself the news needs no line that it stands in the document, nor that it follows another
        // one in the same section.
        let follows = self.path.as_ref().is_some_and(|shown| shown.starts_with(&path));
        let says = !(self.is_heading(edit) && (follows || self.outline.is_top(&path)));
        if says && !names.is_empty() {
            self.line(vec![Span(Look::Strong, names.join(" › "))], 2);
        }
        self.path = Some(path);
    }

    /// A clause of which all words are new, or all are gone. Its sign says so; marks around it would only
    /// be in the way of reading and copying.
    fn whole(&mut self, sign: char, look: Look, clause: &Clause) {
        let text = format!("{sign} {}{}", lead(clause), clause.text);
        let hang = 4 + lead(clause).chars().count();
        self.line(vec![Span(Look::Plain, "  ".into()), Span(look, text)], hang);
    }

    fn reworded(&mut self, before: usize, after: usize, runs: &[Run]) {
        let (old, new) = (&self.before.clauses[before], &self.after.clauses[after]);
        if !runs.iter().any(|run| matches!(run, Run::Kept(_))) {
            self.whole('-', Look::Gone, old);
            self.whole('+', Look::New, new);
            return;
        }
        let mut line = vec![Span(Look::Reworded, "  ~ ".into())];
        if old.mark == new.mark {
            line.push(Span(Look::Plain, lead(new)));
        } else {
            line.extend(renumbered(old, new));
        }
        line.extend(spans(&fold::kept(runs, self.how.width * 3 / 2)));
        self.line(line, 4 + lead(new).chars().count());
    }

    fn one_line(&mut self, sign: char, sign_look: Look, after: usize) {
        let clause = &self.after.clauses[after];
        let lead = lead(clause);
        let room = self.how.width.saturating_sub(4 + lead.chars().count()).max(20);
        let text = fold::start(&format!("{lead}{}", clause.text), room);
        let look = if sign_look == Look::Moved { Look::Plain } else { Look::Faint };
        self.line(vec![Span(sign_look, format!("  {sign} ")), Span(look, text)], 4);
    }

    /// Clauses moved together: the first few, and how many more.
    fn show_moved(&mut self, edits: &[Edit]) {
        // One more line for "1 more" would say less than the clause itself.
        let shown = if edits.len() <= MOVED_SHOWN + 1 { edits.len() } else { MOVED_SHOWN };
        for edit in &edits[..shown] {
            self.head(edit);
            let Some(after) = edit.after() else { continue };
            let clause = &self.after.clauses[after];
            let space = if clause.mark.is_empty() { "" } else { " " };
            let text = format!("moved: {}{space}{}", clause.mark, clause.text);
            let text = fold::start(&text, self.how.width.saturating_sub(4).max(20));
            self.line(vec![Span(Look::Moved, "  > ".into()), Span(Look::Plain, text)], 4);
            self.links(edit);
            self.path = self.outline.path_below(edit).or(self.path.take());
        }
        if let rest @ 1.. = edits.len() - shown {
            self.line(vec![Span(Look::Faint, format!("    … {rest} more clauses moved with it"))], 6);
            // What follows may stand under a heading among those left out.
            self.path = None;
        }
    }

    /// Links that lead elsewhere.
    fn links(&mut self, edit: &Edit) {
        let (Some(before), Some(after)) = (edit.before(), edit.after()) else { return };
        let (gone, new) = json::links(&self.before.clauses[before], &self.after.clauses[after]);
        for (sign, look, links) in [('-', Look::Gone, gone), ('+', Look::New, new)] {
            for link in links {
                let spans =
                    vec![Span(Look::Plain, "      ".into()), Span(look, format!("{sign} link {link}"))];
                self.line(spans, 13);
            }
        }
    }

    /// How many clauses are left out, and how many of them have another number.
    fn fold(&mut self, edits: &[Edit], beside_changes: bool) {
        let clauses = edits.iter().filter(|edit| !self.is_heading(edit)).count();
        let renumbered = edits.iter().filter(|edit| self.is_renumbered(edit)).count();
        if renumbered == 0 && (clauses == 0 || !beside_changes) {
            return;
        }
        let s = if clauses == 1 { "" } else { "s" };
        let mut text = format!("    … {clauses} clause{s} unchanged");
        if renumbered > 0 {
            text.push_str(&format!(", {renumbered} renumbered"));
        }
        self.line(vec![Span(Look::Faint, text)], 6);
    }

    fn is_renumbered(&self, edit: &Edit) -> bool {
        let (Some(before), Some(after)) = (edit.before(), edit.after()) else { return false };
        self.before.clauses[before].mark != self.after.clauses[after].mark
    }

    fn line(&mut self, spans: Vec<Span>, hang: usize) {
        wrap(&mut self.out, &spans, self.how.width.max(20), hang, self.how.color);
    }
}

/// The lead of a reworded clause that was renumbered as well.
fn renumbered(old: &Clause, new: &Clause) -> Vec<Span> {
    let plain = Clause { mark: String::new(), ..new.clone() };
    let indent = lead(&plain).trim_end_matches("• ").to_owned();
    let mut spans = vec![Span(Look::Plain, indent)];
    for (look, mark) in [(Look::Removed, &old.mark), (Look::Added, &new.mark)] {
        if !mark.is_empty() {
            spans.push(Span(look, mark.clone()));
        }
    }
    spans.push(Span(Look::Plain, " ".into()));
    spans
}
