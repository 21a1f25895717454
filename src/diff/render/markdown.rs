//! A diff as Markdown.

use super::blocks::edit_notes as notes;
use super::escape;
use crate::diff::outline::Outline;
use crate::diff::{Diff, Edit};
use crate::model::{Clause, Run, Text};

/// The changed clauses as a Markdown list under their headings: ~~removed~~ and **added** words.
///
/// Page text is escaped: nothing in it becomes markup, a link or a mention. An empty diff gives an empty
/// string.
pub fn markdown(before: &Text, after: &Text, diff: &Diff) -> String {
    let outline = Outline::new(before, after, diff);
    let mut out = String::new();
    let mut shown = None;
    for edit in diff.changed() {
        let path = outline.path(edit);
        if shown.as_ref() != Some(&path) {
            head(&mut out, &outline.names(&path));
            shown = Some(path);
        }
        out.push_str("- ");
        out.push_str(&match edit {
            Edit::Added { after: i } => format!("Added: {}", whole(&after.clauses[*i], "**")),
            Edit::Removed { before: i } => format!("Removed: {}", whole(&before.clauses[*i], "~~")),
            Edit::Moved { after: i, .. } => format!("Moved: {}", whole(&after.clauses[*i], "")),
            Edit::Reworded { after: i, runs, .. } => {
                format!("Reworded: {}", reworded(&after.clauses[*i], runs))
            }
            Edit::Split { after: parts, .. } => {
                let words = reworded(&after.clauses[parts.start], &edit.shown_runs(after));
                format!("Split in {}: {words}", parts.len())
            }
            Edit::Merged { before: parts, after: i, .. } => {
                format!(
                    "Merged from {}: {}",
                    parts.len(),
                    reworded(&after.clauses[*i], &edit.shown_runs(after))
                )
            }
            Edit::Kept { .. } => continue,
        });
        out.push('\n');
        for note in notes(edit, before, after) {
            out.push_str(&format!("  - {}\n", escape::markdown(&note)));
        }
    }
    out
}

fn head(out: &mut String, names: &[&str]) {
    if !out.is_empty() {
        out.push('\n');
    }
    if !names.is_empty() {
        let names: Vec<String> = names.iter().map(|name| escape::markdown(name)).collect();
        out.push_str(&format!("**{}**\n\n", names.join(" › ")));
    }
}

fn whole(clause: &Clause, sign: &str) -> String {
    format!("{}{}", mark(clause), signed(&clause.text, sign))
}

fn reworded(clause: &Clause, runs: &[Run]) -> String {
    let run = |run: &Run| match run {
        Run::Kept(text) => escape::markdown(text),
        Run::Removed(text) => signed(text, "~~"),
        Run::Added(text) => signed(text, "**"),
    };
    // Signs of two runs that touch would be read as one.
    let mut out = mark(clause);
    for text in runs.iter().map(run) {
        if out.ends_with('~') && text.starts_with('*') {
            out.push(' ');
        }
        out.push_str(&text);
    }
    out
}

fn mark(clause: &Clause) -> String {
    if clause.mark.is_empty() { String::new() } else { format!("{} ", escape::markdown(&clause.mark)) }
}

/// Text between signs, which must touch it: white space at its ends goes outside.
fn signed(text: &str, sign: &str) -> String {
    let words = text.trim();
    if words.is_empty() {
        return " ".repeat(usize::from(!text.is_empty()));
    }
    let lead = if text.starts_with(char::is_whitespace) { " " } else { "" };
    let trail = if text.ends_with(char::is_whitespace) { " " } else { "" };
    format!("{lead}{sign}{}{sign}{trail}", escape::markdown(words))
}
