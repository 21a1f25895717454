//! News → a notice for people, pure.
//!
//! A notice is plain text and facts: what changed, where, how serious, in the first line; one or two
//! sentences; the changed clauses themselves, as many as fit; and the command that shows the rest. Escaping
//! for mail, chat or a web page is the matter of the channel that puts it there.

mod changed;
mod excerpt;
mod health;
mod pins;
mod reminder;
mod wording;

pub use changed::{changed, summary_line};
pub use health::{degraded, recovered, sample};
pub use pins::{PinNews, lead_with_pins, pinned, pins_line};
pub use reminder::{in_force, unreviewed};

#[cfg(test)]
mod tests;
