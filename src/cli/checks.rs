//! `fineprint log --checks`: what the looks at a source prove.

use std::io::{self, Write};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::check::{Stretch, stretches};
use crate::diff::render::escape;
use crate::model::{Check, SourceId};
use crate::store::{KnownSource, Store};

use super::print::{count, json_line, minute};
use super::{Failure, Format, exit, screen};

/// Which looks.
pub(super) struct Range {
    pub(super) since: Option<Timestamp>,
    pub(super) until: Option<Timestamp>,
}

/// Lists the looks at these sources: as JSON each, for people in stretches, newest first.
pub(super) async fn run(
    store: &Store,
    sources: &[&KnownSource],
    range: Range,
    format: Format,
) -> Result<u8, Failure> {
    let mut out = anstream::stdout().lock();
    for source in sources {
        let looks = store.looks(&source.id, range.since, range.until).await?;
        if format == Format::Json {
            looks.iter().try_for_each(|(check, version)| json_line(&mut out, &Line::new(check, *version)))?;
            continue;
        }
        let before = match range.since {
            Some(since) => store.version_at(&source.id, since).await?.map(|version| version.number),
            None => None,
        };
        let stretches = stretches(looks, before);
        if sources.len() > 1 || stretches.is_empty() {
            let none = if stretches.is_empty() { ": no looks" } else { "" };
            writeln!(out, "{}{none}", source.id)?;
        }
        stretches.iter().rev().try_for_each(|stretch| text(&mut out, &source.id, stretch))?;
    }
    Ok(exit::DONE)
}

fn text(out: &mut impl Write, source: &SourceId, stretch: &Stretch) -> io::Result<()> {
    let Stretch { readable, version, from, to, looks, widest_gap, detail } = stretch;
    let span = match looks {
        1 => format!("{}                   ", minute(*from)),
        _ => format!("{} – {}", minute(*from), minute(*to)),
    };
    let what = match (readable, version) {
        (true, Some(version)) if *looks == 1 => format!("{source}@{version}"),
        (true, Some(version)) => format!("{source}@{version}, unchanged"),
        (true, None) => "unchanged".to_owned(),
        (false, _) => "not seen".to_owned(),
    };
    let gap = match looks {
        1 => String::new(),
        _ => format!(", widest gap {}", duration(*widest_gap)),
    };
    writeln!(out, "{span}  {what}: looked at {}{gap}", count(*looks as u64, "time"))?;
    match detail.as_ref().filter(|_| !readable) {
        Some(detail) => writeln!(out, "{}", screen::wrapped(&escape::terminal(detail), 4, screen::width())),
        None => Ok(()),
    }
}

/// `6 h 02 min`: gaps are what a proof is measured by, so they are never rounded down.
fn duration(gap: SignedDuration) -> String {
    let minutes = gap.as_millis().unsigned_abs().div_ceil(60_000);
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes:02} min"),
        (days, hours, minutes) => format!("{days} d {hours} h {minutes:02} min"),
    }
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    check: &'a Check,
    version: Option<u32>,
}

impl<'a> Line<'a> {
    fn new(check: &'a Check, version: Option<u32>) -> Self {
        Self { check, version }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_never_told_shorter_than_it_was() {
        for (seconds, told) in [
            (0, "0 min"),
            (59, "1 min"),
            (6 * 3600 + 61, "6 h 02 min"),
            (86_400, "1 d 0 h 00 min"),
            (2 * 86_400 - 1, "2 d 0 h 00 min"),
        ] {
            assert_eq!(duration(SignedDuration::from_secs(seconds)), told);
        }
    }
}
