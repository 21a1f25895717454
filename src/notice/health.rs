//! Notices about the watching itself.

use jiff::Timestamp;

use crate::model::{Excerpt, ExcerptKind, News, Notice, NoticeId, Run, Severity, Source, SourceId};

/// The notice that a source can't be read since `since`; told once, whatever the number of checks.
pub fn degraded(source: &Source, at: Timestamp, since: Timestamp, reason: &str) -> Notice {
    let title = format!("{} · {}", source.service, source.terms);
    Notice {
        severity: Severity::Major,
        subject: format!("{title} can't be read: {reason}"),
        summary: format!(
            "The page hasn't shown the policy since {}: {reason}. Changes to it would go unnoticed; checks go on.",
            minute(since)
        ),
        ..about(source, News::Degraded, "deg", at, since)
    }
}

/// The notice that a source hasn't shown its policy since `since`, longer than its owner accepts; told once.
pub fn blind(source: &Source, at: Timestamp, since: Timestamp, reason: &str) -> Notice {
    let title = format!("{} · {}", source.service, source.terms);
    let days = at.duration_since(since).as_hours() / 24;
    Notice {
        severity: Severity::Critical,
        subject: format!("{title} is not watched: the policy hasn't been seen for {days} days"),
        summary: format!(
            "The page last showed the policy on {}; since then: {reason}. What changed meanwhile is not known. Look at the \
             page, and mend its address or its rules.",
            minute(since)
        ),
        ..about(source, News::Blind, "bli", at, since)
    }
}

/// The notice that a source that was degraded since `since` can be read again.
pub fn recovered(source: &Source, at: Timestamp, since: Timestamp) -> Notice {
    let title = format!("{} · {}", source.service, source.terms);
    Notice {
        severity: Severity::Minor,
        subject: format!("{title} can be read again"),
        summary: format!(
            "The page couldn't be read from {} to {}. If the policy changed meanwhile, a notice of its own says so.",
            minute(since),
            minute(at)
        ),
        ..about(source, News::Recovered, "rec", at, since)
    }
}

/// A notice that tells nothing, to try a channel with.
pub fn sample(at: Timestamp) -> Notice {
    let run = |run: fn(String) -> Run, text: &str| run(text.to_owned());
    let source = SourceId::derive("Example", "Terms of Service").expect("plain words always make an id");
    Notice {
        id: NoticeId::derive("test", &[&at.to_string()]),
        news: News::Test,
        source,
        service: "Example".to_owned(),
        terms: "Terms of Service".to_owned(),
        url: "https://example.com/terms".to_owned(),
        at,
        previous_at: None,
        severity: Severity::Minor,
        topics: Vec::new(),
        reasons: Vec::new(),
        effective: None,
        subject: "fineprint can reach you here".to_owned(),
        summary: "This is a test: no policy changed. A real notice shows the changed words as below."
            .to_owned(),
        words_added: 1,
        words_removed: 1,
        excerpts: vec![Excerpt {
            path: vec!["Suspension".to_owned(), "Appeals".to_owned()],
            kind: ExcerptKind::Reworded,
            runs: vec![
                run(Run::Kept, "You may appeal within "),
                run(Run::Removed, "30"),
                run(Run::Added, "14"),
                run(Run::Kept, " days of the notice."),
            ],
        }],
        cut: 0,
        more: "fineprint status".to_owned(),
        folded: Vec::new(),
    }
}

/// A notice without a change; the story of one spell of trouble hangs on when it began.
pub(super) fn about(source: &Source, news: News, prefix: &str, at: Timestamp, since: Timestamp) -> Notice {
    Notice {
        id: NoticeId::derive(prefix, &[source.id.as_str(), &since.to_string()]),
        news,
        source: source.id.clone(),
        service: source.service.clone(),
        terms: source.terms.clone(),
        url: source.url.to_string(),
        at,
        previous_at: None,
        severity: Severity::Major,
        topics: Vec::new(),
        reasons: Vec::new(),
        effective: None,
        subject: String::new(),
        summary: String::new(),
        words_added: 0,
        words_removed: 0,
        excerpts: Vec::new(),
        cut: 0,
        more: format!("fineprint status {}", source.id),
        folded: Vec::new(),
    }
}

/// An instant for people, to the minute, in UTC.
pub(super) fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
