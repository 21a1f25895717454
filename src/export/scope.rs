//! Which part of a history answers a question.

use std::ops::RangeInclusive;

use jiff::Timestamp;

use super::history::{Line, Stand, around};
use super::{Error, Question, words};
use crate::store::KnownSource;

/// The part of a source's history that a bundle shows.
pub(super) struct Scope<'h> {
    pub(super) source: &'h KnownSource,
    pub(super) question: Question,
    /// What the chain says, from the first look on.
    pub(super) lines: &'h [Line],
    /// The versions shown, oldest first: those asked for, and for one time those before and after it.
    pub(super) stands: &'h [Stand],
    /// Which of `stands` were asked for.
    pub(super) asked: RangeInclusive<usize>,
}

impl<'h> Scope<'h> {
    pub(super) fn of(
        source: &'h KnownSource,
        question: Question,
        lines: &'h [Line],
        stands: &'h [Stand],
    ) -> Result<Self, Error> {
        let (Some(first), Some(latest)) = (stands.first(), stands.len().checked_sub(1)) else {
            return Err(Error::Unread(source.id.clone()));
        };
        let later = || Error::Later { source_id: source.id.clone(), first: words::time(first.first) };
        let in_force = |at: Timestamp| stands.iter().rposition(|stand| stand.first <= at).ok_or_else(later);
        let (shown, asked) = match question {
            // What it said before and afterwards shows where it begins and ends.
            Question::At(at) => {
                let asked = in_force(at)?;
                (asked.saturating_sub(1)..=(asked + 1).min(latest), asked..=asked)
            }
            Question::Between(since, until) => {
                // What was before the first version isn't known.
                let from = since.and_then(|since| in_force(since).ok()).unwrap_or(0);
                let to = until.map_or(Ok(latest), in_force)?;
                (from.min(to)..=to, from.min(to)..=to)
            }
        };
        let asked = asked.start() - shown.start()..=asked.end() - shown.start();
        Ok(Self { source, question, lines, stands: &stands[shown], asked })
    }

    /// The looks while these versions stood.
    pub(super) fn looks(&self) -> &'h [Line] {
        let (Some(first), Some(last)) = (self.stands.first(), self.stands.last()) else { return &[] };
        &self.lines[first.lines.start..last.lines.end]
    }

    /// The version that was in force at the time asked for, or the latest of those asked for.
    pub(super) fn stand(&self) -> &'h Stand {
        &self.stands[*self.asked.end()]
    }

    /// The look before the time asked for and the one after it.
    pub(super) fn around(&self, at: Timestamp) -> (Option<&'h Line>, Option<&'h Line>) {
        around(self.lines, at)
    }

    /// Whether the latest look of all is among those shown.
    pub(super) fn reaches_the_present(&self) -> bool {
        self.stands.last().is_some_and(|stand| stand.lines.end == self.lines.len())
    }

    /// `larkwing-acceptable-use-policy-2026-03-01`
    pub(super) fn name(&self) -> String {
        let id = self.source.id.as_str().replace('/', "-");
        let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
        match self.question {
            Question::At(at) => format!("{id}-{}", day(at)),
            Question::Between(..) => {
                let to = self.looks().last().map_or(self.stand().last, |line| line.at);
                format!("{id}-{}-to-{}", day(self.stands[*self.asked.start()].first), day(to))
            }
        }
    }

    /// Every look for a spreadsheet: when, what it brought, the SHA-256 of the page.
    pub(super) fn csv(&self) -> Vec<u8> {
        let mut csv = "entry,at,outcome,status,version,sha256,detail\n".to_owned();
        for line in self.looks().iter().filter(|line| line.kind == "check") {
            let outcome = line.outcome.map(|outcome| outcome.to_string()).unwrap_or_default();
            let status = line.status.map(|status| status.to_string()).unwrap_or_default();
            let version = line.version.as_ref().map(|version| version.number.to_string()).unwrap_or_default();
            let (sha256, detail) =
                (line.body().unwrap_or_default(), line.detail.as_deref().unwrap_or_default());
            let (id, at, detail) = (line.id, words::instant(line.at), cell(detail));
            csv += &format!("{id},{at},{outcome},{status},{version},{sha256},{detail}\n");
        }
        csv.into_bytes()
    }
}

/// A cell with any text: one that began with `=` would be a formula.
fn cell(text: &str) -> String {
    let text = words::line(text);
    let guard = if text.starts_with(['=', '+', '-', '@', '\t']) { "'" } else { "" };
    if text.is_empty() { text } else { format!("\"{guard}{}\"", text.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text_and_nothing_else() {
        assert_eq!(cell(""), "");
        assert_eq!(cell("a, \"b\"\nc"), "\"a, \"\"b\"\" c\"");
        assert_eq!(cell("=HYPERLINK(1)"), "\"'=HYPERLINK(1)\"");
    }
}
