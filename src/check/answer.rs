//! An API's answer and what is known of it → what is recorded: pure.

use jiff::Timestamp;

use super::weigh::{self, Known};
use crate::answer::{self, Assessment, Hold, Parts, Status};
use crate::fetch;
use crate::judge::Verdict;
use crate::model::{Change, Severity, Snapshot, Source, Text, Topic, Watch};
use crate::store::Record;
use crate::topics;

/// Weighs an answer that was read as `text`; `unmatched` names what is watched and isn't there.
pub(super) fn weigh(
    (source, watch): (&Source, &Watch),
    known: &Known,
    page: Snapshot,
    (text, unmatched): (Text, Vec<String>),
    next_check: Timestamp,
) -> Record {
    let mut hold = Hold::from_bytes(&known.memory);
    let last_fine = hold.last_fine().cloned();
    let latest = known.latest.as_ref();
    let status = Parts::of(&text).status;
    let at = page.fetched_at;
    let said = said(&page, status);
    let verdict = answer::judge(&text, latest.map(|version| &version.text), at, &mut hold);
    let mut record = match (verdict, latest) {
        (Verdict::Unusable(why), _) => weigh::unusable(source, known, page, with(why, said), next_check),
        (Verdict::Held(why), _) => {
            let retry_after = fetch::retry_after(&page, at);
            let record = weigh::held(source, known, page, with(why, said), next_check);
            Record {
                next_check: retry_after.map_or(record.next_check, |at| at.max(record.next_check)),
                ..record
            }
        }
        (Verdict::Changed(why), Some(before)) => {
            let (was, is) = (Parts::of(&before.text), Parts::of(&text));
            let assessed = answer::assess(&was, &is, last_fine.as_ref(), watch);
            let describe = |change| described(source, change, assessed, said);
            weigh::changed_so(source, known, page, text, (why, next_check), describe)
        }
        (Verdict::First | Verdict::Changed(_), _) => weigh::first(source, page, text, next_check),
        (Verdict::Unchanged(slight), _) => weigh::unchanged(source, page, slight, next_check),
    };
    if record.check.outcome.is_accepted() {
        record.warning = Some(warning(status, &unmatched));
    }
    let memory = hold.to_bytes();
    record.memory = (memory != known.memory).then_some(memory);
    record
}

/// What a failing API says for itself, and where the key was not sent.
fn said(page: &Snapshot, status: Status) -> Option<String> {
    if status.is_fine() {
        return None;
    }
    let words = answer::message(page).map(|words| format!("it says “{words}”"));
    let host = page.final_url.host_str().unwrap_or_default();
    let elsewhere = (page.url.origin() != page.final_url.origin())
        .then(|| format!("it redirected to {host}, where no key is sent"));
    let said: Vec<String> = elsewhere.into_iter().chain(words).collect();
    (!said.is_empty()).then(|| said.join("; "))
}

fn with(why: String, said: Option<String>) -> String {
    said.map_or_else(|| why.clone(), |said| format!("{why}; {said}"))
}

/// What is wrong with an answer that is known and stays as it is.
fn warning(status: Status, unmatched: &[String]) -> Option<String> {
    match status.is_fine() {
        true => weigh::warning(unmatched, "the answer has no"),
        false => Some(format!("the API answers {status}")),
    }
}

/// A change of access: what it is about is known, and how serious was assessed; rules of the configuration have the
/// last word.
fn described(source: &Source, change: Change, assessed: Assessment, said: Option<String>) -> Change {
    let Assessment { severity, lines } = assessed;
    let (severity, why) = match topics::by_own_rules(&[Topic::AccessLimits], &lines, &source.topics) {
        Some(ruled) => ruled,
        None => (severity, meaning(severity).to_owned()),
    };
    let mut reasons = vec![format!("{severity}: {why}")];
    reasons.extend(lines.iter().map(|line| format!("{}: {line}", Topic::AccessLimits)));
    reasons.extend(said);
    let summary = match lines.as_slice() {
        [] => change.summary.clone(),
        [only] => only.clone(),
        [first, rest @ ..] => format!("{first}; and {} more", rest.len()),
    };
    Change {
        severity,
        topics: vec![Topic::AccessLimits],
        reasons,
        effective: None,
        dates: Vec::new(),
        summary,
        ..change
    }
}

fn meaning(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "your access is lost, or what you need of it",
        Severity::Major => "your access is another",
        Severity::Minor => "your access is no less than it was",
    }
}
