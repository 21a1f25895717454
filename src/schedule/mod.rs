//! When to look again and when to try again: pure, `now` in and an instant out.
//!
//! A schedule is written as an interval (`every 6h`), as a five-field crontab line in a time zone
//! (`0 */6 * * 1-5`) or as one of `@hourly`, `@daily`, `@weekly`, `@monthly`. [`next_check`] says when a
//! source is looked at next; equal lines are spread, so that a hundred sources "every 6h" never fire
//! together. [`after_failure`] and [`second_look`] come sooner where that helps, and [`next_attempt`]
//! paces deliveries, as [`after_channel_failure`] does the channels they wait for. Nothing here draws random numbers: spread and jitter come from a hash of the id, so
//! that a restart changes nothing.

mod backoff;
mod calendar;
mod crontab;
mod error;
mod field;
mod interval;
mod remind;
mod rest;
mod spread;

pub use backoff::{after_failure, after_refusal, next_attempt, second_look};
pub use error::{Error, Part};
pub use remind::{LATE, Reminders, STALE, after_silence, before_effective};
pub use rest::{after_channel_failure, is_failing};
pub use spread::next_check;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::model::Schedule;

/// Longest accepted schedule, in bytes: far beyond any real one, short enough to be shown in an error.
const MAX_LINE: usize = 200;

/// Reads a schedule as people write it; a crontab line speaks of the wall clock of `zone`.
///
/// ```
/// use fineprint::schedule::parse;
/// use jiff::tz::TimeZone;
/// let paris = TimeZone::get("Europe/Paris")?;
/// assert!(parse("every 90 minutes", &paris).is_ok());
/// assert!(parse("30 2 * * mon-fri", &paris).is_ok());
/// let error = parse("30 2 31 2 *", &paris).unwrap_err();
/// assert_eq!(error.found(), "`30 2 31 2 *` would not run within five years");
/// # Ok::<(), jiff::Error>(())
/// ```
///
/// # Errors
///
/// Fails where the line is neither, and where it would never run; the message says what was found and what
/// is accepted.
pub fn parse(line: &str, zone: &TimeZone) -> Result<Schedule, Error> {
    let line = line.trim();
    if line.is_empty() {
        return Err(Error::Empty);
    }
    if line.len() > MAX_LINE {
        return Err(Error::TooLong(line.len()));
    }
    if let Some(interval) = interval::parse(line)? {
        return Ok(Schedule::Every(interval));
    }
    let fields = crontab::parse(line)?;
    if !calendar::Calendar::new(&fields).is_some_and(|calendar| calendar.runs_within_five_years()) {
        return Err(Error::Never(line.to_owned()));
    }
    Ok(Schedule::Crontab { line: line.to_owned(), zone: zone.clone() })
}

/// `by` after `at`; at the end of representable time, that end.
fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// `by` before `at`; at the beginning of representable time, that beginning.
fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests;
