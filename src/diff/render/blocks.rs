//! A diff as the blocks that are shown of it: what a terminal, a page and a mail have in common.

use std::borrow::Cow;
use std::collections::HashSet;

use super::json;
use super::stretch::{self, Shown};
use crate::diff::facts::{self, FactChange, FactKind};
use crate::diff::lists::{self, ListChange};
use crate::diff::outline::{Heading, Outline};
use crate::diff::{Diff, Edit};
use crate::model::{Clause, Run, Text};

/// Of clauses moved together, this many are shown.
const MOVED_SHOWN: usize = 3;
/// So many numbers that became as many others aren't listed below their clause.
const MANY: usize = 3;

/// What is shown, in reading order.
#[derive(Debug)]
pub(super) enum Block<'a> {
    /// The headings above what follows, outermost first; none where another part begins that needs no name.
    Path(Vec<&'a str>),
    /// A clause.
    Entry(Entry<'a>),
    /// A section that was moved: its heading, and how many clauses came with it.
    Section(&'a Clause, usize),
    /// So many more clauses moved with those above.
    MovedOn(usize),
    /// A list of short entries, as a set.
    List(List<'a>),
    /// Clauses left out, and how many of them have another number.
    Unchanged { clauses: usize, renumbered: usize },
}

/// A clause that is shown.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) fate: Fate,
    /// The clause as it is now, or as it was where it is gone.
    pub(super) clause: &'a Clause,
    /// Its numbering before, where that was another.
    pub(super) old_mark: Option<&'a str>,
    /// Its words in order, where some of them changed.
    pub(super) runs: Cow<'a, [Run]>,
    /// In which language its negations are known.
    pub(super) language: Option<&'static str>,
    /// The numbers, dates, places and negations that came and went in it.
    pub(super) facts: Vec<FactChange>,
    /// The clause as it was, where it was written anew.
    pub(super) old: Option<&'a Clause>,
    /// What became of the list in it.
    pub(super) list: Option<ListChange>,
    /// The links that it no longer has, and those that are new in it.
    pub(super) links: (Vec<&'a str>, Vec<&'a str>),
}

/// What became of a clause, for its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing: it stands beside a change.
    Context,
    /// Only its links lead elsewhere.
    Relinked,
    Moved,
    Added,
    Removed,
    Reworded,
    /// So few of its words stayed that both texts are read whole.
    Rewritten,
    /// So many parts of it stand there now.
    Split(usize),
    /// It stands in the place of so many.
    Merged(usize),
}

/// What became of a list of short clauses.
#[derive(Debug)]
pub(super) struct List<'a> {
    pub(super) removed: Vec<&'a str>,
    pub(super) added: Vec<&'a str>,
    /// How many stand in another order.
    pub(super) moved: usize,
}

/// The blocks of a diff, with so many unchanged clauses beside each change.
pub(super) fn blocks<'a>(
    before: &'a Text,
    after: &'a Text,
    diff: &'a Diff,
    context: usize,
) -> Vec<Block<'a>> {
    let relinked: HashSet<usize> = diff.relinked(before, after).map(|(_, after)| after).collect();
    let outline = Outline::new(before, after, diff);
    let mut script = Script { before, after, outline, relinked, blocks: Vec::new(), path: None };
    for stretch in stretch::stretches(diff, context, &script) {
        let edits = &diff.edits[stretch.edits.clone()];
        match stretch.shown {
            Shown::Whole => edits.iter().for_each(|edit| script.show(edit)),
            Shown::Moved => script.show_moved(edits),
            Shown::Listed => script.show_list(edits),
            Shown::Folded => script.fold(edits, stretch.edits.len() < diff.edits.len()),
        }
    }
    script.blocks
}

/// What is written so far, and where in the text.
pub(super) struct Script<'a> {
    pub(super) before: &'a Text,
    pub(super) after: &'a Text,
    pub(super) outline: Outline<'a>,
    /// Clauses of the text after whose links lead elsewhere.
    relinked: HashSet<usize>,
    blocks: Vec<Block<'a>>,
    /// The headings under which the last shown clause stood.
    path: Option<Vec<Heading>>,
}

impl<'a> Script<'a> {
    /// Whether an edit is worth a line.
    pub(super) fn is_news(&self, edit: &Edit) -> bool {
        !edit.is_kept() || edit.after().is_some_and(|i| self.relinked.contains(&i))
    }

    pub(super) fn is_heading(&self, edit: &Edit) -> bool {
        self.outline.path_below(edit).is_some()
    }

