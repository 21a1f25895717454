//! The notice about a change.

use super::excerpt::{excerpts, weightiest};
use super::wording::{capitalised, counts, days_left, ending, in_force, places};
use crate::diff::Diff;
use crate::diff::outline::Outline;
use crate::model::{Change, EffectiveDate, EffectiveKind, News, Notice, Severity, Source, Text, Topic};

/// The most topics that a subject names: the weightiest.
const TOPICS: usize = 3;

/// The notice that a policy changed; its id is the change's.
pub fn changed(source: &Source, change: &Change, before: &Text, after: &Text, diff: &Diff) -> Notice {
    let first = weightiest(before, after, diff);
    let (excerpts, cut) = excerpts(before, after, diff, &first);
    let what = what_and_where(diff, before, after, &first);
    Notice {
        id: change.id.clone(),
        news: News::Changed,
        source: source.id.clone(),
        service: source.service.clone(),
        terms: source.terms.clone(),
        url: source.url.to_string(),
        at: change.at,
        previous_at: Some(change.previous_at),
        severity: change.severity,
        topics: change.topics.clone(),
        reasons: change.reasons.clone(),
        effective: change.effective,
        subject: subject(source, change, &what),
        summary: summary(change, &what, !first.is_empty()),
        words_added: change.words_added,
        words_removed: change.words_removed,
        excerpts,
        cut,
        more: format!("fineprint diff {} {}..{}", source.id, change.from, change.to),
        folded: Vec::new(),
    }
}

/// A first line, with how serious it is before and what it is about behind: `[critical] … (suspension and termination)`.
/// What makes it critical is named first.
pub(super) fn headed(severity: Severity, topics: &[Topic], line: &str) -> String {
    let mut ranked: Vec<&Topic> = topics.iter().collect();
    if severity == Severity::Critical {
        ranked.sort_by_key(|topic| !topic.is_critical());
    }
    let named: Vec<String> = ranked.into_iter().take(TOPICS).map(Topic::label).collect();
    let more = if topics.len() > TOPICS { " …" } else { "" };
    let about = if named.is_empty() { String::new() } else { format!(" ({}{more})", named.join(", ")) };
    format!("[{severity}] {line}{about}")
}

/// What changed and where, in a line: `1 clause reworded, 1 added under “Suspension”`.
pub fn summary_line(diff: &Diff, before: &Text, after: &Text) -> String {
    capitalised(&what_and_where(diff, before, after, &weightiest(before, after, diff)))
}

/// What changed, in a line, without where: `1 clause reworded, 1 added`.
pub fn counts_line(diff: &Diff, before: &Text, after: &Text) -> String {
    counts(diff, before, after)
}

fn what_and_where(diff: &Diff, before: &Text, after: &Text, first: &[usize]) -> String {
    let outline = Outline::new(before, after, diff);
    format!("{}{}", counts(diff, before, after), places(diff, &outline, first))
}

/// What changed and where, how serious, and from when; what is still ahead is said first.
fn subject(source: &Source, change: &Change, what: &str) -> String {
    let line = format!("{} · {} changed: {what}", source.service, source.terms);
    let subject = headed(change.severity, &change.topics, &line);
    let is_past = change.effective.is_none_or(|date| days_left(date, change.at) < 0);
    match (change.effective, next_end(change)) {
        (_, Some(end)) if is_past => format!("{subject}, {}", ending(end.date, change.at)),
        (Some(date), _) => format!("{subject}, {}", in_force(date, change.at)),
        (None, _) => subject,
    }
}

/// What is said of a change that is more than wording and names no day: a reader looks for one otherwise.
pub const UNDATED: &str = "no date of effect found in the text";

/// Whether a change is more than wording and names no day.
pub fn is_undated(change: &Change) -> bool {
    change.severity > Severity::Minor && change.effective.is_none() && change.dates.is_empty()
}

/// The next day ahead on which something ends.
fn next_end(change: &Change) -> Option<&EffectiveDate> {
    let is_ahead = |d: &&EffectiveDate| d.kind == EffectiveKind::Ends && days_left(d.date, change.at) >= 0;
    change.dates.iter().find(is_ahead)
}

fn summary(change: &Change, what: &str, is_ranked: bool) -> String {
    let mut summary = format!("{}.", capitalised(what));
    let words = |n: u64| if n == 1 { "1 word".to_owned() } else { format!("{n} words") };
    match (change.words_added, change.words_removed) {
        (0, 0) => {}
        (added, 0) => summary.push_str(&format!(" {} added.", words(added))),
        (0, removed) => summary.push_str(&format!(" {} removed.", words(removed))),
        (added, removed) => summary.push_str(&format!(" {} added, {removed} removed.", words(added))),
    }
    if let Some(effective) = change.effective {
        summary.push_str(&format!(" {}, says the text.", capitalised(&in_force(effective, change.at))));
    }
    if let Some(end) = next_end(change) {
        summary.push_str(&format!(" {}: “{}”", capitalised(&ending(end.date, change.at)), end.sentence));
    }
    if is_undated(change) {
        summary.push_str(&format!(" {}.", capitalised(UNDATED)));
    }
    if is_ranked {
        summary.push_str(" The weightiest clauses come first.");
    }
    summary
}
