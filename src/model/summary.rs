//! What a machine wrote about a change, where one was asked.

use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::{NoticeId, Secret};

/// `[summary]`: whom to ask for a summary of each change, and how much of it there may be.
#[derive(Debug, Clone)]
pub struct SummarySettings {
    /// Where chat completions are asked for: an interface as OpenAI's, on this machine or elsewhere.
    pub url: Url,
    /// Which model.
    pub model: String,
    /// The key, if one is needed.
    pub key: Option<Secret>,
    /// How long an answer may take.
    pub timeout: Duration,
    /// How often it is asked within a day.
    pub calls_per_day: u32,
    /// How many tokens questions and answers have together within a day.
    pub tokens_per_day: u32,
}

impl SummarySettings {
    /// How long an answer may take where nothing else is said.
    pub const TIMEOUT: Duration = Duration::from_secs(30);
    /// How often it is asked within a day where nothing else is said.
    pub const CALLS_PER_DAY: u32 = 50;
    /// How many tokens there may be within a day where nothing else is said.
    pub const TOKENS_PER_DAY: u32 = 200_000;
}

/// What a machine wrote about a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Which change.
    pub change: NoticeId,
    /// When it was written.
    pub at: Timestamp,
    /// What wrote it.
    pub model: String,
    /// Its words: one line of plain text, of bounded length.
    pub text: String,
}
