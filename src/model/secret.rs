//! Values that must never be shown.

use std::fmt;

/// A value from the environment or a file that never reaches a log, an error or a page.
///
/// `Debug` prints a placeholder and there is no `Display`: reading it takes a call to [`Secret::reveal`], which
/// is easy to find in a review.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    value: String,
    parts: Vec<String>,
}

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), parts: Vec::new() }
    }

    /// Wraps a value in which others stand that are secret wherever they turn up: the key in `Bearer KEY`.
    pub fn made_of(value: impl Into<String>, parts: Vec<String>) -> Self {
        Self { value: value.into(), parts }
    }

    /// The value itself, for the request it belongs to.
    pub fn reveal(&self) -> &str {
        &self.value
    }

    /// What of it must not even come back in an answer.
    pub fn parts(&self) -> &[String] {
        &self.parts
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}
