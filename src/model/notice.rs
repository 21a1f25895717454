//! What people are told, and its way to them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{ChannelName, NoticeId, Severity, SourceId, Topic};

/// News composed for people: enough to know in ten seconds whether it matters, and the way to the rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Stable across retries and restarts; receivers drop repeats by it.
    pub id: NoticeId,
    /// What kind of news it is.
    pub news: News,
    /// The source it is about.
    pub source: SourceId,
    /// The provider.
    pub service: String,
    /// The document.
    pub terms: String,
    /// The page.
    pub url: String,
    /// When it was seen.
    pub at: Timestamp,
    /// When the version before was first seen; for a change.
    pub previous_at: Option<Timestamp>,
    /// How serious.
    pub severity: Severity,
    /// What it is about.
    pub topics: Vec<Topic>,
    /// Why it is that serious, and why it has each of its topics: lines for people.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// From when, where the text says so.
    pub effective: Option<Date>,
    /// First line: what changed, where, how serious.
    pub subject: String,
    /// One or two sentences.
    pub summary: String,
    /// Words that are new.
    pub words_added: u64,
    /// Words that are gone.
    pub words_removed: u64,
    /// The changed clauses, in order, as many as fit.
    pub excerpts: Vec<Excerpt>,
    /// How many changed clauses were cut.
    pub cut: usize,
    /// The command that shows the rest.
    pub more: String,
}

/// The kinds of news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// A policy changed.
    Changed,
    /// A clause that somebody relies on isn't there as it was pinned, or is there again.
    Pinned,
    /// A date approaches from which a change says that it is in force.
    Effective,
    /// A critical change that nobody has acknowledged for days.
    Unreviewed,
    /// A source can't be read at present.
    Degraded,
    /// A degraded source can be read again.
    Recovered,
    /// A source hasn't shown its policy for longer than its owner accepts.
    Blind,
    /// A sample sent by hand to try a channel.
    Test,
}

/// One changed clause, in a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// The headings above it, outermost first.
    pub path: Vec<String>,
    /// What happened to it.
    pub kind: ExcerptKind,
    /// Its words in order, kept, removed and added.
    pub runs: Vec<Run>,
}

/// What happened to a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExcerptKind {
    /// The clause is new.
    Added,
    /// The clause is gone.
    Removed,
    /// Its words changed.
    Reworded,
}

/// A stretch of words in a changed clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", content = "text", rename_all = "snake_case")]
pub enum Run {
    /// In both versions.
    Kept(String),
    /// Only in the version before.
    Removed(String),
    /// Only in the version after.
    Added(String),
}

impl Run {
    /// The words themselves.
    pub fn text(&self) -> &str {
        match self {
            Self::Kept(text) | Self::Removed(text) | Self::Added(text) => text,
        }
    }
}

/// A notice on its way to one channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Its number in the outbox.
    pub id: i64,
    /// What is delivered.
    pub notice: Notice,
    /// Where it goes.
    pub channel: ChannelName,
    /// How far it is.
    pub state: DeliveryState,
    /// How many attempts were made.
    pub attempts: u32,
    /// When the next attempt is due, while pending.
    pub due_at: Timestamp,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// What the last attempt brought, for people.
    pub last_result: Option<String>,
}

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// To be attempted when due.
    Pending,
    /// The receiver took it.
    Delivered,
    /// Given up; listed, and replayable by hand.
    Dead,
}
