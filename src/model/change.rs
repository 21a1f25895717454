//! What became of a policy.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Cause, InvalidName, NoticeId, SourceId, Topic};

/// Two versions of a source and what differs, in short; the diff itself is made from the texts when it is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its lasting id, also the id of the notice about it.
    pub id: NoticeId,
    /// The source that changed.
    pub source: SourceId,
    /// The number of the version before.
    pub from: u32,
    /// The number of the version after.
    pub to: u32,
    /// When the snapshot in which it was announced was fetched.
    pub at: Timestamp,
    /// When the version before was first seen.
    pub previous_at: Timestamp,
    /// How serious it is.
    pub severity: Severity,
    /// What it is about, weightiest first.
    pub topics: Vec<Topic>,
    /// Why it is that serious, and why it has each of its topics: lines for people.
    pub reasons: Vec<String>,
    /// The day from which the new text says it is in force.
    pub effective: Option<Date>,
    /// Every day that the new or reworded clauses name, soonest first, `effective` among them.
    pub dates: Vec<EffectiveDate>,
    /// One line for people.
    pub summary: String,
    /// Words that are new.
    pub words_added: u64,
    /// Words that are gone.
    pub words_removed: u64,
    /// Who changed it: the provider, or our reading.
    pub cause: Cause,
    /// Whether it is news for people: a notice was made of it, also where no channel is configured.
    pub announced: bool,
    /// Why it was told, or why not.
    pub why: String,
}

/// A day on which something begins or ends, as the text has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectiveDate {
    /// The day.
    pub date: Date,
    /// What happens on it.
    pub kind: EffectiveKind,
    /// The sentence it was read from, as the page has it.
    pub sentence: String,
    /// The day from which it was counted ("30 days after this notice"), the one on which the text was fetched;
    /// `None` where the text names the day itself.
    pub counted_from: Option<Date>,
}

/// What happens on a day that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectiveKind {
    /// What the text says is in force from then on.
    TakesEffect,
    /// Something is gone from then on: a model, an endpoint, an offer, older terms.
    Ends,
}

/// How serious a change is: for sorting and routing, never for dropping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Wording without a changed meaning, typography, link targets.
    Minor,
    /// Any substantive change.
    Major,
    /// What an account can be lost over: suspension, access, verification or geography changed in substance.
    Critical,
}

impl FromStr for Severity {
    type Err = InvalidName;

    fn from_str(s: &str) -> Result<Self, InvalidName> {
        match s {
            "minor" => Ok(Self::Minor),
            "major" => Ok(Self::Major),
            "critical" => Ok(Self::Critical),
            _ => Err(InvalidName(s.to_owned(), "severity (expected minor, major or critical)")),
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
        })
    }
}
