//! Clauses that their reader relies on.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A clause that somebody relies on, as configured: told as critical when it changes or disappears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Its words.
    pub text: String,
    /// Why it is relied on, for those who are told.
    pub note: Option<String>,
}

/// How a pinned clause stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sight {
    /// It says the same.
    Found,
    /// Something like it stands there.
    Changed,
    /// Nothing like it does.
    Missing,
}

/// What is known of a pin since it was last looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinState {
    /// The pin's words, as configured.
    pub text: String,
    /// How it stands in the latest version.
    pub sight: Sight,
    /// The number of the version that it was looked for in.
    pub version: u32,
    /// When it was first seen to stand so.
    pub since: Timestamp,
    /// The sentence that it stands in, or what stands in its place.
    pub passage: Option<String>,
    /// The sentence that it stood in when it was last found.
    pub reference: Option<String>,
}

impl fmt::Display for Sight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Found => "found",
            Self::Changed => "changed",
            Self::Missing => "missing",
        })
    }
}
