//! News → a notice for people, pure.
//!
//! A notice is plain text and facts: what changed, where, how serious, in the first line; one or two
//! sentences; the changed clauses themselves, as many as fit; and the command that shows the rest. A [`Message`] is
//! the same for people's eyes, cut to the room of the place where it goes; escaping for mail, chat or a web page is
//! the matter of the channel that puts it there.

mod access;
mod changed;
mod digest;
mod diverged;
mod excerpt;
mod health;
mod heartbeat;
mod message;
mod own;
mod pins;
mod reminder;
mod wording;

pub use access::access_changed;
pub use changed::{UNDATED, changed, counts_line, is_undated, summary_line};
pub use digest::digest;
pub use diverged::{Divergence, diverged};
pub use excerpt::{excerpts, weightiest};
pub use health::{blind, degraded, recovered, sample};
pub use heartbeat::{Pulse, heartbeat};
pub use message::{Clause, Message, line};
pub use own::{channel_disabled, channel_failing, channel_recovered};
pub use pins::{PinNews, lead_with_pins, pinned, pins_line};
pub use reminder::{coming, unreviewed};
pub use wording::{days_left, ending, in_force, reason};

#[cfg(test)]
mod tests;
