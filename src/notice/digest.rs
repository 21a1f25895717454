//! The notice that tells several.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::message;
use super::own::own;
use super::wording::plural;
use crate::model::{ChannelName, Excerpt, Folded, News, Notice, NoticeId, Severity};

/// So many first lines are listed in the summary.
const LISTED: usize = 20;
/// A listed line is cut at so many characters.
const LINE: usize = 300;
/// So many are named one by one for programs.
const NAMED: usize = 100;
/// So many changed clauses are shown, of all of them together.
const EXCERPTS: usize = 30;

/// One notice for `channel` in the place of `notices` and of `unread` more; `why` says why in a sentence.
///
/// Its id is made of theirs, so that the same ones make the same digest.
pub fn digest(channel: &ChannelName, notices: &[Notice], unread: usize, why: &str, now: Timestamp) -> Notice {
    let count = notices.len() + unread;
    let ids = notices.iter().map(|notice| notice.id.as_str());
    let id = NoticeId::derive("dig", &[channel.as_str()].into_iter().chain(ids).collect::<Vec<_>>());
    let severity = notices.iter().map(|notice| notice.severity).max().unwrap_or(Severity::Major);
    let more = format!("fineprint notices --show {id}");
    let (excerpts, cut) = excerpts(notices);
    let first = notices.first();
    let title = Title::new(notices, count);
    Notice {
        service: title.service,
        url: first.map(|notice| notice.url.clone()).unwrap_or_default(),
        severity,
        topics: notices
            .iter()
            .flat_map(|n| n.topics.iter().cloned())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        effective: notices.iter().filter_map(|notice| notice.effective).min(),
        subject: format!("[{severity}] {}", title.subject),
        summary: summary(notices, count, why, &more),
        words_added: notices.iter().map(|notice| notice.words_added).sum(),
        words_removed: notices.iter().map(|notice| notice.words_removed).sum(),
        excerpts,
        cut,
        more,
        folded: notices.iter().take(NAMED).map(folded).collect(),
        ..own(id, News::Digest, "digest", title.terms, now)
    }
}

/// What the digest is about, in a line and in the two names that a notice has.
struct Title {
    service: String,
    terms: String,
    subject: String,
}

impl Title {
    fn new(notices: &[Notice], count: usize) -> Self {
        let mut services: Vec<&str> = Vec::new();
        for notice in notices {
            if !services.contains(&notice.service.as_str()) {
                services.push(&notice.service);
            }
        }
        let changed = notices.iter().all(|notice| notice.news == News::Changed);
        let what = format!("{count} {}{}", if changed { "change" } else { "notice" }, plural(count));
        match services[..] {
            [one] => Self { service: one.to_owned(), subject: format!("{one} · {what}"), terms: what },
            [a, b] => Self::of_many(what, format!("{a} and {b}")),
            [a, b, ref rest @ ..] => {
                Self::of_many(what, format!("{a}, {b} and {} more service{}", rest.len(), plural(rest.len())))
            }
            [] => Self::of_many(what, "fineprint".to_owned()),
        }
    }

    fn of_many(what: String, whose: String) -> Self {
        Self { service: "fineprint".to_owned(), subject: format!("{what}: {whose}"), terms: what }
    }
}

/// Why they come together, and the first lines of those that matter most.
fn summary(notices: &[Notice], count: usize, why: &str, more: &str) -> String {
    let mut listed: Vec<&Notice> = notices.iter().collect();
    // The sort is stable: within a severity the order of the queue stays.
    listed.sort_by_key(|notice| std::cmp::Reverse(notice.severity));
    let lines =
        listed.iter().take(LISTED).map(|notice| format!("\n• {}", message::line(&notice.subject, LINE)));
    let mut summary = format!("{why}{}", lines.collect::<String>());
    if count > LISTED {
        summary.push_str(&format!("\n… and {} more: {more}", count - LISTED));
    }
    summary
}

/// The clauses of all of them, each under the name of its document; and how many are left out.
fn excerpts(notices: &[Notice]) -> (Vec<Excerpt>, usize) {
    let all = notices.iter().flat_map(|notice| {
        let title = format!("{} · {}", notice.service, notice.terms);
        notice.excerpts.iter().map(move |excerpt| {
            let path = [title.clone()].into_iter().chain(excerpt.path.iter().cloned()).collect();
            Excerpt { path, ..excerpt.clone() }
        })
    });
    let mut excerpts: Vec<Excerpt> = all.collect();
    let left_out = excerpts.len().saturating_sub(EXCERPTS);
    excerpts.truncate(EXCERPTS);
    (excerpts, left_out + notices.iter().map(|notice| notice.cut).sum::<usize>())
}

fn folded(notice: &Notice) -> Folded {
    Folded {
        id: notice.id.clone(),
        news: notice.news,
        source: notice.source.clone(),
        url: notice.url.clone(),
        severity: notice.severity,
        subject: notice.subject.clone(),
        more: notice.more.clone(),
    }
}
