//! Notices about changes that were told before.

use jiff::Timestamp;

use super::changed::headed;
use super::health::about;
use super::wording::{ending, in_force};
use crate::diff::render::fold;
use crate::model::{
    Change, EffectiveDate, EffectiveKind, News, Notice, NoticeId, ReviewState, Reviewed, Source,
};

/// What a change is about is cut at so many characters in a subject.
const ABOUT: usize = 120;

/// The reminder, due `before` days ahead, of a day that a change names; `later` is a change since then that is in force
/// from another one.
pub fn coming(
    source: &Source,
    reviewed: &Reviewed,
    named: &EffectiveDate,
    before: u16,
    later: Option<&Change>,
    now: Timestamp,
) -> Notice {
    let (change, date) = (&reviewed.change, named.date);
    let (when, kind) = match named.kind {
        EffectiveKind::TakesEffect => (in_force(date, now), "in force"),
        EffectiveKind::Ends => (ending(date, now), "ends"),
    };
    let quote = fold::start(&named.sentence, ABOUT * 2);
    let mut summary = format!("“{quote}” Announced on {}: {}.", day(change.at), change.summary);
    if reviewed.state() == ReviewState::Open {
        summary.push_str(" Nobody has acknowledged it.");
    }
    if let Some((to, other)) = later.and_then(|later| Some((later.to, later.effective?))) {
        summary.push_str(&format!(" A later change, to version {to}, names {other}."));
    }
    let line = format!("{} · {}: {when}", source.service, source.terms);
    Notice {
        id: NoticeId::derive("eff", &[change.id.as_str(), &date.to_string(), kind, &before.to_string()]),
        subject: headed(change.severity, &change.topics, &line),
        summary,
        ..of(source, change, News::Effective, now)
    }
}

/// The second notice of a critical change that nobody has acknowledged.
pub fn unreviewed(source: &Source, reviewed: &Reviewed, now: Timestamp) -> Notice {
    let (change, since) = (&reviewed.change, reviewed.open_since());
    let days = now.duration_since(since).as_hours() / 24;
    let reopened = if since > change.at { format!(", reopened on {}", day(since)) } else { String::new() };
    let with = reviewed.assignee().map(|who| format!(" It is with {who}.")).unwrap_or_default();
    let line = format!(
        "{} · {}: not acknowledged for {days} day{}: {}",
        source.service,
        source.terms,
        if days == 1 { "" } else { "s" },
        fold::start(&change.summary, ABOUT),
    );
    Notice {
        id: NoticeId::derive("rev", &[change.id.as_str(), &since.to_string()]),
        subject: headed(change.severity, &change.topics, &line),
        summary: format!(
            "Announced on {}{reopened}: {}.{with} `fineprint review ack {} --note …` says that somebody has read it.",
            day(change.at),
            change.summary,
            change.id
        ),
        ..of(source, change, News::Unreviewed, now)
    }
}

/// A notice that tells of a change once more.
fn of(source: &Source, change: &Change, news: News, now: Timestamp) -> Notice {
    Notice {
        severity: change.severity,
        topics: change.topics.clone(),
        reasons: change.reasons.clone(),
        effective: change.effective,
        words_added: change.words_added,
        words_removed: change.words_removed,
        more: format!("fineprint diff {} {}..{}", source.id, change.from, change.to),
        ..about(source, news, "", now, now)
    }
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
