//! How digests, quiet hours and rates are written.

use jiff::SignedDuration;
use jiff::civil::{Time, Weekday};

use super::{Quiet, Rate, Rhythm};

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// Most messages in a rate: above that it caps nothing that happens.
const MAX_MESSAGES: usize = 1_000;

/// `hourly`, `daily 08:00`, `weekly monday 08:00`; `None` for what is none of these.
///
/// ```
/// use fineprint::digest::rhythm;
/// assert!(rhythm("weekly mon 08:00").is_some());
/// assert!(rhythm("monthly").is_none());
/// ```
pub fn rhythm(text: &str) -> Option<Rhythm> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["hourly"] => Some(Rhythm::Hourly),
        ["daily", at] => Some(Rhythm::Daily(time(at)?)),
        ["weekly", day, at] => Some(Rhythm::Weekly(weekday(day)?, time(at)?)),
        _ => None,
    }
}

/// `22:00-07:00`: from a time up to another one.
pub fn quiet(text: &str) -> Option<Quiet> {
    let (from, to) = text.split_once(['-', '–'])?;
    let quiet = Quiet { from: time(from.trim())?, to: time(to.trim())? };
    // Quiet all day would be no channel at all.
    (quiet.from != quiet.to).then_some(quiet)
}

/// `20 per hour`; also `minute` and `day`. From 1 to 1,000.
pub fn rate(text: &str) -> Option<Rate> {
    let [messages, "per", unit] = text.split_whitespace().collect::<Vec<_>>()[..] else { return None };
    let per = match unit.to_lowercase().as_str() {
        "minute" => SignedDuration::from_mins(1),
        "hour" => SignedDuration::from_hours(1),
        "day" => SignedDuration::from_hours(24),
        _ => return None,
    };
    let messages = messages.parse().ok().filter(|n| (1..=MAX_MESSAGES).contains(n))?;
    Some(Rate { messages, per })
}

/// `08:00`, of 24 hours.
fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str| {
        let is_plain = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if is_plain { text.parse::<i8>().ok() } else { None }
    };
    if minute.len() != 2 {
        return None;
    }
    Time::new(number(hour)?, number(minute)?, 0, 0).ok()
}

/// A weekday by its name, or three letters of it or more.
fn weekday(text: &str) -> Option<Weekday> {
    let named = WEEKDAYS.iter().find(|(name, _)| text.len() >= 3 && name.starts_with(text))?;
    Some(named.1)
}
