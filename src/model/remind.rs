//! When people are told of something once more.

/// What people are reminded of, and when; the default is 7 days and 1 day before a change is in force, and 3 days after a
/// critical change that nobody acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remind {
    /// So many days before the day from which a change says that it is in force; none means never.
    pub before: Vec<u16>,
    /// So many days after a critical change was told that is still open; `None` means never.
    pub unreviewed: Option<u16>,
}

impl Default for Remind {
    fn default() -> Self {
        Self { before: vec![7, 1], unreviewed: Some(3) }
    }
}
