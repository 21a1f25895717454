//! Why something isn't part of the policy.

use serde::{Deserialize, Serialize};

/// Why a block of a page isn't part of its policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Dropped {
    /// In navigation, a footer, an aside, a dialog or a form, by element or ARIA role.
    Furniture,
    /// In an area whose author gave it the name of such a thing.
    Named,
    /// In the page's masthead.
    Header,
    /// Not shown, and the twin of something that is, or no running text.
    Hidden,
    /// Outside the part of the page that holds its matter.
    Outside,
    /// In a list or card of links.
    Links,
    /// A short remark that changes by itself: "updated 3 days ago", "1-10 of 18 results".
    SideNote,
    /// A text that isn't meant to be read: one that measures the page's fonts, the title read aloud.
    Artefact,
    /// Before the title.
    BeforeTitle,
    /// A heading at the end that nothing follows.
    BareHeading,
    /// Shown until the scripts have put the policy in its place.
    Shell,
    /// A running head or foot, or a page number.
    Running,
    /// The source's owner says that it means nothing.
    Ignored,
}
