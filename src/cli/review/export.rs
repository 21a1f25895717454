//! `fineprint review export`

use std::collections::HashMap;
use std::io::{self, Write};

use clap::{Parser, ValueEnum};

use super::list::{Line, chosen};
use crate::cli::print::{self, json_line};
use crate::cli::{Failure, exit};
use crate::model::{Review, Reviewed, SourceId};
use crate::store::{KnownSource, ReviewFilter, Store};

/// Print the audit report: every change with the whole history of its review, newest first
///
/// In CSV a change takes a line for each entry of its history, or one line if there is none. A value that a spreadsheet
/// would take for a formula begins with an apostrophe.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// Ids, services, globs or addresses [default: all]
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Only changes from this time on: a date, from its beginning, or an RFC 3339 instant
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only changes before this time: a date, to its end, or an RFC 3339 instant
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Export,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Export {
    /// For spreadsheets: RFC 4180, with a line of names.
    #[default]
    Csv,
    /// For programs: JSON Lines, one change a line, as `review list --format json` prints them.
    Json,
}

const COLUMNS: [&str; 19] = [
    "change",
    "source",
    "service",
    "terms",
    "url",
    "announced_at",
    "from",
    "to",
    "severity",
    "topics",
    "effective",
    "summary",
    "state",
    "assignee",
    "entry_at",
    "entry",
    "entry_by",
    "entry_assignee",
    "entry_note",
];

pub(super) async fn run(store: &Store, args: Args) -> Result<u8, Failure> {
    let known = store.sources().await?;
    let filter = ReviewFilter {
        sources: chosen(&known, &args.sources)?,
        since: args.since.as_deref().map(print::instant_from).transpose()?,
        until: args.until.as_deref().map(print::instant).transpose()?,
        ..ReviewFilter::default()
    };
    let reviewed = store.reviews(filter).await?;
    let by_id: HashMap<&SourceId, &KnownSource> = known.iter().map(|s| (&s.id, s)).collect();
    let pairs = reviewed.iter().filter_map(|reviewed| Some((reviewed, *by_id.get(&reviewed.change.source)?)));
    let mut out = anstream::stdout().lock();
    match args.format {
        Export::Json => pairs.into_iter().try_for_each(|(r, s)| json_line(&mut out, &Line::new(r, s)))?,
        Export::Csv => csv(&mut out, pairs)?,
    }
    Ok(exit::DONE)
}

fn csv<'a>(
    out: &mut impl Write,
    pairs: impl Iterator<Item = (&'a Reviewed, &'a KnownSource)>,
) -> io::Result<()> {
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    out.write_record(COLUMNS)?;
    for (reviewed, source) in pairs {
        let change = change(reviewed, source);
        for entry in &reviewed.history {
            out.write_record(change.iter().chain(&self::entry(entry)).map(|value| harmless(value)))?;
        }
        if reviewed.history.is_empty() {
            out.write_record(change.iter().chain(&<[String; 5]>::default()).map(|value| harmless(value)))?;
        }
    }
    out.flush()
}

fn change(reviewed: &Reviewed, source: &KnownSource) -> [String; 14] {
    let change = &reviewed.change;
    let topics = serde_json::json!(change.topics);
    let topics = topics.as_array().into_iter().flatten().filter_map(|topic| topic.as_str());
    [
        change.id.to_string(),
        change.source.to_string(),
        source.service.clone(),
        source.terms.clone(),
        source.url.clone(),
        change.at.to_string(),
        change.from.to_string(),
        change.to.to_string(),
        change.severity.to_string(),
        topics.collect::<Vec<_>>().join(" "),
        change.effective.map(|date| date.to_string()).unwrap_or_default(),
        change.summary.clone(),
        reviewed.state().to_string(),
        reviewed.assignee().unwrap_or_default().to_owned(),
    ]
}

fn entry(review: &Review) -> [String; 5] {
    [
        review.at.to_string(),
        review.deed.to_string(),
        review.by.clone(),
        review.assignee.clone().unwrap_or_default(),
        review.note.clone().unwrap_or_default(),
    ]
}

/// What a spreadsheet takes for a formula it may run (OWASP, "CSV Injection").
fn harmless(value: &str) -> String {
    let is_formula = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!("'{value}") } else { value.to_owned() }
}