    fn show(&mut self, edit: &'a Edit) {
        self.head(edit);
        let (before, after) = (self.before, self.after);
        match edit {
            Edit::Kept { after: i, .. } => {
                let fate = if self.is_news(edit) { Fate::Relinked } else { Fate::Context };
                self.entry(edit, fate, &after.clauses[*i]);
            }
            Edit::Moved { after: i, .. } => self.entry(edit, Fate::Moved, &after.clauses[*i]),
            Edit::Added { after: i } => self.entry(edit, Fate::Added, &after.clauses[*i]),
            Edit::Removed { before: i } => self.entry(edit, Fate::Removed, &before.clauses[*i]),
            Edit::Split { after: parts, .. } => {
                self.entry(edit, Fate::Split(parts.len()), &after.clauses[parts.start]);
            }
            Edit::Merged { before: parts, after: i, .. } => {
                self.entry(edit, Fate::Merged(parts.len()), &after.clauses[*i]);
            }
            Edit::Reworded { before: b, after: a, runs } => {
                if runs.iter().any(|run| matches!(run, Run::Kept(_))) {
                    self.entry(edit, Fate::Reworded, &after.clauses[*a]);
                } else {
                    self.entry(edit, Fate::Rewritten, &after.clauses[*a]);
                    if let Some(Block::Entry(entry)) = self.blocks.last_mut() {
                        entry.old = Some(&before.clauses[*b]);
                    }
                }
            }
        }
        self.path = self.outline.path_below(edit).or(self.path.take());
    }

    fn entry(&mut self, edit: &'a Edit, fate: Fate, clause: &'a Clause) {
        let (old, new) =
            (edit.before().map(|i| &self.before.clauses[i]), edit.after().map(|i| &self.after.clauses[i]));
        let mut entry = Entry::new(fate, clause);
        if let (Some(old), Some(new)) = (old, new) {
            entry.old_mark = (old.mark != new.mark).then_some(old.mark.as_str());
            entry.links = json::links(old, new);
        }
        if let Some(runs) = edit.runs().filter(|_| fate != Fate::Rewritten) {
            entry.runs = match edit {
                Edit::Reworded { .. } => Cow::Borrowed(runs),
                _ => Cow::Owned(edit.shown_runs(self.after)),
            };
            entry.language = facts::language([&entry.clause.text, ""], &self.after.language);
            (entry.facts, entry.list) = told(edit, self.before, self.after);
        }
        self.blocks.push(Block::Entry(entry));
    }

    /// The headings above a clause, when they aren't those of the clause shown before it.
    fn head(&mut self, edit: &Edit) {
        let path = self.outline.path(edit);
        if self.path.as_ref() == Some(&path) {
            return;
        }
        // A section that is itself the news needs no line that it stands in the document, nor that it follows another
        // one in the same section.
        let follows = self.path.as_ref().is_some_and(|shown| shown.starts_with(&path));
        let says = !(self.is_heading(edit) && (follows || self.outline.is_top(&path)));
        self.blocks.push(Block::Path(if says { self.outline.names(&path) } else { Vec::new() }));
        self.path = Some(path);
    }

    /// A section that was moved, or clauses moved together: the first few, and how many more.
    fn show_moved(&mut self, edits: &'a [Edit]) {
        let heading = edits[0].after().map(|i| &self.after.clauses[i]).filter(|c| c.level().is_some());
        if let Some(heading) = heading {
            self.head(&edits[0]);
            self.blocks.push(Block::Section(heading, edits.len() - 1));
            self.path = None;
            return;
        }
        // One more line for "1 more" would say less than the clause itself.
        let shown = if edits.len() <= MOVED_SHOWN + 1 { edits.len() } else { MOVED_SHOWN };
        edits[..shown].iter().for_each(|edit| self.show(edit));
        if let rest @ 1.. = edits.len() - shown {
            self.blocks.push(Block::MovedOn(rest));
            // What follows may stand under a heading among those left out.
            self.path = None;
        }
    }

    /// A list of short clauses as a set.
    fn show_list(&mut self, edits: &'a [Edit]) {
        self.head(&edits[0]);
        let (before, after) = (self.before, self.after);
        let mut list = List { removed: Vec::new(), added: Vec::new(), moved: 0 };
        for edit in edits {
            match edit {
                Edit::Removed { before: i } => list.removed.push(&before.clauses[*i].text),
                Edit::Added { after: i } => list.added.push(&after.clauses[*i].text),
                Edit::Moved { .. } => list.moved += 1,
                _ => {}
            }
        }
        self.blocks.push(Block::List(list));
    }

