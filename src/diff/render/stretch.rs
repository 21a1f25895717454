//! Which edits of a diff are shown, which as a list, and which are folded.

use std::ops::Range;

use super::blocks::Script;
use crate::diff::outline::Heading;
use crate::diff::{Diff, Edit, word_count};
use crate::model::{Clause, Kind};

/// A list of short entries has at least so many …
const ENTRIES: usize = 4;
/// … each of at most so many words, …
const WORDS: u64 = 6;
/// … and is told as a set if so many of them came, went or moved.
const CHANGED: usize = 2;

/// Edits in a row that are shown alike.
pub(super) struct Stretch {
    pub(super) shown: Shown,
    pub(super) edits: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Whole,
    Moved,
    Listed,
    Folded,
}

/// The stretches of a diff with so many unchanged clauses beside each change.
pub(super) fn stretches(diff: &Diff, context: usize, script: &Script<'_>) -> Vec<Stretch> {
    let lists = lists(diff, script);
    let mut listed = vec![false; diff.edits.len()];
    lists.iter().for_each(|list| listed[list.clone()].fill(true));
    let is_news = |i: &usize| script.is_news(&diff.edits[*i]);
    let news: Vec<usize> = (0..diff.edits.len()).filter(is_news).collect();
    let is_near = |i: usize| {
        let next = news.partition_point(|n| *n < i);
        let near = |n: Option<&usize>| n.is_some_and(|n| n.abs_diff(i) <= context);
        near(news.get(next)) || next > 0 && near(news.get(next - 1))
    };
    let shown = |i: usize| match &diff.edits[i] {
        _ if listed[i] => Shown::Listed,
        Edit::Moved { .. } => Shown::Moved,
        // Headings are shown as the path of the clauses below them.
        edit if script.is_heading(edit) && !script.is_news(edit) => Shown::Folded,
        _ if is_near(i) => Shown::Whole,
        _ => Shown::Folded,
    };
    let moves = diff.moves(script.after);
    let mut borders: Vec<usize> = moves.iter().map(|moved| moved.edits.start).collect();
    borders.extend(lists.iter().map(|list| list.start));
    borders.sort_unstable();
    let all: Vec<(Shown, usize)> =
        (0..diff.edits.len()).map(|i| (shown(i), borders.partition_point(|border| *border <= i))).collect();
    let goes_on = |a: &(Shown, usize), b: &(Shown, usize)| {
        a.0 == b.0 && (a.1 == b.1 || !matches!(a.0, Shown::Moved | Shown::Listed))
    };
    let mut stretches: Vec<Stretch> = Vec::new();
    for same in all.chunk_by(goes_on) {
        let start = stretches.last().map_or(0, |last| last.edits.end);
        let edits = start..start + same.len();
        // A line that one clause is left out would say less than the clause itself.
        let is_lone =
            context > 0 && matches!(same, [(Shown::Folded, _)]) && !script.is_heading(&diff.edits[start]);
        let shown = if is_lone { Shown::Whole } else { same[0].0 };
        stretches.push(Stretch { shown, edits });
    }
    stretches
}

/// The lists of short clauses of which several came, went or moved, and none was reworded.
fn lists(diff: &Diff, script: &Script<'_>) -> Vec<Range<usize>> {
    let entry = |edit: &Edit| -> Option<(Kind, Vec<Heading>)> {
        let clause = match (edit.after(), edit.before()) {
            (Some(after), _) => &script.after.clauses[after],
            (None, before) => &script.before.clauses[before?],
        };
        let is_whole = edit.runs().is_none();
        (is_whole && is_short(clause)).then(|| (clause.kind, script.outline.path(edit)))
    };
    let entries: Vec<Option<(Kind, Vec<Heading>)>> = diff.edits.iter().map(entry).collect();
    let mut lists = Vec::new();
    let mut start = 0;
    for same in entries.chunk_by(|a, b| a == b) {
        let range = start..start + same.len();
        start = range.end;
        let changed = diff.edits[range.clone()].iter().filter(|edit| !edit.is_kept()).count();
        let stays =
            diff.edits[range.clone()].iter().any(|edit| edit.before().is_some() && edit.after().is_some());
        if same[0].is_some() && stays && range.len() >= ENTRIES && changed >= CHANGED {
            lists.push(range);
        }
    }
    lists
}

fn is_short(clause: &Clause) -> bool {
    let is_listed = matches!(clause.kind, Kind::Item(_) | Kind::Row);
    // A longer text has more words, and needn't be counted.
    is_listed && clause.text.len() <= 120 && word_count(&clause.text) <= WORDS
}
