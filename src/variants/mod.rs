//! One document looked at in several ways – in other languages, from elsewhere – and whether they agree: pure.
//!
//! Each way is a source of its own with versions of its own. What they showed together is cut into [`periods`], in each
//! of which nothing changed anywhere; one that lasted for the time of grace is settled ([`settled`]), and only what is
//! settled is compared: translations come days later, and caches lag. Two ways whose texts share half of their clauses
//! are compared by words ([`by_words`]), so that one country less in one of them shows; others by when they change
//! ([`by_times`]).

mod times;
mod words;

use jiff::{SignedDuration, Timestamp};

pub use times::by_times;
pub use words::{are_alike, by_words};

/// A version of one way, as far as it counts here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Its number.
    pub number: u32,
    /// When it was first seen.
    pub at: Timestamp,
}

/// A time in which both ways showed the same versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// What the document itself showed.
    pub main: u32,
    /// What the other way showed.
    pub variant: u32,
    /// Since when.
    pub from: Timestamp,
}

/// What became of two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The document itself changed and the other way didn't.
    MainAlone,
    /// The other way changed and the document itself didn't.
    VariantAlone,
    /// They say different things.
    Apart,
    /// They agree again.
    Again,
}

/// What two ways showed together, oldest first; nothing until both were read. Both lists are in the order of time.
pub fn periods(main: &[Seen], variant: &[Seen]) -> Vec<Period> {
    let at = |seen: &[Seen], then: Timestamp| {
        seen.iter().rev().find(|seen| seen.at <= then).map(|seen| seen.number)
    };
    let mut times: Vec<Timestamp> = main.iter().chain(variant).map(|seen| seen.at).collect();
    times.sort_unstable();
    times.dedup();
    let period = |from| Some(Period { main: at(main, from)?, variant: at(variant, from)?, from });
    times.into_iter().filter_map(period).collect()
}

/// The periods that lasted for `grace`, and the first one, from which on there is something to compare. `until` is
/// when both ways were last seen as they are. Empty unless the present one is settled and not the first.
pub fn settled(periods: &[Period], until: Timestamp, grace: SignedDuration) -> Vec<Period> {
    let lasted = |n: usize| {
        let end = periods.get(n + 1).map_or(until, |next| next.from);
        n == 0 || end.duration_since(periods[n].from) >= grace
    };
    let last = periods.len().saturating_sub(1);
    if last == 0 || !lasted(last) {
        return Vec::new();
    }
    (0..=last).filter(|n| lasted(*n)).map(|n| periods[n]).collect()
}

#[cfg(test)]
mod tests;
