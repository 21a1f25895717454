//! The changed clauses in a notice, as many as fit.

use crate::diff::outline::Outline;
use crate::diff::render::fold;
use crate::diff::{Diff, Edit};
use crate::model::{Excerpt, ExcerptKind, Run, Text};
use crate::topics;

/// An excerpt has at most about this many characters: a clause longer than that is read in the diff.
const CLAUSE: usize = 1_200;
/// Kept text beside a change, in characters.
const AROUND: usize = 160;
/// All excerpts together have at most this many bytes: a webhook's body stays below 20 kB with the rest of the
/// notice and JSON's escapes.
const ALL: usize = 12_000;
/// So many changed clauses are seen at a glance; of more …
const AT_A_GLANCE: usize = 5;
/// … so many come first.
const FIRST: usize = 3;
/// Less than this isn't worth an excerpt.
const RUN: usize = 40;

/// The changed clauses of a diff, those of the [`weightiest`] first and the others in reading order, and the number of
/// those that didn't fit. Moved clauses have no excerpt: nothing in them is new.
pub fn excerpts(before: &Text, after: &Text, diff: &Diff, first: &[usize]) -> (Vec<Excerpt>, usize) {
    let outline = Outline::new(before, after, diff);
    let others = (0..diff.edits.len()).filter(|i| !first.contains(i));
    let mut excerpts = Vec::new();
    let (mut size, mut cut) = (0, 0);
    for edit in first.iter().copied().chain(others).map(|i| &diff.edits[i]) {
        let (kind, runs) = match edit {
            Edit::Added { after: i } => {
                (ExcerptKind::Added, vec![Run::Added(after.clauses[*i].text.clone())])
            }
            Edit::Removed { before: i } => {
                (ExcerptKind::Removed, vec![Run::Removed(before.clauses[*i].text.clone())])
            }
            Edit::Reworded { runs, .. } => (ExcerptKind::Reworded, fold::kept(runs, AROUND)),
            // Cut in another way, but nothing in it is new.
            Edit::Split { runs, .. } | Edit::Merged { runs, .. }
                if runs.iter().all(|run| matches!(run, Run::Kept(_))) =>
            {
                continue;
            }
            Edit::Split { .. } | Edit::Merged { .. } => {
                (ExcerptKind::Reworded, fold::kept(&edit.shown_runs(after), AROUND))
            }
            Edit::Kept { .. } | Edit::Moved { .. } => continue,
        };
        let names = outline.names(&outline.path(edit));
        let path: Vec<String> = names.iter().map(|name| fold::start(name, 120)).collect();
        let excerpt = Excerpt { path, kind, runs: fit(runs) };
        let bytes = bytes(&excerpt);
        // Once one is cut, all after it are: behind the weightiest stands the start of the change, without holes.
        if cut > 0 || size + bytes > ALL {
            cut += 1;
        } else {
            size += bytes;
            excerpts.push(excerpt);
        }
    }
    (excerpts, cut)
}

/// The clauses that a reader has to see first, as places in [`Diff::edits`]: none where all are seen at a glance.
pub fn weightiest(before: &Text, after: &Text, diff: &Diff) -> Vec<usize> {
    let changed = diff.changed().filter(|edit| !matches!(edit, Edit::Moved { .. })).count();
    if changed > AT_A_GLANCE { topics::weightiest(before, after, diff, FIRST) } else { Vec::new() }
}

fn bytes(excerpt: &Excerpt) -> usize {
    let texts = excerpt.runs.iter().map(Run::text).chain(excerpt.path.iter().map(String::as_str));
    // Each string brings its quotes, keys and separators in JSON.
    texts.map(|text| text.len() + 30).sum()
}

/// Runs of at most about [`CLAUSE`] characters: first each changed run is cut to its share, then those that
/// don't fit at all are left out at the end.
fn fit(runs: Vec<Run>) -> Vec<Run> {
    let length = |runs: &[Run]| runs.iter().map(|run| run.text().chars().count()).sum::<usize>();
    if length(&runs) <= CLAUSE {
        return runs;
    }
    let share = (CLAUSE / runs.len()).max(RUN);
    let mut fitting: Vec<Run> = fold::kept(&runs, RUN)
        .into_iter()
        .map(|run| match run {
            Run::Kept(text) => Run::Kept(text),
            Run::Removed(text) => Run::Removed(fold::start(&text, share)),
            Run::Added(text) => Run::Added(fold::start(&text, share)),
        })
        .collect();
    while length(&fitting) > CLAUSE && fitting.len() > 1 {
        fitting.pop();
        fitting.pop();
        fitting.push(Run::Kept(" …".to_owned()));
    }
    fitting
}