    fn fold(&mut self, edits: &[Edit], beside_changes: bool) {
        let clauses = edits.iter().filter(|edit| !self.is_heading(edit)).count();
        let renumbered = edits.iter().filter(|edit| self.is_renumbered(edit)).count();
        if renumbered > 0 || clauses > 0 && beside_changes {
            self.blocks.push(Block::Unchanged { clauses, renumbered });
        }
    }

    fn is_renumbered(&self, edit: &Edit) -> bool {
        let (Some(before), Some(after)) = (edit.before(), edit.after()) else { return false };
        self.before.clauses[before].mark != self.after.clauses[after].mark
    }
}

impl<'a> Entry<'a> {
    pub(super) fn new(fate: Fate, clause: &'a Clause) -> Self {
        let (runs, facts) = (Cow::Borrowed(&[][..]), Vec::new());
        Self {
            fate,
            clause,
            old_mark: None,
            runs,
            language: None,
            facts,
            old: None,
            list: None,
            links: Default::default(),
        }
    }
}

/// What is to be told of the words that changed in a clause.
pub(super) fn told(edit: &Edit, before: &Text, after: &Text) -> (Vec<FactChange>, Option<ListChange>) {
    let (old, new) = (edit.old_words(before), edit.new_words(after));
    let list = lists::change(&old, &new);
    let mut facts = facts::changes(&old, &new, &after.language);
    // A list says which places came and went.
    facts.retain(|fact| fact.kind != FactKind::Place || list.is_none());
    (facts, list)
}

/// What came and went, in words: `30 → 14` one for one, else `removed: Hong Kong; added: —`.
pub(super) fn came_and_went<T: AsRef<str>>(removed: &[T], added: &[T]) -> String {
    if let ([old], [new]) = (removed, added) {
        return format!("{} → {}", old.as_ref(), new.as_ref());
    }
    let named = |entries: &[T]| match entries {
        [] => "—".to_owned(),
        _ => entries.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", "),
    };
    format!("removed: {}; added: {}", named(removed), named(added))
}

/// The notes below a clause: `number: 30 → 14`, `list: removed: Hong Kong; added: —`.
pub(super) fn notes(entry: &Entry<'_>) -> Vec<String> {
    let facts = if is_plain(&entry.runs) { &[] } else { &entry.facts[..] };
    said(facts, entry.list.as_ref())
}

/// Whether a clause is so short, and so little changed in it, that a reader sees at once what: its facts needn't be said
/// again below it.
fn is_plain(runs: &[Run]) -> bool {
    const SHORT: usize = 200;
    let length: usize = runs.iter().map(|run| run.text().len()).sum();
    let sites = runs.split(|run| matches!(run, Run::Kept(_))).filter(|site| !site.is_empty()).count();
    length <= SHORT && sites <= 1
}

/// The same, of an edit.
pub(super) fn edit_notes(edit: &Edit, before: &Text, after: &Text) -> Vec<String> {
    if edit.runs().is_none_or(|runs| !runs.iter().any(|run| matches!(run, Run::Kept(_)))) {
        return Vec::new();
    }
    let (mut facts, list) = told(edit, before, after);
    if is_plain(edit.runs().unwrap_or_default()) {
        facts.clear();
    }
    said(&facts, list.as_ref())
}

fn said(facts: &[FactChange], list: Option<&ListChange>) -> Vec<String> {
    let list = list.into_iter().map(|list| match list.is_reordered() {
        true => "list: the same entries in another order".to_owned(),
        false => format!("list: {}", came_and_went(&list.removed, &list.added)),
    });
    let fact = |fact: &FactChange| {
        let FactChange { kind, removed, added } = fact;
        match (&removed[..], &added[..]) {
            (removed, added) if *kind == FactKind::Place => {
                format!("place: {}", came_and_went(removed, added))
            }
            ([], added) => format!("{} added: {}", kind.name(), added.join(", ")),
            (removed, []) => format!("{} removed: {}", kind.name(), removed.join(", ")),
            (removed, added) => format!("{}: {}", kind.name(), came_and_went(removed, added)),
        }
    };
    // Many numbers for others are those of an address or a table: they are read in their places.
    let is_telling =
        |fact: &&FactChange| fact.kind != FactKind::Number || fact.removed.len().min(fact.added.len()) < MANY;
    list.chain(facts.iter().filter(is_telling).map(fact)).collect()
}

impl List<'_> {
    /// `removed: Hong Kong; added: —; 3 in another place`
    pub(super) fn told(&self) -> String {
        let set = match (&self.removed[..], &self.added[..]) {
            ([], []) => None,
            (removed, added) => Some(came_and_went(removed, added)),
        };
        let moved = (self.moved > 0).then(|| format!("{} in another place", self.moved));
        set.into_iter().chain(moved).collect::<Vec<_>>().join("; ")
    }
}
