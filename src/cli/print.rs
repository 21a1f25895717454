//! Small forms that several commands print.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::Serialize;
use std::io::{self, Write};

/// An instant for people: to the minute, in UTC.
pub(super) fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

/// One object as a line of JSON.
pub(super) fn json_line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// `1 source`, `2 sources`.
pub(super) fn count(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// A time as typed: an RFC 3339 instant, or a date, which means its end in UTC.
pub(super) fn instant(typed: &str) -> Result<Timestamp, super::Failure> {
    read(typed, |date| date.at(23, 59, 59, 999_999_999))
}

/// The same, but a date means its beginning.
pub(super) fn instant_from(typed: &str) -> Result<Timestamp, super::Failure> {
    read(typed, |date| date.at(0, 0, 0, 0))
}

fn read(typed: &str, in_day: fn(Date) -> DateTime) -> Result<Timestamp, super::Failure> {
    let instant = |date: Date| in_day(date).to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    typed.parse().or_else(|_| typed.parse::<Date>().and_then(instant)).map_err(|_| {
        super::Failure::usage(format!("error: `{typed}` is not a time"))
            .hint("write a date (2026-03-01) or an instant (2026-03-01T12:00:00Z)")
    })
}
