//! One field of a crontab line: lists, ranges, steps and names, read into a set of numbers.

use super::{Error, Part};

/// A set of numbers from 0 to 63, one bit each.
pub(super) type Set = u64;

/// Reads a field as crontab(5) has it; weekday 7 becomes 0.
pub(super) fn parse(text: &str, part: Part) -> Result<Set, Error> {
    text.split(',').try_fold(0, |set, item| {
        let found = read_item(item, part).map_err(|why| Error::Field { part, text: item.to_owned(), why })?;
        Ok(set | found)
    })
}

/// The numbers in a set, ascending.
pub(super) fn numbers(set: Set) -> impl Iterator<Item = u32> {
    (0..64).filter(move |n| set & (1 << n) != 0)
}

/// `*`, `a`, `a-b`, each but the second with an optional `/step`.
fn read_item(item: &str, part: Part) -> Result<Set, &'static str> {
    let (range, step) = match item.split_once('/') {
        None => (item, 1),
        Some((range, step)) => (range, read_step(step, part)?),
    };
    let (min, max) = part.bounds();
    let (first, last) = if range == "*" {
        // Weekdays count 0 to 7 when named, but there are seven of them.
        (min, if part == Part::Weekday { 6 } else { max })
    } else if let Some((first, last)) = range.split_once('-') {
        (read_number(first, part)?, read_number(last, part)?)
    } else {
        let number = read_number(range, part)?;
        if step != 1 {
            return Err("has a step without a range");
        }
        (number, number)
    };
    expand(first, last, step, part)
}

fn expand(first: u32, last: u32, step: u32, part: Part) -> Result<Set, &'static str> {
    // Names and weekdays go round: fri-mon, nov-feb. A minute range that runs backwards is a slip.
    let around = match part {
        Part::Weekday => 7,
        Part::Month => 12,
        Part::Minute | Part::Hour | Part::Day if first > last => return Err("runs backwards"),
        Part::Minute | Part::Hour | Part::Day => 0,
    };
    let last = if first > last { last + around } else { last };
    let wrap = |n| match part {
        Part::Weekday => n % 7,
        Part::Month => (n - 1) % 12 + 1,
        Part::Minute | Part::Hour | Part::Day => n,
    };
    Ok((first..=last).step_by(step as usize).fold(0, |set, n| set | 1 << wrap(n)))
}

fn read_step(text: &str, part: Part) -> Result<u32, &'static str> {
    let (min, max) = part.bounds();
    match digits(text) {
        None => Err("has a step that is not a number"),
        Some(0) => Err("has a step of 0"),
        // `*/90` would silently mean "at minute 0"; `every 90 minutes` is what was meant.
        Some(step) if step > max - min => Err("has a step beyond the field's range"),
        Some(step) => Ok(step),
    }
}

fn read_number(text: &str, part: Part) -> Result<u32, &'static str> {
    let (min, max) = part.bounds();
    if let Some(number) = digits(text) {
        return if (min..=max).contains(&number) { Ok(number) } else { Err("is out of range") };
    }
    if text.is_empty() {
        return Err("has an empty place");
    }
    let name = text.to_ascii_lowercase();
    let named = part.names().iter().position(|full| name == *full || Some(name.as_str()) == full.get(..3));
    match named {
        Some(at) => Ok(min + at as u32),
        None => Err(if is_extension(&name) {
            "uses L, W, # or ?, which are not supported"
        } else {
            "can't be read"
        }),
    }
}

/// Quartz and its kin: `L`, `5L`, `LW`, `15W`, `2#1`, `?`. They look valid to those who know them, so they get a reason.
fn is_extension(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_digit() || matches!(c, 'l' | 'w' | '#' | '?'))
}

fn digits(text: &str) -> Option<u32> {
    let valid = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    valid.then(|| text.parse().ok()).flatten()
}

impl Part {
    fn bounds(self) -> (u32, u32) {
        match self {
            Self::Minute => (0, 59),
            Self::Hour => (0, 23),
            Self::Day => (1, 31),
            Self::Month => (1, 12),
            Self::Weekday => (0, 7),
        }
    }

    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Month => &[
                "january",
                "february",
                "march",
                "april",
                "may",
                "june",
                "july",
                "august",
                "september",
                "october",
                "november",
                "december",
            ],
            Self::Weekday => &["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"],
            Self::Minute | Self::Hour | Self::Day => &[],
        }
    }
}
