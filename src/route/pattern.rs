//! Names with wildcards.

use std::fmt;

use globset::{GlobBuilder, GlobMatcher};

/// A name, or a glob (`*`, `?`, `[a-z]`, `{a,b}`) over names; small and capital letters are the same.
#[derive(Clone)]
pub struct Pattern(GlobMatcher);

/// A pattern that is no glob: what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(String);

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// Fails where a bracket or brace isn't closed, and the like.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let glob = GlobBuilder::new(text).case_insensitive(true).build();
        glob.map(|glob| Self(glob.compile_matcher())).map_err(|error| Invalid(error.kind().to_string()))
    }

    /// Whether a name is one of those meant.
    pub fn fits(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.glob() == other.0.glob()
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.0.glob().glob()).finish()
    }
}
