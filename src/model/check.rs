//! What a check brought.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::SourceId;

/// What one look at a source brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The server answered that nothing changed (304).
    NotModified,
    /// The page was read and the policy is the same.
    Unchanged,
    /// The policy was read for the first time.
    First,
    /// The policy changed, and that was told.
    Changed,
    /// The page looks changed but wrong or unstable: looked at again soon before anything is said.
    Held,
    /// A page came that isn't the policy: an error page, a bot wall, an empty shell.
    Unusable,
    /// No page came.
    Failed,
}

impl Outcome {
    /// Whether the policy was read, or known to be unchanged.
    pub fn is_readable(self) -> bool {
        !matches!(self, Self::Unusable | Self::Failed)
    }

    /// Whether what was seen is the policy: a held page is not known to be.
    pub fn is_accepted(self) -> bool {
        self.is_readable() && self != Self::Held
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NotModified => "not modified",
            Self::Unchanged => "unchanged",
            Self::First => "first version",
            Self::Changed => "changed",
            Self::Held => "held",
            Self::Unusable => "unusable",
            Self::Failed => "failed",
        })
    }
}

/// The lasting trace of one look at a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The source looked at.
    pub source: SourceId,
    /// When.
    pub at: Timestamp,
    /// What it brought.
    pub outcome: Outcome,
    /// The HTTP status, if an answer came.
    pub status: Option<u16>,
    /// Why, for people: the error, the reason for a hold.
    pub detail: Option<String>,
}
