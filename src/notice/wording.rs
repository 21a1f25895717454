//! A diff in a few words.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::diff::outline::Outline;
use crate::diff::render::fold;
use crate::diff::{Diff, Edit};
use crate::model::{Text, Topic};

/// A heading longer than this many characters is cut in a subject.
const HEADING: usize = 60;

/// What changed: `1 clause reworded, 2 added`.
pub(super) fn counts(diff: &Diff, before: &Text, after: &Text) -> String {
    let count = |is: fn(&Edit) -> bool| diff.edits.iter().filter(|edit| is(edit)).count();
    let mut counts = vec![
        (count(|e| matches!(e, Edit::Reworded { .. })), "reworded"),
        (count(|e| matches!(e, Edit::Added { .. })), "added"),
        (count(|e| matches!(e, Edit::Removed { .. })), "removed"),
        (count(|e| matches!(e, Edit::Split { .. })), "split"),
        (count(|e| matches!(e, Edit::Merged { .. })), "merged from several"),
    ];
    let (sections, clauses): (Vec<_>, Vec<_>) =
        diff.moves(after).into_iter().partition(|moved| moved.is_section(diff, after));
    counts.push((clauses.iter().map(|moved| moved.edits.len()).sum(), "moved"));
    counts.retain(|(n, _)| *n > 0);
    let sections = match sections.len() {
        0 => None,
        n => Some(format!("{n} section{} moved", plural(n))),
    };
    if let [(first, what), rest @ ..] = counts.as_slice() {
        let mut line = format!("{first} clause{} {what}", plural(*first));
        rest.iter().for_each(|(n, what)| line.push_str(&format!(", {n} {what}")));
        sections.iter().for_each(|sections| line.push_str(&format!(", {sections}")));
        return line;
    }
    if let Some(sections) = sections {
        return sections;
    }
    match diff.relinked(before, after).count() {
        0 => "no words changed".to_owned(),
        n => format!("links of {n} clause{} lead elsewhere", plural(n)),
    }
}

/// Where it changed: ` under “Suspension”`, ` under “Fees” and “Suspension”`, ` under “Fees”, “Suspension” and 3
/// more headings`; nothing where no heading says more than the title. Those of the clauses `first`, as places in
/// [`Diff::edits`], are named first.
pub(super) fn places(diff: &Diff, outline: &Outline<'_>, first: &[usize]) -> String {
    // A moved clause says where it is only when nothing else changed: what matters is named first.
    let mut edits: Vec<&Edit> = diff.changed().filter(|e| !matches!(e, Edit::Moved { .. })).collect();
    if edits.is_empty() {
        edits = diff.changed().collect();
    }
    let edits = first.iter().map(|i| &diff.edits[*i]).chain(edits);
    let mut seen = HashSet::new();
    let headings = edits.filter_map(|edit| outline.section(edit));
    let places: Vec<&str> = headings.filter(|heading| seen.insert(*heading)).collect();
    let quoted = |heading: &str| format!("“{}”", fold::start(heading, HEADING));
    match places.as_slice() {
        [] => String::new(),
        [one] => format!(" under {}", quoted(one)),
        [one, two] => format!(" under {} and {}", quoted(one), quoted(two)),
        [one, two, rest @ ..] => format!(
            " under {}, {} and {} more heading{}",
            quoted(one),
            quoted(two),
            rest.len(),
            plural(rest.len())
        ),
    }
}

/// From when: `in force from 2027-03-01 (in 99 days)`, `in force since 2026-10-01`.
pub fn in_force(date: Date, now: Timestamp) -> String {
    match days_left(date, now) {
        ..0 => format!("in force since {date}"),
        0 => format!("in force from {date} (today)"),
        left => format!("in force from {date} ({})", in_days(left)),
    }
}

/// What ends: `something ends on 2027-03-01 (in 99 days)`.
pub fn ending(date: Date, now: Timestamp) -> String {
    match days_left(date, now) {
        ..0 => format!("something ended on {date}"),
        0 => format!("something ends on {date} (today)"),
        left => format!("something ends on {date} ({})", in_days(left)),
    }
}

/// A line that says why, as people read it: `countries and regions: under …` for `geography: under …`.
pub fn reason(line: &str) -> String {
    let topic = line.split_once(": ").and_then(|(name, rest)| Some((named(name)?, rest)));
    topic.map_or_else(|| line.to_owned(), |(topic, rest)| format!("{}: {rest}", topic.label()))
}

fn named(name: &str) -> Option<&'static Topic> {
    static TOPICS: [(&str, Topic); 15] = Topic::ALL;
    TOPICS.iter().find(|(known, _)| *known == name).map(|(_, topic)| topic)
}

/// How many days it is from `now`, in UTC, to `date`: 0 today, negative once it is past.
pub fn days_left(date: Date, now: Timestamp) -> i32 {
    let today = now.to_zoned(TimeZone::UTC).date();
    today.until(date).map_or(0, |span| span.get_days())
}

fn in_days(days: i32) -> String {
    format!("in {days} day{}", plural(days as usize))
}

/// `s` for every number but one.
pub(super) fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// A sentence as it starts.
pub(super) fn capitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
