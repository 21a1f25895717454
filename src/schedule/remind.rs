//! When a reminder is due.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

/// The hour of the day, in UTC, at which reminders of a date come: when people in Europe begin to work.
const HOUR: i8 = 8;
/// A reminder that could not be given in time is given late, but no later than this: then it is history.
pub const LATE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// What has been open for longer than it takes to be told, and this, is listed by `fineprint review` and no more told:
/// an archive that is years old must not tell all of it when reminders are first switched on.
pub const STALE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What is due now, and when the next one will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminders<T> {
    /// What is due: whether it was given already, its id knows.
    pub due: Option<T>,
    /// When there will be more.
    pub next: Option<Timestamp>,
}

/// The reminder that is due of a change announced at `announced` and in force from `effective`, as days before: the
/// closest to the date of those whose time has come. One that would have come before the announcement never comes: the
/// announcement said so.
pub fn before_effective(
    announced: Timestamp,
    effective: Date,
    days_before: &[u16],
    now: Timestamp,
) -> Reminders<u16> {
    let times = days_before.iter().filter_map(|days| Some((*days, moment(effective, *days)?)));
    let times: Vec<(u16, Timestamp)> = times.filter(|(_, at)| *at > announced).collect();
    let closest = times.iter().filter(|(_, at)| *at <= now).max_by_key(|(_, at)| *at);
    let is_late = moment(effective, 0).is_none_or(|at| now.duration_since(at) > LATE);
    Reminders {
        due: closest.filter(|_| !is_late).map(|(days, _)| *days),
        next: times.iter().map(|(_, at)| *at).filter(|at| *at > now).min(),
    }
}

/// Whether a change that has been open since `since` is to be told again after so many days.
pub fn after_silence(since: Timestamp, days: u16, now: Timestamp) -> Reminders<()> {
    let Ok(at) = since.checked_add(SignedDuration::from_hours(24 * i64::from(days))) else {
        return Reminders { due: None, next: None };
    };
    let is_due = at <= now && now.duration_since(at) <= STALE;
    Reminders { due: is_due.then_some(()), next: Some(at).filter(|at| *at > now) }
}

/// When a reminder so many days before a date comes.
fn moment(effective: Date, days: u16) -> Option<Timestamp> {
    let day = effective.checked_sub(i32::from(days).days()).ok()?;
    Some(day.at(HOUR, 0, 0, 0).to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    #[test]
    fn the_closest_reminder_whose_time_has_come_is_due() {
        let (announced, effective) = (at("2026-03-01T12:00:00Z"), "2026-04-01".parse().unwrap());
        for (now, due, next) in [
            ("2026-03-01T12:00:00Z", None, Some("2026-03-25T08:00:00Z")),
            ("2026-03-25T07:59:59Z", None, Some("2026-03-25T08:00:00Z")),
            ("2026-03-25T08:00:00Z", Some(7), Some("2026-03-31T08:00:00Z")),
            ("2026-03-31T08:00:00Z", Some(1), None),
            ("2026-04-08T08:00:00Z", Some(1), None),
            ("2026-04-08T08:00:01Z", None, None),
        ] {
            let reminders = before_effective(announced, effective, &[1, 7], at(now));
            assert_eq!(reminders, Reminders { due, next: next.map(at) }, "{now}");
        }
    }

    #[test]
    fn what_the_announcement_said_is_not_repeated() {
        let effective = "2026-04-01".parse().unwrap();
        let late = at("2026-03-28T12:00:00Z");
        let reminders = before_effective(late, effective, &[7, 1], late);
        assert_eq!(reminders, Reminders { due: None, next: Some(at("2026-03-31T08:00:00Z")) });
        let too_late = at("2026-04-02T00:00:00Z");
        assert_eq!(
            before_effective(too_late, effective, &[7, 1], too_late),
            Reminders { due: None, next: None }
        );
        assert_eq!(before_effective(late, Date::MIN, &[7], late), Reminders { due: None, next: None });
    }

    #[test]
    fn silence_is_told_in_time_or_not_at_all() {
        let since = at("2026-03-01T12:00:00Z");
        for (now, due, next) in [
            ("2026-03-01T12:00:00Z", None, Some("2026-03-04T12:00:00Z")),
            ("2026-03-04T12:00:00Z", Some(()), None),
            ("2026-04-03T12:00:00Z", Some(()), None),
            ("2026-04-03T12:00:01Z", None, None),
        ] {
            assert_eq!(after_silence(since, 3, at(now)), Reminders { due, next: next.map(at) }, "{now}");
        }
    }
}
