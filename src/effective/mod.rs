//! A changed text → the days on which something takes effect or ends, pure.
//!
//! [`find`] reads the clauses that are new or reworded, sentence by sentence. A day counts only where the words
//! right beside it say that something takes effect on it or ends with it (`words`, in eleven languages); a day
//! that the text before named in the same sense is no news. Where the words leave a doubt (`03/04/2027` with
//! nothing that tells the order, `any changes take effect 30 days after they are posted`) nothing is found.

mod calendar;
mod counted;
mod cue;
mod fold;
mod region;
mod statement;
mod words;

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::diff::{Diff, Edit};
use crate::model::{EffectiveDate, EffectiveKind, Text};

use calendar::Named;
use statement::{Statement, statements};

/// A change names at most so many days; of those behind nothing is told.
const DATES: usize = 24;
/// So many days with their words are weighed in a text at most: one with more is a table of dates, and the work for
/// a hostile one stays small.
const WEIGHED: usize = 400;
/// What took effect earlier than this many days before the text was seen is its history, not news.
const PAST: i32 = 366;
/// A day further ahead than this many years is a slip of the pen, or an example.
const AHEAD: i16 = 10;
/// A sentence longer than this many characters is cut around its day.
const SENTENCE: usize = 300;

/// The days that are news in `after`, soonest first, with the sentences that name them; `at` is when the text was
/// fetched, from which "30 days after this notice" is counted.
pub fn find(before: &Text, after: &Text, diff: &Diff, at: Timestamp) -> Vec<EffectiveDate> {
    let seen = at.to_zoned(TimeZone::UTC).date();
    let changed: Vec<usize> = diff.changed().flat_map(news).collect();
    let mut found = stated(after, &changed, seen);
    if !found.is_empty() {
        let known = Known::of(before, &found, seen);
        found.retain(|found| !known.says(found));
    }
    let mut told = BTreeSet::new();
    found.retain(|found| told.insert((found.date.date, found.date.kind)));
    found.truncate(DATES);
    found.sort_by_key(|found| (found.date.date, found.date.kind));
    found.into_iter().map(|found| found.date).collect()
}

/// The one of several days for the headline: the next on which something takes effect, or else the last that did.
pub fn main(dates: &[EffectiveDate], at: Timestamp) -> Option<Date> {
    let seen = at.to_zoned(TimeZone::UTC).date();
    let starts = || dates.iter().filter(|d| d.kind == EffectiveKind::TakesEffect).map(|d| d.date);
    starts().filter(|date| *date >= seen).min().or_else(|| starts().max())
}

/// Whether a text still says what was found in an earlier one.
pub fn still_says(text: &Text, found: &EffectiveDate) -> bool {
    let seen = found.counted_from.unwrap_or(found.date);
    let found = [Found { folded: fold::text(&found.sentence), date: found.clone() }];
    Known::of(text, &found, seen).says(&found[0])
}

/// The clauses whose words are new.
fn news(edit: &Edit) -> Range<usize> {
    match edit {
        Edit::Added { .. } | Edit::Reworded { .. } | Edit::Split { .. } | Edit::Merged { .. } => {
            edit.afters()
        }
        Edit::Kept { .. } | Edit::Moved { .. } | Edit::Removed { .. } => 0..0,
    }
}

struct Found {
    date: EffectiveDate,
    /// Its sentence as it is compared.
    folded: String,
}

/// The days that these clauses of a text name, in reading order.
fn stated(text: &Text, clauses: &[usize], seen: Date) -> Vec<Found> {
    let mut found = Vec::new();
    let mut weighed = 0;
    for statement in clauses.iter().flat_map(|i| statements(text, *i)) {
        for place in statement.places() {
            weighed += 1;
            if weighed > WEIGHED {
                return found;
            }
            found.extend(weigh(&statement, place, &text.language, seen));
        }
    }
    found
}

/// The day at one place of a sentence, if its words say what it is.
fn weigh(statement: &Statement, place: usize, language: &str, seen: Date) -> Option<Found> {
    let (left, right) = statement.around(place)?;
    let named = statement.named(place)?;
    let cue = cue::read(left, right, named, language)?;
    let (date, counted_from) = match *named {
        Named::Day(date) => (date, None),
        Named::Numbers(numbers) => (region::day(numbers, cue.language, language)?, None),
        Named::Counted(count) => (count.from(seen)?, Some(seen)),
    };
    let near = seen.checked_sub(PAST.days()).ok()? <= date && date <= seen.checked_add(AHEAD.years()).ok()?;
    near.then(|| Found {
        folded: fold::text(&statement.shown),
        date: EffectiveDate {
            date,
            kind: cue.kind,
            sentence: statement.sentence(place, SENTENCE),
            counted_from,
        },
    })
}

/// What a text says of the days that were found in another.
struct Known {
    days: BTreeSet<(Date, EffectiveKind)>,
    sentences: BTreeSet<String>,
    /// Too many days to weigh them all: none of them counts as news.
    is_flooded: bool,
}

impl Known {
    fn of(text: &Text, found: &[Found], seen: Date) -> Self {
        let mut known = Self { days: BTreeSet::new(), sentences: BTreeSet::new(), is_flooded: false };
        let mut weighed = 0;
        let may_name = |i: &usize| found.iter().any(|found| may_name(&text.clauses[*i].text, &found.date));
        for statement in (0..text.clauses.len()).filter(may_name).flat_map(|i| statements(text, i)) {
            for place in statement.places() {
                let Some(named) = statement.named(place) else { continue };
                if !found.iter().any(|found| may_be(named, &found.date)) {
                    continue;
                }
                weighed += 1;
                if weighed > WEIGHED {
                    return Self { is_flooded: true, ..known };
                }
                if let Some(Found { date, folded }) = weigh(&statement, place, &text.language, seen) {
                    match date.counted_from {
                        None => known.days.insert((date.date, date.kind)),
                        Some(_) => known.sentences.insert(folded),
                    };
                }
            }
        }
        known
    }

    fn says(&self, found: &Found) -> bool {
        self.is_flooded
            || match found.date.counted_from {
                None => self.days.contains(&(found.date.date, found.date.kind)),
                Some(_) => self.sentences.contains(&found.folded),
            }
    }
}

/// Whether a clause may name a day, before it is read: it names its year, or writes in digits of its own.
fn may_name(clause: &str, found: &EffectiveDate) -> bool {
    found.counted_from.is_some() || !clause.is_ascii() || clause.contains(&found.date.year().to_string())
}

/// Whether a day written in one text may be one found in another.
fn may_be(named: &Named, found: &EffectiveDate) -> bool {
    match named {
        Named::Day(date) => found.counted_from.is_none() && *date == found.date,
        Named::Numbers(numbers) => found.counted_from.is_none() && numbers.may_be(found.date),
        Named::Counted(_) => found.counted_from.is_some(),
    }
}

#[cfg(test)]
mod tests;
