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
    /// The page; of a digest, the first one's; empty for news about no page.
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
    /// What it tells, if it is a digest: in the order of the queue, as many as fit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub folded: Vec<Folded>,
}

/// A notice as it stands in a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folded {
    /// Its own id, under which `fineprint notices` knows it.
    pub id: NoticeId,
    /// What kind of news it is.
    pub news: News,
    /// The source it is about.
    pub source: SourceId,
    /// The page.
    pub url: String,
    /// How serious.
    pub severity: Severity,
    /// Its first line.
    pub subject: String,
    /// The command that shows more of it.
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
    /// Two ways of looking at a document don't agree, or agree again.
    Diverged,
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
    /// Several notices in one.
    Digest,
    /// A channel's receiver takes nothing at present.
    ChannelFailing,
    /// A failing channel works again.
    ChannelRecovered,
    /// A sign of life: how many sources were read, whatever came of it.
    Heartbeat,
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
    /// On its way within another notice, which tells several.
    Folded,
}

/// A pending delivery as far as a turn of its channel has to know it, without its notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// Its number in the outbox.
    pub id: i64,
    /// The source it is about, or what stands for one.
    pub source: String,
    /// The provider.
    pub service: String,
    /// The address of the page.
    pub page: String,
    /// How serious.
    pub severity: Severity,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When it is due.
    pub due_at: Timestamp,
    /// How many attempts were made.
    pub attempts: u32,
    /// Whether an attempt may have been made under its own id: then it can't be told in another notice any more.
    pub started: bool,
    /// Whether a person asked for it to be sent.
    pub retried: bool,
}

/// A channel whose receiver fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circuit {
    /// How many attempts failed in a row.
    pub failures: u32,
    /// When the first of them failed.
    pub since: Timestamp,
    /// When it is tried next.
    pub rest_until: Timestamp,
    /// Whether other channels were told of it.
    pub told: bool,
}
