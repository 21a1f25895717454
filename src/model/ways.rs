//! One document, looked at in several ways.

use jiff::SignedDuration;

use super::SourceId;

/// The ways in which a document is looked at: as it is, and as each variant asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ways {
    /// The document itself.
    pub main: SourceId,
    /// The variants.
    pub variants: Vec<SourceId>,
    /// How long one may be alone with a change before that is told.
    pub grace: SignedDuration,
}
