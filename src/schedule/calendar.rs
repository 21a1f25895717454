//! The next wall-clock time of a crontab line: the one file that knows the `cron` crate and its chrono.
//!
//! The crate alone would be wrong for our users: it counts weekdays from 1, needs seconds, joins day and
//! weekday by "and", skips a 02:30 job on the day the clock springs forward and runs it twice in autumn. So it
//! is given plain lists made from our own reading of the line, and the bare wall clock; zones are jiff's.

use chrono::{DateTime as ChronoDateTime, Datelike as _, NaiveDate, Timelike as _, Utc};
use jiff::civil::{self, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::crontab::Fields;
use super::earlier;
use super::field::{self, Set};

/// Wider than any daylight-saving gap in use (Antarctica/Troll has 2 h).
const WIDEST_GAP: SignedDuration = SignedDuration::from_hours(3);

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// A crontab line as a matcher of wall-clock times.
pub(super) struct Calendar {
    /// One pattern, or two of which either is enough.
    patterns: Vec<cron::Schedule>,
}

impl Calendar {
    /// `None` if the crate refuses what [`Fields`] can hold, which no test has seen it do.
    pub(super) fn new(fields: &Fields) -> Option<Self> {
        let pattern = |days: &str, weekdays: &str| {
            let [minutes, hours, months] = [fields.minutes, fields.hours, fields.months].map(list);
            format!("0 {minutes} {hours} {days} {months} {weekdays}").parse::<cron::Schedule>()
        };
        let days = list(fields.days);
        let weekdays = named(fields.weekdays);
        let patterns = if fields.either_day {
            vec![pattern(&days, "*"), pattern("*", &weekdays)]
        } else {
            vec![pattern(&days, &weekdays)]
        };
        Some(Self { patterns: patterns.into_iter().collect::<Result<_, _>>().ok()? })
    }

    /// The first instant after `now` at which a clock in `zone` shows a matching time.
    ///
    /// A time that the clock skips in spring runs once, as much later as the clock jumped; one that it shows twice in
    /// autumn runs once, the first time. `None` when nothing matches before the year 2100, where the crate ends.
    pub(super) fn next(&self, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
        let mut best: Option<Timestamp> = None;
        for time in self.times_after(search_from(zone, now)) {
            // Inside a gap, later wall-clock times can be earlier instants; once the wall clock is past the best
            // instant's, they can't.
            if best.is_some_and(|best| time > zone.to_datetime(best)) {
                break;
            }
            let at = zone.to_ambiguous_timestamp(time).compatible().ok()?;
            if at > now {
                best = Some(best.map_or(at, |best| best.min(at)));
            }
        }
        best
    }

    /// Counted from a leap year, so that the answer doesn't depend on the day it is asked: 29 February is fine.
    pub(super) fn runs_within_five_years(&self) -> bool {
        let start = civil::date(2023, 12, 31).at(23, 59, 59, 0);
        self.times_after(start).next().is_some_and(|first| first < civil::date(2029, 1, 1).at(0, 0, 0, 0))
    }

    fn times_after(&self, start: DateTime) -> impl Iterator<Item = DateTime> {
        let next = |after: &DateTime| {
            let after = to_chrono(*after)?;
            self.patterns.iter().filter_map(|p| p.after(&after).next()).min().and_then(from_chrono)
        };
        std::iter::successors(next(&start), next)
    }
}

/// The wall-clock time from which to search: a little back if the clock jumped lately, since a skipped 02:30 may
/// still be due at 03:30.
fn search_from(zone: &TimeZone, now: Timestamp) -> DateTime {
    let before = earlier(now, WIDEST_GAP);
    let jumped = zone.to_offset(before) != zone.to_offset(now);
    zone.to_datetime(if jumped { before } else { now })
}

fn list(set: Set) -> String {
    field::numbers(set).map(|n| n.to_string()).collect::<Vec<_>>().join(",")
}

/// Weekdays by name, since the crate's numbers mean other days; all of them as `*`, which it takes as "any".
fn named(set: Set) -> String {
    let names: Vec<_> = field::numbers(set).filter_map(|n| WEEKDAYS.get(n as usize).copied()).collect();
    if names.len() == WEEKDAYS.len() { "*".into() } else { names.join(",") }
}

fn to_chrono(time: DateTime) -> Option<ChronoDateTime<Utc>> {
    let [month, day, hour, minute, second] =
        [time.month(), time.day(), time.hour(), time.minute(), time.second()]
            .map(|n| u32::from(n.unsigned_abs()));
    let date = NaiveDate::from_ymd_opt(time.year().into(), month, day)?;
    Some(date.and_hms_opt(hour, minute, second)?.and_utc())
}

fn from_chrono(time: ChronoDateTime<Utc>) -> Option<DateTime> {
    let small = |n: u32| i8::try_from(n).ok();
    let year = i16::try_from(time.year()).ok()?;
    let date = civil::Date::new(year, small(time.month())?, small(time.day())?).ok()?;
    Some(date.at(small(time.hour())?, small(time.minute())?, 0, 0))
}
