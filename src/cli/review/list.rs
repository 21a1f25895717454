//! `fineprint review list`

use std::collections::HashMap;
use std::io::{self, Write};

use clap::Parser;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use jiff::Timestamp;
use serde::Serialize;

use crate::cli::print::{self, count, json_line, minute};
use crate::cli::{Failure, Format, exit, log, screen, selection};
use crate::model::{Deed, Review, ReviewState, Reviewed, Severity, SourceId};
use crate::store::{KnownSource, ReviewFilter, Store};

/// List what waits for someone, newest first
#[derive(Debug, Parser)]
#[group(skip)]
pub(super) struct Args {
    /// Ids, services, globs or addresses [default: all]
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Also what was acknowledged, and what came with imported history
    #[arg(long)]
    all: bool,
    /// Only changes this serious or more
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    severity: Option<Severity>,
    /// Only what was given to this person or team
    #[arg(long, value_name = "WHO")]
    assignee: Option<String>,
    /// Only changes from this time on: a date, from its beginning, or an RFC 3339 instant
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only changes before this time: a date, to its end, or an RFC 3339 instant
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

fn severity() -> impl clap::builder::TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(["minor", "major", "critical"]).map(|name| match name.as_str() {
        "critical" => Severity::Critical,
        "major" => Severity::Major,
        _ => Severity::Minor,
    })
}

pub(super) async fn run(store: &Store, args: Args) -> Result<u8, Failure> {
    let known = store.sources().await?;
    let filter = ReviewFilter {
        sources: chosen(&known, &args.sources)?,
        since: args.since.as_deref().map(print::instant_from).transpose()?,
        until: args.until.as_deref().map(print::instant).transpose()?,
        open: !args.all,
        severity: args.severity,
    };
    let mut reviewed = store.reviews(filter).await?;
    if let Some(assignee) = &args.assignee {
        reviewed.retain(|reviewed| reviewed.assignee() == Some(assignee));
    }
    let by_id: HashMap<&SourceId, &KnownSource> = known.iter().map(|s| (&s.id, s)).collect();
    let out = &mut anstream::stdout().lock();
    for reviewed in &reviewed {
        let Some(source) = by_id.get(&reviewed.change.source) else { continue };
        match args.format {
            Format::Json => json_line(out, &Line::new(reviewed, source))?,
            Format::Text => text(out, reviewed, source)?,
        }
    }
    if args.format == Format::Text {
        writeln!(out, "{}", summary(&reviewed))?;
    }
    Ok(exit::DONE)
}

/// The ids that patterns name; `None` without patterns, where retired sources count too.
pub(super) fn chosen(known: &[KnownSource], patterns: &[String]) -> Result<Option<Vec<SourceId>>, Failure> {
    if patterns.is_empty() {
        return Ok(None);
    }
    Ok(Some(selection::select(known, patterns)?.into_iter().map(|source| source.id.clone()).collect()))
}

/// When, how serious and whose; what; what became of it; and what to give to `review show` and `diff`.
fn text(out: &mut impl Write, reviewed: &Reviewed, source: &KnownSource) -> io::Result<()> {
    let (change, width) = (&reviewed.change, screen::width());
    let (style, dim) = (log::style(change.severity), anstyle::Style::new().dimmed());
    let title = screen::fit(&format!("{} · {}", source.service, source.terms), width.saturating_sub(28));
    writeln!(out, "{}  {style}{:<8}{style:#}  {title}", minute(change.at), change.severity)?;
    writeln!(out, "{}", screen::wrapped(&change.summary, 4, width))?;
    writeln!(out, "{}", screen::wrapped(&standing(reviewed), 4, width))?;
    writeln!(out, "    {dim}{}  {} {}..{}{dim:#}", change.id, change.source, change.from, change.to)
}

/// `open since 2026-03-10, with legal, in force from 2026-04-01, 2 comments`
pub(super) fn standing(reviewed: &Reviewed) -> String {
    let mut parts = match reviewed.state() {
        ReviewState::Open => vec![format!("open since {}", day(reviewed.open_since()))],
        ReviewState::Acknowledged => vec![acknowledged(reviewed)],
        ReviewState::History => vec!["imported history: nobody was told".to_owned()],
    };
    parts.extend(reviewed.assignee().map(|who| format!("with {who}")));
    parts.extend(reviewed.change.effective.map(|date| format!("in force from {date}")));
    let comments = reviewed.history.iter().filter(|review| review.deed == Deed::Commented).count() as u64;
    parts.extend((comments > 0).then(|| count(comments, "comment")));
    parts.join(", ")
}

fn acknowledged(reviewed: &Reviewed) -> String {
    let last = reviewed.history.iter().rev().find(|review| review.deed == Deed::Acknowledged);
    last.map_or_else(String::new, |ack| {
        format!("acknowledged {} by {}: {}", day(ack.at), ack.by, ack.note.as_deref().unwrap_or_default())
    })
}

/// The day of an instant, in UTC.
fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

fn summary(reviewed: &[Reviewed]) -> String {
    let open = reviewed.iter().filter(|reviewed| reviewed.state() == ReviewState::Open);
    let (open, critical) = open.fold((0, 0), |(open, critical), reviewed| {
        (open + 1, critical + u64::from(reviewed.change.severity == Severity::Critical))
    });
    match (open, critical) {
        (0, _) => "Nothing is open.".to_owned(),
        (open, 0) => format!("{} open.", count(open, "change")),
        (open, critical) => format!("{} open, {critical} of them critical.", count(open, "change")),
    }
}

/// A change with its review as JSON; the keys are stable.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    change: log::Line<'a>,
    state: ReviewState,
    assignee: Option<&'a str>,
    history: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    at: Timestamp,
    by: &'a str,
    deed: Deed,
    assignee: Option<&'a str>,
    note: Option<&'a str>,
}

impl<'a> Line<'a> {
    pub(super) fn new(reviewed: &'a Reviewed, source: &'a KnownSource) -> Self {
        let entry = |review: &'a Review| Entry {
            at: review.at,
            by: &review.by,
            deed: review.deed,
            assignee: review.assignee.as_deref(),
            note: review.note.as_deref(),
        };
        Self {
            change: log::Line::new(&reviewed.change, source),
            state: reviewed.state(),
            assignee: reviewed.assignee(),
            history: reviewed.history.iter().map(entry).collect(),
        }
    }
}
