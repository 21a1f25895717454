//! Days as people write them, found in a folded sentence.

mod months;

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Captures, Regex};

use super::counted::{self, Count};

/// Stands in for the first day named in a sentence, its successors for the others: private use characters, which
/// [`super::fold`] lets in from nowhere.
const FIRST: char = '\u{e000}';
/// All that may stand for a day, in a pattern.
pub(super) const ANY: &str = r"\x{e000}-\x{f8ff}";
/// In one sentence so many days are seen; a sentence that names more is a list.
const NAMED: usize = 32;

/// A day as it is named.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Named {
    /// A day that can't be another.
    Day(Date),
    /// Two numbers in an order that has to be known, and a year.
    Numbers(Numbers),
    /// A day counted from another.
    Counted(Count),
}

/// `03/04/2027`
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Numbers {
    first: i8,
    second: i8,
    year: i16,
}

impl Numbers {
    pub(super) fn day_first(self) -> Option<Date> {
        Date::new(self.year, self.second, self.first).ok()
    }

    pub(super) fn month_first(self) -> Option<Date> {
        Date::new(self.year, self.first, self.second).ok()
    }

    /// The day, if only one order makes one.
    pub(super) fn only_reading(self) -> Option<Date> {
        match (self.day_first(), self.month_first()) {
            (Some(day), None) | (None, Some(day)) => Some(day),
            (Some(a), Some(b)) if a == b => Some(a),
            _ => None,
        }
    }

    pub(super) fn may_be(self, date: Date) -> bool {
        self.day_first() == Some(date) || self.month_first() == Some(date)
    }
}

/// A folded sentence in which every day is one character, and the days.
pub(super) fn name(folded: &str) -> (String, Vec<Named>) {
    let mut named = Vec::new();
    let with_days = replace(folded, &WRITTEN, &mut named, written);
    let with_counts = replace(&with_days, counted::pattern(), &mut named, counted::read);
    (with_counts, named)
}

/// The day that a character stands for.
pub(super) fn index(c: char) -> Option<usize> {
    let index = usize::try_from(u32::from(c).checked_sub(FIRST.into())?).ok()?;
    (index < NAMED).then_some(index)
}

fn replace(
    text: &str,
    pattern: &Regex,
    named: &mut Vec<Named>,
    read: fn(&str, &Captures<'_>) -> Option<Named>,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for captures in pattern.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        let (Some(name), true) = (read(text, &captures), named.len() < NAMED) else { continue };
        out.push_str(&text[end..whole.start()]);
        out.extend(char::from_u32(u32::from(FIRST) + named.len() as u32));
        named.push(name);
        end = whole.end();
    }
    out.push_str(&text[end..]);
    out
}

