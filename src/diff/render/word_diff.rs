//! A diff as a patch in which words are marked, not lines.

use similar::{Algorithm, DiffTag, TextDiff};

use super::escape;
use super::unified::lines;
use crate::diff::runs;
use crate::model::{Run, Text};

/// Both texts in Markdown as a patch, as `git diff --word-diff` prints it: `[-removed-]` and `{+added+}` words in lines
/// that are otherwise as they are now. Empty if no line differs.
pub fn word_diff(before: &Text, after: &Text, names: (&str, &str), context: usize) -> String {
    let (old, new) = (lines(before), lines(after));
    let diff = TextDiff::configure().algorithm(Algorithm::Histogram).diff_lines(old.as_str(), new.as_str());
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let mut out = String::new();
    for group in diff.grouped_ops(context) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        if out.is_empty() {
            let [a, b] = [names.0, names.1].map(escape::terminal);
            out = format!("--- {a}\n+++ {b}\n");
        }
        let range =
            |start: usize, end: usize| format!("{},{}", start + usize::from(end > start), end - start);
        out += &format!(
            "@@ -{} +{} @@\n",
            range(first.old_range().start, last.old_range().end),
            range(first.new_range().start, last.new_range().end)
        );
        // Without context a group has empty stretches at its ends.
        for op in group.into_iter().filter(|op| !op.old_range().is_empty() || !op.new_range().is_empty()) {
            let (gone, come) = (old[op.old_range()].join("\n"), new[op.new_range()].join("\n"));
            match op.tag() {
                DiffTag::Equal => out += &come,
                DiffTag::Delete => mark(&mut out, &Run::Removed(gone)),
                DiffTag::Insert => mark(&mut out, &Run::Added(come)),
                DiffTag::Replace => runs(&gone, &come).iter().for_each(|run| mark(&mut out, run)),
            }
            out.push('\n');
        }
    }
    out
}

/// Writes a run between its signs, which end with each line.
fn mark(out: &mut String, run: &Run) {
    let (open, close) = match run {
        Run::Kept(_) => ("", ""),
        Run::Removed(_) => ("[-", "-]"),
        Run::Added(_) => ("{+", "+}"),
    };
    for (i, line) in run.text().split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
        }
        if !line.is_empty() {
            out.extend([open, line, close]);
        }
    }
}
