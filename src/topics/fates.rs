//! What became of the clauses about a topic.

use super::passage::Passage;

/// How many clauses about something are new, gone or reworded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Fates {
    added: usize,
    removed: usize,
    reworded: usize,
}

impl Fates {
    /// Counts a clause.
    pub(super) fn count(&mut self, passage: &Passage<'_>) {
        let [removes, adds] = passage.changes();
        match (removes, adds, passage.words_kept()) {
            (false, _, 0) => self.added += 1,
            (_, false, 0) => self.removed += 1,
            _ => self.reworded += 1,
        }
    }

    /// `2 clauses about payment reworded, 1 added`; `None` where there is none. After the first of several the word
    /// `clauses` is understood.
    pub(super) fn about(&self, topic: &str, is_first: bool) -> Option<String> {
        let counts = [(self.reworded, "reworded"), (self.added, "added"), (self.removed, "removed")];
        let mut counts = counts.into_iter().filter(|(n, _)| *n > 0);
        let (n, what) = counts.next()?;
        let clauses = match (is_first, n) {
            (false, _) => "",
            (true, 1) => " clause",
            (true, _) => " clauses",
        };
        let rest: String = counts.map(|(n, what)| format!(", {n} {what}")).collect();
        Some(format!("{n}{clauses} about {topic} {what}{rest}"))
    }
}