/// `2027-03-01`, `1.3.2027`, `march 1st, 2027`, `1er mars 2027`, `2027年3月1日`, `令和9年3月1日`.
static WRITTEN: LazyLock<Regex> = LazyLock::new(|| {
    let month = months::pattern();
    let number = "[0-9〇零一二三四五六七八九十]";
    let pattern = format!(
        r"(?<y>[0-9]{{4}})(?<s>[-/.])(?<m>[0-9]{{1,2}})(?<t>[-/.])(?<d>[0-9]{{1,2}})
        |(?<a>[0-9]{{1,2}})\ ?(?<u>[-/.])\ ?(?<b>[0-9]{{1,2}})\ ?(?<v>[-/.])\ ?(?<z>[0-9]{{4}})
        |(?<m1>{month})\.?\ ?(?<d1>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\ ?(?:of\ )?(?<y1>[0-9]{{4}})
        |(?<d2>[0-9]{{1,2}})(?:st|nd|rd|th|\.?er|\.|o|°|a)?\ ?(?:day\ of\ |of\ |de\ |d'|من\ |-|/)?\ ?
            (?<m2>{month})(?:\ ?[/(]\ ?(?:{month})\)?)?\.?,?[\ -]?(?:de\ |del\ |do\ |of\ |عام\ |سنة\ )?(?<y2>[0-9]{{4}})
        |(?<era>令和)?(?<y3>{number}{{1,4}}|元)\ ?(?:年|년)\ ?(?<m3>{number}{{1,3}})\ ?(?:月|월)\ ?(?<d3>{number}{{1,3}})\ ?(?:日|号|號|일)"
    );
    let pattern = super::fold::pattern(&format!("(?x){pattern}"));
    Regex::new(&pattern).expect("the pattern is ours, and a test uses it")
});

fn written(text: &str, captures: &Captures<'_>) -> Option<Named> {
    if !stands_alone(text, captures) {
        return None;
    }
    let get = |name: &str| captures.name(name).map(|m| m.as_str());
    let number = |name: &str| get(name).and_then(number);
    if let Some(first) = number("a") {
        let second = number("b")?;
        let numbers = Numbers { first: first as i8, second: second as i8, year: year(number("z")?)? };
        let plausible = numbers.day_first().or(numbers.month_first()).is_some() && get("u") == get("v");
        // With dots, and with the month behind them, the day comes first everywhere.
        return match plausible {
            true if get("u") == Some(".") => numbers.day_first().map(Named::Day),
            true => Some(Named::Numbers(numbers)),
            false => None,
        };
    }
    let (y, m, d) = if let Some(y) = number("y") {
        (get("s") == get("t")).then_some((y, number("m")?, number("d")?))?
    } else if let Some(name) = get("m1") {
        (number("y1")?, months::number(name)?, number("d1")?)
    } else if let Some(name) = get("m2") {
        (number("y2")?, months::number(name)?, number("d2")?)
    } else if get("era").is_some() {
        // Reiwa began in 2019, its first year.
        (
            2018 + get("y3").and_then(|y| if y == "元" { Some(1) } else { self::number(y) })?,
            number("m3")?,
            number("d3")?,
        )
    } else {
        (number("y3")?, number("m3")?, number("d3")?)
    };
    Date::new(year(y)?, m as i8, d as i8).ok().map(Named::Day)
}

/// Whether neither digits nor letters of the same word surround a day: `v1.2.2027.4` is none.
fn stands_alone(text: &str, captures: &Captures<'_>) -> bool {
    let Some(whole) = captures.get(0) else { return false };
    let (before, after) = (text[..whole.start()].chars().next_back(), text[whole.end()..].chars().next());
    let first = whole.as_str().chars().next().unwrap_or(' ');
    let ends_in_digit = whole.as_str().ends_with(|c: char| c.is_ascii_digit());
    let joins = |c: char| c.is_ascii_alphanumeric() || "-/._".contains(c);
    let opens = match before {
        Some(c) if first.is_ascii_digit() => !joins(c),
        Some(c) if first.is_alphabetic() && !counted::is_dense(first) => !c.is_alphabetic(),
        _ => true,
    };
    let closes = match after {
        Some(c) if ends_in_digit => !(c.is_ascii_alphanumeric() || "/_".contains(c)) || c == 't',
        _ => true,
    };
    // What follows a full stop or hyphen decides what it is: `2027.03.01.7` is a version.
    let mut rest = text[whole.end()..].chars();
    let goes_on = matches!(rest.next(), Some('.' | '-')) && rest.next().is_some_and(|c| c.is_ascii_digit());
    opens && closes && !(ends_in_digit && goes_on)
}

/// The years policies speak of; `1448` is a year of another calendar.
fn year(year: u32) -> Option<i16> {
    (1990..=2100).contains(&year).then_some(year as i16)
}

/// A number in digits, or in those of Chinese: 三十一, 二〇二七.
pub(super) fn number(text: &str) -> Option<u32> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let digit = |c: char| "〇一二三四五六七八九".chars().position(|d| d == c || c == '零' && d == '〇');
    let digits = |text: &str| -> Option<u32> {
        text.chars().try_fold(0u32, |sum, c| sum.checked_mul(10)?.checked_add(digit(c)? as u32))
    };
    match text.split_once('十') {
        None => digits(text).filter(|_| !text.is_empty()),
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { digits(tens)? };
            Some(tens.checked_mul(10)? + digits(ones)?)
        }
    }
}

#[cfg(test)]
mod tests;
