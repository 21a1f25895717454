//! The sign of life.

use jiff::Timestamp;

use super::health::minute;
use super::own::own;
use super::wording::plural;
use crate::model::{News, Notice, NoticeId, Severity, SourceId};

/// So many sources that were not read are named.
const NAMED: usize = 10;

/// How the watching went since the last sign of life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulse {
    /// When that was.
    pub since: Timestamp,
    /// How many sources are watched.
    pub sources: usize,
    /// How many of them could be read at least once.
    pub read: usize,
    /// The others.
    pub unread: Vec<SourceId>,
    /// How many changes were told.
    pub changes: usize,
}

/// The notice that says so.
pub fn heartbeat(pulse: &Pulse, at: Timestamp) -> Notice {
    let Pulse { since, sources, read, unread, changes } = pulse;
    let id = NoticeId::derive("hbt", &[&at.to_string()]);
    let news = match changes {
        0 => "nothing changed".to_owned(),
        n => format!("{n} change{}", plural(*n)),
    };
    let (severity, subject) = match unread.len() {
        0 => {
            let all = if *sources == 1 {
                "The one source was".to_owned()
            } else {
                format!("All {sources} sources were")
            };
            (Severity::Minor, format!("{all} read since {}: {news}", minute(*since)))
        }
        _ => (
            Severity::Major,
            format!("{read} of {sources} sources were read since {}: {news}", minute(*since)),
        ),
    };
    let mut summary = "fineprint is alive.".to_owned();
    if !unread.is_empty() {
        let named: Vec<&str> = unread.iter().take(NAMED).map(SourceId::as_str).collect();
        summary = format!("Not read: {}", named.join(", "));
        if unread.len() > NAMED {
            summary.push_str(&format!(" and {} more", unread.len() - NAMED));
        }
        summary.push('.');
    }
    Notice {
        severity,
        subject,
        summary,
        more: "fineprint status".to_owned(),
        ..own(id, News::Heartbeat, "heartbeat", "heartbeat".to_owned(), at)
    }
}
