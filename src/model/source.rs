//! What is watched.

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{ChannelName, Pin, Proxy, Request, Robots, Secret, SourceId, TopicRules, Watch, Ways};

/// One page of one service's terms, as configured.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Its lasting name.
    pub id: SourceId,
    /// The provider, as people write it: `OpenAI`.
    pub service: String,
    /// The document: `Usage Policies`.
    pub terms: String,
    /// Where the page is at present.
    pub url: Url,
    /// When to look.
    pub schedule: Schedule,
    /// Who is told.
    pub notify: Vec<ChannelName>,
    /// Which part of the page counts, where the owner knows better.
    pub rules: Rules,
    /// Clauses that somebody relies on.
    pub pins: Vec<Pin>,
    /// How long it may show no policy before that is told as blind.
    pub max_age: SignedDuration,
    /// Whether it is rendered by a browser.
    pub browser: Rendering,
    /// Extra request headers; they never follow a redirect to another origin.
    pub headers: Vec<(String, Secret)>,
    /// How it is asked, where a plain GET isn't enough.
    pub request: Request,
    /// What of an API's answer is watched; `None` for a page.
    pub watch: Option<Watch>,
    /// The ways in which its document is looked at, if there are several.
    pub ways: Option<Arc<Ways>>,
    /// Whether its site is asked what robots may fetch.
    pub robots: Robots,
    /// What the owner adds to how its changes are assessed.
    pub topics: Arc<TopicRules>,
}

impl Source {
    /// How long a source may show no policy where nothing else is configured.
    pub const MAX_AGE: SignedDuration = SignedDuration::from_hours(7 * 24);

    /// Whether it is a variant of another source: what changes in it alone is told by comparing both.
    pub fn is_variant(&self) -> bool {
        self.ways.as_ref().is_some_and(|ways| ways.main != self.id)
    }

    /// What it is asked with that must never come back with a page: keys, passwords, sessions.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        let headers = self.headers.iter().map(|(_, value)| value);
        let parts = headers.chain(&self.request.body).flat_map(Secret::parts).map(String::as_str);
        parts.chain(self.request.proxy.as_ref().and_then(Proxy::password))
    }

    /// The host of its page.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}

/// Whether a page is rendered by a browser before it is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Rendering {
    /// It is read as the server sends it.
    #[default]
    Never,
    /// Where the server sends no policy: an empty shell, a challenge, a refusal.
    Auto,
    /// Always.
    Always,
}

/// Overrides of what counts as the policy on a page; empty for nearly every source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// CSS selectors, or stretches between two (`#terms .. #privacy`): only what they match is read. Empty means: find the
    /// policy yourself.
    pub select: Vec<String>,
    /// CSS selectors or stretches: what they match is left out.
    pub remove: Vec<String>,
    /// Patterns (regular expressions): words that match count for nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
}

impl Rules {
    /// Whether the page is read without overrides.
    pub fn is_empty(&self) -> bool {
        self.select.is_empty() && self.remove.is_empty() && self.ignore.is_empty()
    }
}

/// When a source is looked at.
#[derive(Debug, Clone, PartialEq)]
pub enum Schedule {
    /// At a fixed interval, each source at its own offset within it.
    Every(SignedDuration),
    /// At the wall-clock times of a five-field crontab line in a time zone.
    Crontab {
        /// The line as written, already known to be valid.
        line: String,
        /// The zone whose wall clock it speaks of.
        zone: TimeZone,
    },
}
