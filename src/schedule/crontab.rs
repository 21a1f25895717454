//! Five-field crontab lines, as crontab(5) has them.

use super::field::{self, Set};
use super::{Error, Part};

/// A line, read: which minutes, hours, days, months and weekdays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fields {
    pub minutes: Set,
    pub hours: Set,
    pub days: Set,
    pub months: Set,
    /// 0 is Sunday.
    pub weekdays: Set,
    /// Day and weekday are both restricted, so that either is enough: `0 9 1 * 1` is the first of the month and
    /// every Monday. As in crontab(5), a field that begins with `*` doesn't restrict in this sense: with `*/2`
    /// both must match.
    pub either_day: bool,
}

/// Reads a crontab line or one of the `@` shorthands.
pub(super) fn parse(line: &str) -> Result<Fields, Error> {
    let expanded = match line.to_ascii_lowercase().as_str() {
        "@hourly" => "0 * * * *",
        "@daily" => "0 0 * * *",
        "@weekly" => "0 0 * * 0",
        "@monthly" => "0 0 1 * *",
        other if other.starts_with('@') => return Err(Error::Shorthand(line.to_owned())),
        _ => line,
    };
    let fields: Vec<&str> = expanded.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = fields[..] else {
        let cronlike = expanded.starts_with(|c: char| c == '*' || c.is_ascii_digit()) && fields.len() > 2;
        return Err(if cronlike { Error::Fields(fields.len()) } else { Error::Unknown(line.to_owned()) });
    };
    Ok(Fields {
        minutes: field::parse(minute, Part::Minute)?,
        hours: field::parse(hour, Part::Hour)?,
        days: field::parse(day, Part::Day)?,
        months: field::parse(month, Part::Month)?,
        weekdays: field::parse(weekday, Part::Weekday)?,
        either_day: !day.starts_with('*') && !weekday.starts_with('*'),
    })
}
