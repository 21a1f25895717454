//! Days counted from this notice: `30 days after this notice`, `本通知之日起30日后`.
//!
//! Only what is counted from the very text that is read says a day. "30 days after we post them" is a rule for
//! changes to come, and is left alone here already; what is left of doubt is for [`super::words`].

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use regex::{Captures, Regex};

use super::calendar::{self, Named};
use super::fold;
use super::words::{self, Words};

/// So many units from the day on which a text was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    n: i32,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
}

impl Count {
    /// The day so far from `start`; `None` where the calendar ends.
    pub(super) fn from(self, start: Date) -> Option<Date> {
        let span: Span = match self.unit {
            Unit::Day => self.n.days(),
            Unit::Week => self.n.weeks(),
            Unit::Month => self.n.months(),
        };
        start.checked_add(span).ok()
    }
}

/// All ways of counting, in all languages.
pub(super) fn pattern() -> &'static Regex {
    static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
        let amount = amount();
        let count = |words: &Words, count: &str| {
            let start = if words.is_spaced { r"\b" } else { "" };
            format!("{start}(?:{})", fold::pattern(count).replace("<N>", &amount))
        };
        let counts = words::ALL.iter().flat_map(|words| words.counts.iter().map(|c| count(words, c)));
        let counts: Vec<String> = counts.collect();
        Regex::new(&counts.join("|")).expect("the patterns are ours, and a test uses them")
    });
    &PATTERN
}

/// `30 days`, `thirty (30) days`, `30日`; without groups of its own.
fn amount() -> String {
    let mut units: Vec<String> = units().map(|(word, _)| fold::text(word)).collect();
    units.sort_by_key(|unit| std::cmp::Reverse(unit.chars().count()));
    let units = units.join("|");
    format!(
        r"(?:(?:[\w-]+ \()?[0-9]{{1,3}}\)?|[一二三四五六七八九十]{{1,3}}) ?(?:calendar |full )?(?:{units})"
    )
}

/// The count that was found, if it can be counted.
pub(super) fn read(_: &str, captures: &Captures<'_>) -> Option<Named> {
    static AMOUNT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(&amount()).expect("the pattern is ours, and a test uses it"));
    let amount = AMOUNT.find(captures.get(0)?.as_str())?.as_str();
    let n = digits(amount)?;
    let names_unit = |(word, _): &(&str, Unit)| amount.ends_with(fold::text(word).as_str());
    let unit = units().filter(names_unit).max_by_key(|(word, _)| word.len())?.1;
    Some(Named::Counted(Count { n, unit }))
}

/// Whether a letter is of a script written without spaces.
pub(super) fn is_dense(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}')
}

/// The number in an amount.
fn digits(amount: &str) -> Option<i32> {
    let is_digit = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let start = amount.find(is_digit)?;
    let digits: String = amount[start..].chars().take_while(|c| is_digit(*c)).collect();
    calendar::number(&digits)?.try_into().ok()
}

/// The words for units of time.
fn units() -> impl Iterator<Item = (&'static str, Unit)> {
    let of = |unit: Unit| {
        words::ALL.iter().flat_map(move |words| {
            let names = match unit {
                Unit::Month => words.months,
                Unit::Week => words.weeks,
                Unit::Day => words.days,
            };
            names.iter().map(move |name| (*name, unit))
        })
    };
    of(Unit::Month).chain(of(Unit::Week)).chain(of(Unit::Day))
}
