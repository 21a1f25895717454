//! What is kept, and for how long.

use jiff::Span;

/// What of the pages is kept, and for how long. The trace of every look and the text of every version are kept for
/// ever, whatever this says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Retention {
    /// Which pages are kept at all.
    pub keep: Keep,
    /// How long the pages of versions are; `None` is for ever.
    pub pages_for: Option<Span>,
    /// How long disputed and unusable pages are; `None` is for ever.
    pub disputed_for: Option<Span>,
}

/// Which pages are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Keep {
    /// The first and the last that showed each version, and those that were disputed or unusable.
    #[default]
    Versions,
    /// Every one that was received.
    All,
}

impl PartialEq for Retention {
    fn eq(&self, other: &Self) -> bool {
        let spans = |of: &Self| [of.pages_for, of.disputed_for].map(|span| span.map(|span| span.fieldwise()));
        self.keep == other.keep && spans(self) == spans(other)
    }
}
