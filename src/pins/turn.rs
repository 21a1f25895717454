//! What there is to tell of a pin since it was last looked for.

use super::{Sighting, sense};
use crate::model::{PinState, Sight};

/// What happened to a pinned clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Turn {
    /// It was found, and now something else stands in its place; or what stood in its place changed once more.
    Changed,
    /// It was there in some form, and now nothing like it is.
    Gone,
    /// It was never found, and only something like it is there.
    Otherwise,
    /// It was never found, and nothing like it is there.
    NotFound,
    /// It says what was pinned, for the first time.
    Found,
    /// It says again what was pinned.
    Back,
}

impl Turn {
    /// Whether the clause isn't there as it was pinned.
    pub fn is_loss(self) -> bool {
        !matches!(self, Self::Found | Self::Back)
    }
}

/// What there is to tell when a pin is seen so, after what was known of it: nothing while it stands as it stood.
pub fn turn(before: Option<&PinState>, now: &Sighting) -> Option<Turn> {
    let was = before.map(|before| before.sight);
    let was_ever_found = before.is_some_and(|before| before.reference.is_some());
    match (was, now.sight) {
        (None | Some(Sight::Found), Sight::Found) => None,
        (Some(_), Sight::Found) if was_ever_found => Some(Turn::Back),
        (Some(_), Sight::Found) => Some(Turn::Found),
        (None, Sight::Changed) => Some(Turn::Otherwise),
        (None, Sight::Missing) => Some(Turn::NotFound),
        (Some(Sight::Missing), Sight::Missing) => None,
        (Some(_), Sight::Missing) => Some(Turn::Gone),
        (Some(Sight::Changed), Sight::Changed) if same_words(before, now) => None,
        (Some(Sight::Missing), Sight::Changed) if !was_ever_found => Some(Turn::Otherwise),
        (Some(_), Sight::Changed) => Some(Turn::Changed),
    }
}

fn same_words(before: Option<&PinState>, now: &Sighting) -> bool {
    let of = |passage: Option<&str>| passage.map(sense);
    of(before.and_then(|before| before.passage.as_deref())) == of(now.passage.as_deref())
}
