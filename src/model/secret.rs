//! Values that must never be shown.

use std::fmt;

/// A value from the environment or a file that never reaches a log, an error or a page.
///
/// `Debug` prints a placeholder and there is no `Display`: reading it takes a call to [`Secret::reveal`], which
/// is easy to find in a review.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the request it belongs to.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}
