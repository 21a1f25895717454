//! What people make of a change: open until someone has looked at it and says so.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Change, NoticeId};

/// One entry in the history of a change's review; such a history is only ever appended to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The change it is about.
    pub change: NoticeId,
    /// When.
    pub at: Timestamp,
    /// Who, as they call themselves.
    pub by: String,
    /// What they did.
    pub deed: Deed,
    /// To whom it was assigned; only for [`Deed::Assigned`].
    pub assignee: Option<String>,
    /// Why, or what they say.
    pub note: Option<String>,
}

/// What a person does in a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Deed {
    /// Has looked at the change and says what follows from it.
    Acknowledged,
    /// Gives it to someone.
    Assigned,
    /// Says something about it.
    Commented,
    /// Wants it looked at again.
    Reopened,
}

/// Whether a change still waits for someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReviewState {
    /// It was told, and nobody has acknowledged it; or it was reopened.
    Open,
    /// Someone has acknowledged it.
    Acknowledged,
    /// It came with imported history: nobody was told, so nobody need answer, unless it is reopened.
    History,
}

/// A change with its whole review.
#[derive(Debug, Clone, PartialEq)]
pub struct Reviewed {
    /// The change.
    pub change: Change,
    /// Whether a notice of it was queued, be it for no channel.
    pub told: bool,
    /// What was done, oldest first.
    pub history: Vec<Review>,
}

impl Reviewed {
    /// Whether it waits for someone: the last word of acknowledging and reopening counts.
    pub fn state(&self) -> ReviewState {
        let decisive = |review: &&Review| matches!(review.deed, Deed::Acknowledged | Deed::Reopened);
        match self.history.iter().rev().find(decisive).map(|review| review.deed) {
            Some(Deed::Acknowledged) => ReviewState::Acknowledged,
            Some(_) => ReviewState::Open,
            None if self.told => ReviewState::Open,
            None => ReviewState::History,
        }
    }

    /// Whose matter it is: the one it was given to last.
    pub fn assignee(&self) -> Option<&str> {
        self.history.iter().rev().find_map(|review| review.assignee.as_deref())
    }

    /// When it was opened last: reopened, or else announced.
    pub fn open_since(&self) -> Timestamp {
        let reopened = self.history.iter().rev().find(|review| review.deed == Deed::Reopened);
        reopened.map_or(self.change.at, |review| review.at)
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Acknowledged => "acknowledged",
            Self::Assigned => "assigned",
            Self::Commented => "commented",
            Self::Reopened => "reopened",
        })
    }
}

impl fmt::Display for ReviewState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::History => "history",
        })
    }
}
