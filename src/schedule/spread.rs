//! When a source is looked at next, and the spread that keeps equal schedules apart.

use jiff::{SignedDuration, Timestamp};

use super::calendar::Calendar;
use super::{crontab, earlier, later};
use crate::model::{Digest, Schedule, SourceId};

/// The most that a crontab source waits after the wall-clock time it names.
const MAX_WAIT: SignedDuration = SignedDuration::from_mins(5);
/// ... and the part of the gap to the next such time that it may wait at most: `* * * * *` waits under 6 s.
const WAIT_PART: i32 = 10;
/// For a schedule that names no time any more: look once a day rather than never again.
const FALLBACK: SignedDuration = SignedDuration::from_hours(24);

/// The next time to look at `source`: strictly after `now`, and the same whenever it is asked before then.
///
/// An interval has a fixed grid per source, offset by a hash of the id, so that sources of one interval are spread
/// evenly over it. A crontab source looks up to five minutes after each wall-clock time of its line (up to a tenth of
/// the gap where that is less), again at its own place in that window.
pub fn next_check(schedule: &Schedule, source: &SourceId, now: Timestamp) -> Timestamp {
    let place = fraction(source.as_str());
    match schedule {
        Schedule::Every(interval) => next_on_grid(*interval, place, now),
        Schedule::Crontab { line, zone } => {
            let calendar = crontab::parse(line).ok().and_then(|fields| Calendar::new(&fields));
            let next = |after| calendar.as_ref()?.next(zone, after);
            next_in_window(next, place, now).unwrap_or_else(|| later(now, FALLBACK))
        }
    }
}

/// The first instant after `now` that is `place` of the interval beyond a multiple of it.
fn next_on_grid(interval: SignedDuration, place: f64, now: Timestamp) -> Timestamp {
    // A schedule that was parsed is at least a minute; one made by hand must not divide by zero.
    let step = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX).max(1);
    let offset = (step as f64 * place) as i64;
    let since = (now.as_millisecond() - offset).rem_euclid(step);
    // `now` may lie within a millisecond; its whole milliseconds plus at least one are after it.
    Timestamp::from_millisecond(now.as_millisecond().saturating_add(step - since)).unwrap_or(Timestamp::MAX)
}

/// The first instant after `now` that is `place` into the window behind one of the times that `next` gives.
fn next_in_window(
    next: impl Fn(Timestamp) -> Option<Timestamp>,
    place: f64,
    now: Timestamp,
) -> Option<Timestamp> {
    let mut time = next(earlier(now, MAX_WAIT))?;
    loop {
        let following = next(time);
        let gap = following.map_or(MAX_WAIT * WAIT_PART, |following| following.duration_since(time));
        let window = (gap / WAIT_PART).min(MAX_WAIT);
        let at = later(time, SignedDuration::from_millis((window.as_millis() as f64 * place) as i64));
        if at > now {
            return Some(at);
        }
        time = following?;
    }
}

/// A number from 0 up to but not including 1 that is always the same for `name`, and evenly spread over names.
pub(super) fn fraction(name: &str) -> f64 {
    let digest = Digest::of(name.as_bytes()).0;
    // 32 bits are exact in an f64, so the result is never rounded up to 1.
    let bits = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    f64::from(bits) / (f64::from(u32::MAX) + 1.0)
}
