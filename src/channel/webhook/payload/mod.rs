//! The JSON a receiver gets: [`Payload`] is its reference.

mod cut;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::model::{ExcerptKind, News, Notice, NoticeId, Severity, SourceId, Topic};
use cut::clipped;

/// The bytes a body stays under, as Standard Webhooks recommends.
const LIMIT: usize = 20_000;

/// The body of a webhook. Keys are only ever added; an unknown `type` or key is to be ignored.
#[derive(Serialize)]
struct Payload<'n> {
    /// `policy.changed`, `policy.pinned`, `policy.effective`, `policy.unreviewed`, `source.degraded`,
    /// `source.recovered`, `source.blind` or `fineprint.test`.
    r#type: &'static str,
    /// When it was seen, RFC 3339 in UTC.
    timestamp: Timestamp,
    data: Data<'n>,
}

/// What is told.
#[derive(Serialize)]
struct Data<'n> {
    /// As in the header `webhook-id`: the same at every attempt.
    id: &'n NoticeId,
    source: &'n SourceId,
    service: String,
    terms: String,
    url: String,
    /// For a change: when the version before was first seen.
    previous_at: Option<Timestamp>,
    severity: Severity,
    topics: &'n [Topic],
    /// Why it is that serious, and why it has each of its topics: lines for people.
    reasons: Vec<String>,
    /// The day from which the new text says it is in force.
    effective: Option<Date>,
    /// One line: what changed, where, how serious.
    subject: String,
    /// One or two sentences.
    summary: String,
    words_added: u64,
    words_removed: u64,
    /// The changed clauses, in reading order, as many as fit.
    diff: Vec<Clause>,
    /// How many changed clauses are missing from `diff`, or shortened in it.
    cut: usize,
    /// The command that shows all of it.
    more: String,
}

/// A changed clause.
#[derive(Serialize)]
struct Clause {
    /// The headings above it, outermost first.
    path: Vec<String>,
    /// `added`, `removed` or `reworded`.
    kind: ExcerptKind,
    /// The words that are gone, empty if none; stretches that stood apart are joined by ` … `.
    removed: String,
    /// The words that are new, likewise.
    added: String,
    /// The clause itself: its words in order, each stretch with what became of it.
    text: Vec<Stretch>,
}

/// Words that share a fate.
#[derive(Serialize)]
struct Stretch {
    /// `kept`, `removed` or `added`.
    op: &'static str,
    text: String,
}

/// A notice as JSON, always under 20,000 bytes, whatever its size.
///
/// Long clauses are shortened first (with `…`), so that a huge one doesn't hide the others; then the last clauses
/// are left out. `data.cut` counts both and `data.more` names the command that shows the rest.
///
/// ```json
/// {"type": "policy.changed", "timestamp": "2026-03-01T12:00:00Z", "data": {
///   "id": "chg_…", "source": "acme/terms", "service": "Acme", "terms": "Terms", "url": "https://acme.example/terms",
///   "previous_at": "2025-11-02T06:00:00Z", "severity": "critical", "topics": ["suspension_termination"],
///   "reasons": ["…"], "effective": "2026-04-01", "subject": "…", "summary": "…", "words_added": 2, "words_removed": 1,
///   "diff": [{"path": ["Terms", "Suspension"], "kind": "reworded", "removed": "30 days'", "added": "no",
///             "text": [{"op": "kept", "text": "We suspend accounts with "}, {"op": "removed", "text": "30 days'"},
///                      {"op": "added", "text": "no"}, {"op": "kept", "text": " notice."}]}],
///   "cut": 0, "more": "fineprint diff acme/terms 3..4"}}
/// ```
pub fn encode(notice: &Notice) -> Vec<u8> {
    let mut cut = notice.cut;
    let mut payload = without_clauses(notice);
    let mut room = LIMIT.saturating_sub(json(&payload).len() + 1);
    let mut whole = true;
    for excerpt in &notice.excerpts {
        let (clause, shortened) = cut::clause(excerpt);
        let size = json(&clause).len() + 1;
        // Once one is left out so is all that follows: a gap in the middle would mislead.
        whole &= size <= room;
        if whole {
            room -= size;
            payload.data.diff.push(clause);
        }
        cut = cut.saturating_add(usize::from(shortened || !whole));
    }
    payload.data.cut = cut;
    json(&payload)
}

/// All but the clauses, each text within its own bound, some 8 kB in all; `cut` at its widest, to measure with.
fn without_clauses(notice: &Notice) -> Payload<'_> {
    Payload {
        r#type: match notice.news {
            News::Changed => "policy.changed",
            News::Pinned => "policy.pinned",
            News::Effective => "policy.effective",
            News::Unreviewed => "policy.unreviewed",
            News::Degraded => "source.degraded",
            News::Recovered => "source.recovered",
            News::Blind => "source.blind",
            News::Test => "fineprint.test",
        },
        timestamp: notice.at,
        data: Data {
            id: &notice.id,
            source: &notice.source,
            service: clipped(&notice.service, 300),
            terms: clipped(&notice.terms, 300),
            url: clipped(&notice.url, 2_500),
            previous_at: notice.previous_at,
            severity: notice.severity,
            topics: &notice.topics[..notice.topics.len().min(20)],
            reasons: notice.reasons.iter().take(12).map(|reason| clipped(reason, 200)).collect(),
            effective: notice.effective,
            subject: clipped(&notice.subject, 1_000),
            summary: clipped(&notice.summary, 2_500),
            words_added: notice.words_added,
            words_removed: notice.words_removed,
            diff: Vec::new(),
            cut: usize::MAX,
            more: clipped(&notice.more, 1_000),
        },
    }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("plain data with string keys always has a JSON form")
}

#[cfg(test)]
mod tests;
