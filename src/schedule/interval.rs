//! Intervals as people write them: `every 6h`, `every 90 minutes`, `every 1d`.

use jiff::SignedDuration;

use super::Error;

const MIN: SignedDuration = SignedDuration::from_mins(1);
const MAX: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Reads `every …`; `None` for a line that begins otherwise.
pub(super) fn parse(line: &str) -> Result<Option<SignedDuration>, Error> {
    let line = line.to_ascii_lowercase();
    let Some(rest) = line.strip_prefix("every") else { return Ok(None) };
    if !rest.starts_with(|c: char| c.is_whitespace() || c.is_ascii_digit()) {
        return Err(Error::Interval(line));
    }
    let rest = rest.trim_start();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (count, unit) = rest.split_at(digits);
    let Some(seconds) = seconds_in(unit.trim_start()).filter(|_| digits > 0) else {
        return Err(Error::Interval(line));
    };
    count
        .parse::<i64>()
        .ok()
        .and_then(|count| count.checked_mul(seconds))
        .map(SignedDuration::from_secs)
        .filter(|interval| (MIN..=MAX).contains(interval))
        .map(Some)
        .ok_or(Error::OutOfRange(line))
}

fn seconds_in(unit: &str) -> Option<i64> {
    Some(match unit {
        // Read, so that `every 30s` is told that it is too short and not that seconds are unheard of.
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        "w" | "week" | "weeks" => 604_800,
        _ => return None,
    })
}
