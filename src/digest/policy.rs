//! When a channel may be told something.

use std::fmt;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

/// When a channel may be told something; the default is always.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The zone whose wall clock the others speak of.
    pub zone: TimeZone,
    /// Told together at these times; `None` for at once.
    pub digest: Option<Rhythm>,
    /// Hours in which only what is critical is told.
    pub quiet: Option<Quiet>,
    /// How many messages at most.
    pub at_most: Option<Rate>,
}

impl Default for Policy {
    fn default() -> Self {
        Self { zone: TimeZone::UTC, digest: None, quiet: None, at_most: None }
    }
}

/// The times of a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// On the hour.
    Hourly,
    /// Every day at a time.
    Daily(Time),
    /// Once a week, at a time of a day.
    Weekly(Weekday, Time),
}

/// Hours of every day, from a time up to another, past midnight where that is earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// When they begin.
    pub from: Time,
    /// When they are over.
    pub to: Time,
}

/// So many messages in any stretch of time so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many, at least one.
    pub messages: usize,
    /// In which time.
    pub per: SignedDuration,
}

impl Policy {
    /// When what was queued at `queued_at` is told, as far as digest and quiet hours go; in the past for what is
    /// overdue.
    pub fn release(&self, queued_at: Timestamp) -> Timestamp {
        let at = match self.digest {
            Some(rhythm) => rhythm.next(&self.zone, queued_at),
            None => queued_at,
        };
        self.quiet_until(at).unwrap_or(at)
    }

    /// When the quiet hours are over, if `now` is in them.
    pub fn quiet_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.quiet.and_then(|quiet| quiet.until(&self.zone, now))
    }
}

impl fmt::Display for Rate {
    /// `20 messages an hour`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.per.as_secs() {
            ..=60 => "a minute",
            61..=3600 => "an hour",
            _ => "a day",
        };
        write!(f, "{} message{} {unit}", self.messages, if self.messages == 1 { "" } else { "s" })
    }
}

impl Rhythm {
    /// The first of its times after `at`. One that the clock skips in spring comes as much later as the clock jumped.
    fn next(self, zone: &TimeZone, at: Timestamp) -> Timestamp {
        let local = zone.to_datetime(at);
        match self {
            Self::Hourly => {
                let hour = 3600;
                let into = local.minute() as i64 * 60 + i64::from(local.second());
                let start = at.as_second() - into;
                Timestamp::from_second(start.saturating_add(hour)).unwrap_or(Timestamp::MAX)
            }
            Self::Daily(time) => first_after(zone, at, local.date(), 1, |date| date.to_datetime(time)),
            Self::Weekly(weekday, time) => {
                let back = i64::from(local.date().weekday().since(weekday));
                let last = local.date().checked_sub(back.days()).unwrap_or(local.date());
                first_after(zone, at, last, 7, |date| date.to_datetime(time))
            }
        }
    }
}

impl Quiet {
    fn until(self, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
        let local = zone.to_datetime(now);
        let time = local.time();
        let is_quiet = if self.from <= self.to {
            (self.from..self.to).contains(&time)
        } else {
            time >= self.from || time < self.to
        };
        is_quiet.then(|| first_after(zone, now, local.date(), 1, |date| date.to_datetime(self.to)))
    }
}

/// The first instant after `at` among the times that `time_on` gives for a date and those `days` later.
fn first_after(
    zone: &TimeZone,
    at: Timestamp,
    mut date: Date,
    days: i64,
    time_on: impl Fn(Date) -> DateTime,
) -> Timestamp {
    // Two steps reach beyond any instant of the first date's day, however the clock jumps.
    for _ in 0..3 {
        let time = zone.to_ambiguous_timestamp(time_on(date)).compatible();
        if let Some(time) = time.ok().filter(|time| *time > at) {
            return time;
        }
        date = date.checked_add(days.days()).unwrap_or(Date::MAX);
    }
    Timestamp::MAX
}
