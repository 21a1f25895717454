//! Under which headings a change stands.

use super::{Diff, Edit};
use crate::model::Text;

/// The headings above each edit of a diff.
///
/// A removed clause stands under headings of the text before; where those are still there, kept, moved or
/// reworded, it stands under what they are now.
pub struct Outline<'a> {
    before: &'a Text,
    after: &'a Text,
    before_paths: Vec<Vec<usize>>,
    after_paths: Vec<Vec<usize>>,
    /// Where each clause of the text before is now.
    now: Vec<Option<usize>>,
    /// The same, for clauses that weren't moved.
    stayed: Vec<Option<usize>>,
    /// The only heading of level 1.
    title: Option<Heading>,
}

/// A heading of either text, by its place in [`Text::clauses`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Heading {
    /// One of the text after.
    Standing(usize),
    /// One of the text before that is gone.
    Gone(usize),
}

impl<'a> Outline<'a> {
    /// The outline of a diff.
    pub fn new(before: &'a Text, after: &'a Text, diff: &Diff) -> Self {
        let (mut now, mut stayed) = (vec![None; before.clauses.len()], vec![None; before.clauses.len()]);
        for edit in &diff.edits {
            for before in edit.befores() {
                now[before] = edit.after();
                stayed[before] = edit.after().filter(|_| !matches!(edit, Edit::Moved { .. }));
            }
        }
        Self {
            before,
            after,
            before_paths: before.paths(),
            after_paths: after.paths(),
            now,
            stayed,
            title: title(after),
        }
    }

    /// The headings above a clause, outermost first.
    pub fn path(&self, edit: &Edit) -> Vec<Heading> {
        match (edit.after(), edit.before()) {
            (Some(after), _) => self.after_paths[after].iter().map(|i| Heading::Standing(*i)).collect(),
            (None, Some(before)) => match self.neighbour(before) {
                Some(after) => self.after_paths[after].iter().map(|i| Heading::Standing(*i)).collect(),
                None => self.before_paths[before].iter().map(|i| self.heading(*i)).collect(),
            },
            (None, None) => Vec::new(),
        }
    }

    /// Where the nearest clause of the same section is now: the headings of the two texts needn't match, as where
    /// one of them has bold paragraphs instead, but a clause that stayed shows which section this is.
    fn neighbour(&self, before: usize) -> Option<usize> {
        const NEAR: usize = 20;
        let path = &self.before_paths[before];
        let alike = |i: &usize| self.before_paths.get(*i) == Some(path);
        let stayed = |i: usize| self.stayed[i].filter(|_| self.before.clauses[i].level().is_none());
        let back = (0..before).rev().take(NEAR).take_while(alike).find_map(stayed);
        back.or_else(|| (before + 1..).take(NEAR).take_while(alike).find_map(stayed))
    }

    /// The path of the clauses below an edit, if its clause is a heading.
    pub fn path_below(&self, edit: &Edit) -> Option<Vec<Heading>> {
        let heading = match (edit.after(), edit.before()) {
            (Some(after), _) => self.after.clauses[after].level().map(|_| Heading::Standing(after)),
            (None, before) => before.and_then(|i| self.before.clauses[i].level().map(|_| self.heading(i))),
        }?;
        Some(self.path(edit).into_iter().chain([heading]).collect())
    }

    /// The words of a path's headings. The title of the document, its only heading of level 1, is left out
    /// where there is another to say.
    pub fn names(&self, path: &[Heading]) -> Vec<&'a str> {
        let titled = path.len() > 1 && self.title == path.first().copied();
        path.iter().skip(usize::from(titled)).map(|heading| self.name(*heading)).collect()
    }

    /// The section an edit is in: the innermost heading above it, or the clause itself if it is a heading.
    /// What stands directly under the title of the document is in none.
    pub fn section(&self, edit: &Edit) -> Option<&'a str> {
        let path = self.path_below(edit).unwrap_or_else(|| self.path(edit));
        path.last().filter(|heading| self.title != Some(**heading)).map(|heading| self.name(*heading))
    }

    /// Whether a path has nothing but the title of the document.
    pub fn is_top(&self, path: &[Heading]) -> bool {
        path.is_empty() || path.len() == 1 && self.title == path.first().copied()
    }

    /// The words of a path's headings, the title among them.
    pub fn full_names(&self, path: &[Heading]) -> Vec<&'a str> {
        path.iter().map(|heading| self.name(*heading)).collect()
    }

    fn name(&self, heading: Heading) -> &'a str {
        match heading {
            Heading::Standing(i) => &self.after.clauses[i].text,
            Heading::Gone(i) => &self.before.clauses[i].text,
        }
    }

    fn heading(&self, before: usize) -> Heading {
        self.now[before].map_or(Heading::Gone(before), Heading::Standing)
    }
}

fn title(text: &Text) -> Option<Heading> {
    let mut tops = text.clauses.iter().enumerate().filter(|(_, clause)| clause.level() == Some(1));
    let (first, _) = tops.next()?;
    tops.next().is_none().then_some(Heading::Standing(first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::compare;
    use crate::model::Clause;

    #[test]
    fn a_removed_clause_stands_under_what_its_headings_are_now() {
        let clauses = |heading: &str, last: &[&str]| {
            let mut clauses = vec![Clause::heading(1, "Terms"), Clause::heading(2, heading)];
            clauses.extend(last.iter().map(|text| Clause::paragraph(*text)));
            Text { clauses, ..Text::default() }
        };
        let before = clauses("Suspension", &["You may appeal to us.", "We decide."]);
        let after = clauses("Account suspension", &["We decide."]);
        let diff = compare(&before, &after);
        let outline = Outline::new(&before, &after, &diff);
        let gone = diff.edits.iter().find(|edit| edit.after().is_none()).unwrap();
        assert_eq!(outline.path(gone), [Heading::Standing(0), Heading::Standing(1)]);
        assert_eq!(outline.names(&outline.path(gone)), ["Account suspension"]);
        assert_eq!(outline.names(&[Heading::Standing(0)]), ["Terms"]);
    }
}
