//! A diff as JSON.

use serde_json::{Map, Value, json as value};

use super::blocks::told;
use crate::diff::facts::FactChange;
use crate::diff::outline::Outline;
use crate::diff::{Diff, Edit};
use crate::model::{Clause, Text};

/// A diff for programs; the keys are stable.
///
/// - `words_added`, `words_removed`: numbers of words.
/// - `unchanged`: the number of clauses that are exactly as they were.
/// - `edits`: what changed, in reading order, each with
///   - `kind`: `added`, `removed`, `reworded`, `moved`, `split` or `merged`; or, where the words and the place are
///     the same, `renumbered` or `relinked`;
///   - `path`: the headings above the clause, outermost first;
///   - `before`, `after`: the clause as `{"clause", "text", "mark"}`, or null where there is none; `clause` is
///     its place in the text, from 0, and `mark` its numbering;
///   - `parts`, if split or merged: all clauses that it became, or was made of, as `before` and `after`, which are the
///     first of them;
///   - `runs`, if reworded, split or merged: its words in order as `{"op": "kept" | "removed" | "added", "text"}`,
///     with a line feed where one part ends and the next begins;
///   - `facts`, if any came or went in reworded words: `{"kind", "removed": […], "added": […]}`, where `kind` is
///     `negation`, `date`, `amount`, `percentage`, `number` or `place`;
///   - `list`, if the words have one that changed: `{"removed": […], "added": […]}`, both empty where only the order
///     changed;
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
            if let Some(runs) = edit.runs() {
                fields.insert("runs".into(), value!(runs));
                say_what(&mut fields, edit, before, after);
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

/// The parts of a clause, and what to look at in its words.
fn say_what(fields: &mut Map<String, Value>, edit: &Edit, before: &Text, after: &Text) {
    let parts = match edit {
        Edit::Split { after: parts, .. } => Some((parts, after)),
        Edit::Merged { before: parts, .. } => Some((parts, before)),
        _ => None,
    };
    if let Some((parts, text)) = parts {
        let parts: Vec<Value> = parts.clone().map(|i| clause((i, &text.clauses[i]))).collect();
        fields.insert("parts".into(), parts.into());
    }
    let (facts, list) = told(edit, before, after);
    if !facts.is_empty() {
        let fact = |fact: &FactChange| value!({ "kind": fact.kind.name(), "removed": fact.removed, "added": fact.added });
        fields.insert("facts".into(), facts.iter().map(fact).collect());
    }
    if let Some(list) = list {
        fields.insert("list".into(), value!({ "removed": list.removed, "added": list.added }));
    }
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
        Edit::Split { .. } => Some("split"),
        Edit::Merged { .. } => Some("merged"),
        Edit::Kept { .. } if differs(|c| (&c.mark, &[])) => Some("renumbered"),
        Edit::Kept { .. } if differs(|c| ("", &c.links)) => Some("relinked"),
        Edit::Kept { .. } => None,
    }
}

fn clause((place, clause): (usize, &Clause)) -> Value {
    value!({ "clause": place, "text": clause.text, "mark": clause.mark })
}
