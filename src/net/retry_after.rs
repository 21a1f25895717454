//! How long a server asked us to stay away.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// What a server may ask for at most: one that says "in a year" would otherwise switch a source off.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// Reads a `Retry-After` value (RFC 9110, section 10.2.3): seconds, or a date in any of HTTP's three forms.
///
/// `None` for what can't be read or is over already; at most a day after `now`.
///
/// ```
/// let now = "2026-03-01T00:00:00Z".parse()?;
/// let seconds = fineprint::net::retry_after("120", now);
/// let date = fineprint::net::retry_after("Sun, 01 Mar 2026 00:02:00 GMT", now);
/// assert_eq!(seconds, Some("2026-03-01T00:02:00Z".parse()?));
/// assert_eq!(date, seconds);
/// # Ok::<(), jiff::Error>(())
/// ```
pub fn retry_after(value: &str, now: Timestamp) -> Option<Timestamp> {
    let value = value.trim();
    let latest = now.checked_add(LONGEST).unwrap_or(Timestamp::MAX);
    let until = if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        // Digits too many to count are more than a day.
        let seconds = value.parse().unwrap_or(i64::MAX);
        now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(latest)
    } else {
        date(value)?
    };
    (until > now).then(|| until.min(latest))
}

fn date(value: &str) -> Option<Timestamp> {
    const FORMS: [&str; 3] =
        ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let civil = FORMS.iter().find_map(|form| DateTime::strptime(form, value).ok())?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_none_is_believed_beyond_a_day() {
        let now: Timestamp = "1994-11-06T08:00:00Z".parse().unwrap();
        let table = [
            ("90", Some("1994-11-06T08:01:30Z")),
            (" 90 ", Some("1994-11-06T08:01:30Z")),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Sun Nov  6 08:49:37 1994", Some("1994-11-06T08:49:37Z")),
            ("31536000", Some("1994-11-07T08:00:00Z")),
            ("99999999999999999999999999", Some("1994-11-07T08:00:00Z")),
            ("Sun, 06 Nov 2094 08:49:37 GMT", None), // it was a Saturday
            ("Sat, 06 Nov 2094 08:49:37 GMT", Some("1994-11-07T08:00:00Z")),
            ("Sun, 06 Nov 1994 07:00:00 GMT", None),
            ("0", None),
            ("-1", None),
            ("", None),
            ("soon", None),
        ];
        for (value, expected) in table {
            assert_eq!(retry_after(value, now), expected.map(|t| t.parse().unwrap()), "{value}");
        }
    }
}
