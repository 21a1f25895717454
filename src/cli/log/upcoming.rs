//! `fineprint log --upcoming`

use std::collections::HashMap;
use std::io::{self, Write};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::effective;
use crate::model::{Change, EffectiveDate, EffectiveKind, SourceId, Text};
use crate::notice::days_left;
use crate::store::{ChangeFilter, KnownSource, Store};

use super::super::print::{count, json_line};
use super::super::{Failure, exit, screen};
use super::{Layout, Line, calendar};

/// A day ahead, and the change that named it.
pub(super) struct Upcoming<'a> {
    pub(super) day: &'a EffectiveDate,
    pub(super) change: &'a Change,
    pub(super) source: &'a KnownSource,
    /// Whether the latest version still says so.
    pub(super) is_stated: bool,
}

/// Prints the days from `filter.ahead` on.
pub(super) async fn run(
    store: &Store,
    known: &[KnownSource],
    filter: ChangeFilter,
    layout: Layout,
    now: Timestamp,
) -> Result<u8, Failure> {
    let (today, limit) = (filter.ahead.unwrap_or(Date::MIN), filter.limit);
    // What is limited is the days, not the changes that name them.
    let changes = store.changes(ChangeFilter { limit: None, ..filter }).await?;
    let latest = latest_texts(store, &changes).await?;
    let mut days = ahead(&changes, known, &latest, today);
    days.truncate(limit.unwrap_or(usize::MAX));
    let out = &mut anstream::stdout().lock();
    match layout {
        Layout::Ics => out.write_all(calendar::write(&days).as_bytes())?,
        Layout::Json => days.iter().try_for_each(|day| json_line(out, &JsonLine::new(day, now)))?,
        Layout::Text if days.is_empty() => {
            writeln!(anstream::stderr(), "no change names a day that is still ahead")?;
        }
        Layout::Text => {
            let width = screen::width();
            days.iter().try_for_each(|day| text(out, day, now, width))?;
        }
    }
    Ok(exit::DONE)
}

/// What the sources of these changes say now.
async fn latest_texts(store: &Store, changes: &[Change]) -> Result<HashMap<SourceId, Text>, Failure> {
    let mut texts = HashMap::new();
    for change in changes {
        if texts.contains_key(&change.source) {
            continue;
        }
        if let Some(version) = store.version_at(&change.source, Timestamp::MAX).await? {
            texts.insert(change.source.clone(), version.text);
        }
    }
    Ok(texts)
}

/// The days from `today` on, soonest first; one that several changes name is the latest's.
fn ahead<'a>(
    changes: &'a [Change],
    known: &'a [KnownSource],
    latest: &HashMap<SourceId, Text>,
    today: Date,
) -> Vec<Upcoming<'a>> {
    let by_id: HashMap<&SourceId, &KnownSource> = known.iter().map(|s| (&s.id, s)).collect();
    let mut days: Vec<Upcoming<'_>> = Vec::new();
    for change in changes {
        let Some(source) = by_id.get(&change.source) else { continue };
        for day in change.dates.iter().filter(|day| day.date >= today) {
            let same = |u: &Upcoming<'_>| {
                u.change.source == change.source && u.day.date == day.date && u.day.kind == day.kind
            };
            if !days.iter().any(same) {
                let is_stated =
                    latest.get(&change.source).is_some_and(|text| effective::still_says(text, day));
                days.push(Upcoming { day, change, source, is_stated });
            }
        }
    }
    days.sort_by(|a, b| (a.day.date, a.day.kind, &a.source.id).cmp(&(b.day.date, b.day.kind, &b.source.id)));
    days
}

/// The day, how far it is and whose; the sentence; and what to give to `diff`.
fn text(out: &mut impl Write, up: &Upcoming<'_>, now: Timestamp, width: usize) -> io::Result<()> {
    let dim = anstyle::Style::new().dimmed();
    let left = match days_left(up.day.date, now) {
        0 => "today".to_owned(),
        left => format!("in {}", count(left.unsigned_abs().into(), "day")),
    };
    let kind = match up.day.kind {
        EffectiveKind::TakesEffect => "takes effect",
        EffectiveKind::Ends => "ends",
    };
    let title =
        screen::fit(&format!("{} · {}", up.source.service, up.source.terms), width.saturating_sub(41));
    let style = super::style(up.change.severity);
    writeln!(out, "{}  {left:<11}  {style}{kind:<12}{style:#}  {title}", up.day.date)?;
    writeln!(out, "{}", screen::wrapped(&sentence(up), 4, width))?;
    writeln!(out, "    {dim}{} {}..{}{dim:#}", up.change.source, up.change.from, up.change.to)
}

/// The sentence in quotes, how it was counted, and whether it still stands.
pub(super) fn sentence(up: &Upcoming<'_>) -> String {
    let mut sentence = format!("“{}”", up.day.sentence);
    if let Some(start) = up.day.counted_from {
        sentence.push_str(&format!(" (counted from {start}, when it was seen)"));
    }
    if !up.is_stated {
        sentence.push_str(" (the latest version no longer says so)");
    }
    sentence
}

/// A day as JSON; the keys are stable.
#[derive(Serialize)]
struct JsonLine<'a> {
    date: Date,
    days_left: i32,
    kind: EffectiveKind,
    sentence: &'a str,
    counted_from: Option<Date>,
    still_stated: bool,
    change: Line<'a>,
}

impl<'a> JsonLine<'a> {
    fn new(up: &Upcoming<'a>, now: Timestamp) -> Self {
        let EffectiveDate { date, kind, ref sentence, counted_from } = *up.day;
        let (days_left, still_stated) = (days_left(date, now), up.is_stated);
        let change = Line::new(up.change, up.source);
        Self { date, days_left, kind, sentence, counted_from, still_stated, change }
    }
}
