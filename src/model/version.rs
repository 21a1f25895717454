//! The policy as it stood.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{SourceId, Text};

/// The policy text of a source as extracted from one snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// Whose text it is.
    pub source: SourceId,
    /// 1 for the first version of a source, then counting up.
    pub number: u32,
    /// When the snapshot it was read from was fetched.
    pub seen_at: Timestamp,
    /// The text.
    pub text: Text,
    /// Why there is a new version.
    pub cause: Cause,
}

/// Why a version differs from the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// The provider edited the page.
    Publisher,
    /// The page is the same and our reading of it changed: a rule was edited, or the extractor improved. Tells no one.
    Extractor,
}
