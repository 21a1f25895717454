//! A diff as JSON.

use serde_json::{Map, Value, json as value};

use crate::diff::outline::Outline;
use crate::diff::{Diff, Edit};
use crate::model::{Clause, Text};

/// A diff for programs; the keys are stable.
///
/// - `words_added`, `words_removed`: numbers of words.
/// - `unchanged`: the number of clauses that are exactly as they were.
/// - `edits`: what changed, in reading order, each with
///   - `kind`: `added`, `removed`, `reworded` or `moved`; or, where the words and the place are the same,
///     `renumbered` or `relinked`;
///   - `path`: the headings above the clause, outermost first;
///   - `before`, `after`: the clause as `{"clause", "text", "mark"}`, or null where there is none; `clause` is
///     its place in the text, from 0, and `mark` its numbering;
///   - `runs`, if reworded: its words in order as `{"op": "kept" | "removed" | "added", "text"}`;
///   - `links`, if any lead elsewhere: `{"removed": […], "added": […]}`.
pub fn json(before: &Text, after: &Text, diff: &Diff) -> Value {
    let outline = Outline::new(before, after, diff);
    let edits: Vec<Value> = diff
        .edits
        .iter()
        .filter_map(|edit| {
            let old = edit.before().map(|i| (i, &before.clauses[i]));
            let new = edit.after().map(|i| (i, &after.clauses[i]));
            let kind = kind(edit, old.map(|(_, c)| c), new.map(|(_, c)| c))?;
            let path: Vec<&str> = outline.full_names(&outline.path(edit));
            let mut fields = Map::new();
            fields.insert("kind".into(), kind.into());
            fields.insert("path".into(), path.into());
            fields.insert("before".into(), old.map_or(Value::Null, clause));
            fields.insert("after".into(), new.map_or(Value::Null, clause));
            if let Edit::Reworded { runs, .. } = edit {
                fields.insert("runs".into(), value!(runs));
            }
            if let (Some((_, old)), Some((_, new))) = (old, new)
                && old.links != new.links
            {
                let (removed, added) = links(old, new);
                fields.insert("links".into(), value!({ "removed": removed, "added": added }));
            }
            Some(Value::Object(fields))
        })
        .collect();
    value!({
        "words_added": diff.words_added(after),
        "words_removed": diff.words_removed(before),
        "unchanged": diff.edits.len() - edits.len(),
        "edits": edits,
    })
}

/// The links that a clause no longer has, and those that are new in it.
pub(super) fn links<'a>(old: &'a Clause, new: &'a Clause) -> (Vec<&'a str>, Vec<&'a str>) {
    let only = |these: &'a Clause, those: &Clause| {
        these.links.iter().filter(|link| !those.links.contains(link)).map(String::as_str).collect()
    };
    (only(old, new), only(new, old))
}

fn kind(edit: &Edit, old: Option<&Clause>, new: Option<&Clause>) -> Option<&'static str> {
    let differs = |what: fn(&Clause) -> (&str, &[String])| old.map(what) != new.map(what);
    match edit {
        Edit::Added { .. } => Some("added"),
        Edit::Removed { .. } => Some("removed"),
        Edit::Reworded { .. } => Some("reworded"),
        Edit::Moved { .. } => Some("moved"),
        Edit::Kept { .. } if differs(|c| (&c.mark, &[])) => Some("renumbered"),
        Edit::Kept { .. } if differs(|c| ("", &c.links)) => Some("relinked"),
        Edit::Kept { .. } => None,
    }
}

fn clause((place, clause): (usize, &Clause)) -> Value {
    value!({ "clause": place, "text": clause.text, "mark": clause.mark })
}
