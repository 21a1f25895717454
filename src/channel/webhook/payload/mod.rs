//! The JSON a receiver gets: [`Payload`] is its reference.

mod cut;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::model::{ExcerptKind, Folded, News, Notice, NoticeId, Severity, SourceId, Topic};
use cut::clipped;

/// The bytes a body stays under, as Standard Webhooks recommends.
const LIMIT: usize = 20_000;

/// The body of a webhook. Keys are only ever added; an unknown `type` or key is to be ignored.
#[derive(Serialize)]
struct Payload<'n> {
    /// `policy.changed`, `source.degraded`, …: docs/webhooks.md lists them.
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
    /// What a digest tells, in order, as many as fit; left out of others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notices: Vec<Item<'n>>,
    /// The changed clauses, in reading order, as many as fit.
    diff: Vec<Clause>,
    /// How many changed clauses are missing from `diff`, or shortened in it.
    cut: usize,
    /// The command that shows all of it.
    more: String,
}

/// A notice within a digest.
#[derive(Serialize)]
struct Item<'n> {
    id: &'n NoticeId,
    r#type: &'static str,
    source: &'n SourceId,
    url: String,
    severity: Severity,
    subject: String,
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
    payload.data.notices = items(notice, &mut room);
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
        r#type: kind(notice.news),
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
            notices: Vec::new(),
            diff: Vec::new(),
            cut: usize::MAX,
            more: clipped(&notice.more, 1_000),
        },
    }
}

/// What kind of news it is, as receivers know it.
pub(in crate::channel) fn kind(news: News) -> &'static str {
    match news {
        News::Changed => "policy.changed",
        News::Pinned => "policy.pinned",
        News::Diverged => "policy.diverged",
        News::Effective => "policy.effective",
        News::Unreviewed => "policy.unreviewed",
        News::Degraded => "source.degraded",
        News::Recovered => "source.recovered",
        News::Blind => "source.blind",
        News::Digest => "notices.digest",
        News::ChannelFailing => "channel.failing",
        News::ChannelRecovered => "channel.recovered",
        News::Heartbeat => "fineprint.heartbeat",
        News::Test => "fineprint.test",
    }
}

/// What a digest tells, as far as it fits into half the room: the clauses get the rest.
fn items<'n>(notice: &'n Notice, room: &mut usize) -> Vec<Item<'n>> {
    let least = *room / 2;
    // The key and its brackets.
    let mut left = room.saturating_sub(least + 20);
    let item = |folded: &'n Folded| Item {
        id: &folded.id,
        r#type: kind(folded.news),
        source: &folded.source,
        url: clipped(&folded.url, 500),
        severity: folded.severity,
        subject: clipped(&folded.subject, 300),
        more: clipped(&folded.more, 300),
    };
    let fits = |item: &Item<'_>| {
        let rest = left.checked_sub(json(item).len() + 1);
        left = rest.unwrap_or(0);
        rest.is_some()
    };
    let items: Vec<_> = notice.folded.iter().map(item).take_while(fits).collect();
    *room = least + left;
    items
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("plain data with string keys always has a JSON form")
}

#[cfg(test)]
mod tests;
