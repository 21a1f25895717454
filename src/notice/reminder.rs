//! Notices about changes that were told before.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

use super::changed::standing;
use super::health::about;
use crate::diff::render::fold;
use crate::model::{Change, News, Notice, NoticeId, ReviewState, Reviewed, Source};

/// What a change is about is cut at so many characters in a subject.
const ABOUT: usize = 120;

/// The reminder, due `days` before it, that a change is in force from `date`; `later` is a change since then that names
/// another date.
pub fn in_force(
    source: &Source,
    reviewed: &Reviewed,
    date: Date,
    days: u16,
    later: Option<&Reviewed>,
    now: Timestamp,
) -> Notice {
    let change = &reviewed.change;
    let (when, standing) = (when(date, now), standing(change.severity, &change.topics));
    let mut summary = format!("Announced on {}, in force {when}: {}.", day(change.at), change.summary);
    if reviewed.state() == ReviewState::Open {
        summary.push_str(" Nobody has acknowledged it.");
    }
    if let Some((to, other)) = later.and_then(|later| Some((later.change.to, later.change.effective?))) {
        summary.push_str(&format!(" A later change, to version {to}, names {other}."));
    }
    Notice {
        id: NoticeId::derive("eff", &[change.id.as_str(), &date.to_string(), &days.to_string()]),
        subject: format!("{} · {}: in force {when} ({standing})", source.service, source.terms),
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
    Notice {
        id: NoticeId::derive("rev", &[change.id.as_str(), &since.to_string()]),
        subject: format!(
            "{} · {}: not acknowledged for {days} day{}: {} ({})",
            source.service,
            source.terms,
            if days == 1 { "" } else { "s" },
            fold::start(&change.summary, ABOUT),
            standing(change.severity, &change.topics)
        ),
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

/// `in 7 days, on 2026-04-01`
fn when(date: Date, now: Timestamp) -> String {
    let today = now.to_zoned(TimeZone::UTC).date();
    match today.until((Unit::Day, date)).map_or(0, |span| span.get_days()) {
        0 => format!("today, {date}"),
        1 => format!("tomorrow, {date}"),
        days if days > 0 => format!("in {days} days, on {date}"),
        _ => format!("since {date}"),
    }
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
