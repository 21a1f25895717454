//! `fineprint log`

use std::collections::HashMap;
use std::io::Write as _;

use clap::Parser;
use jiff::Timestamp;
use serde::Serialize;

use crate::model::{Change, Severity, SourceId};
use crate::store::{ChangeFilter, KnownSource};

use super::print::{self, json_line, minute};
use super::{Failure, Format, Global, exit, screen, selection};

/// List the changes, newest first
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint log                       what changed, everywhere
  fineprint log openai --limit 5      the last five at one service
  fineprint log --since 2026-01-01    this year's
  fineprint log --all                 also what was stored and told to no one, with the reason
  fineprint log --format json         for programs; keys are stable")]
pub(super) struct Args {
    /// Ids, services, globs or addresses [default: all]
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Also what was stored but not announced, and why
    #[arg(long)]
    all: bool,
    /// Only changes from this time on: a date, from its beginning, or an RFC 3339 instant
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only changes before this time: a date, to its end, or an RFC 3339 instant
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let since = args.since.as_deref().map(print::instant_from).transpose()?;
    let until = args.until.as_deref().map(print::instant).transpose()?;
    if since.zip(until).is_some_and(|(since, until)| since >= until) {
        return Err(Failure::usage("error: --since is not before --until")
            .hint("a date stands for its beginning in --since, and for its end in --until"));
    }
    let store = global.archive().await?;
    let known = store.sources().await?;
    let sources = match args.sources.is_empty() {
        true => None,
        false => Some(selection::select(&known, &args.sources)?.into_iter().map(|s| s.id.clone()).collect()),
    };
    let filter = ChangeFilter { sources, all: args.all, since, until, limit: args.limit };
    let changes = store.changes(filter).await?;
    let by_id: HashMap<&SourceId, &KnownSource> = known.iter().map(|s| (&s.id, s)).collect();
    let width = screen::width();
    let mut out = anstream::stdout().lock();
    for change in &changes {
        let Some(source) = by_id.get(&change.source) else { continue };
        match args.format {
            Format::Json => json_line(&mut out, &Line::new(change, source))?,
            Format::Text => text(&mut out, change, source, width)?,
        }
    }
    if changes.is_empty() && args.format == Format::Text {
        let is_narrowed = since.is_some() || until.is_some() || !args.sources.is_empty();
        writeln!(anstream::stderr(), "{}", if is_narrowed { "no such changes" } else { "no changes yet" })?;
    }
    Ok(exit::DONE)
}

/// When, how serious and whose; what; and what to give to `diff`.
fn text(
    out: &mut impl std::io::Write,
    change: &Change,
    source: &KnownSource,
    width: usize,
) -> std::io::Result<()> {
    let (style, dim) = (style(change.severity), anstyle::Style::new().dimmed());
    let title = screen::fit(&format!("{} · {}", source.service, source.terms), width.saturating_sub(28));
    writeln!(out, "{}  {style}{:<8}{style:#}  {title}", minute(change.at), change.severity)?;
    let told = if change.announced { String::new() } else { format!(" (told to no one: {})", change.why) };
    writeln!(out, "{}", screen::wrapped(&format!("{}{told}", change.summary), 4, width))?;
    writeln!(out, "    {dim}{} {}..{}{dim:#}", change.source, change.from, change.to)
}

/// How a severity looks.
pub(super) fn style(severity: Severity) -> anstyle::Style {
    match severity {
        Severity::Critical => anstyle::AnsiColor::Red.on_default().bold(),
        Severity::Major => anstyle::AnsiColor::Yellow.on_default(),
        Severity::Minor => anstyle::Style::new().dimmed(),
    }
}

/// A change as JSON; see the design of `log --format json` in the README.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    id: &'a str,
    source: &'a SourceId,
    service: &'a str,
    terms: &'a str,
    url: &'a str,
    at: Timestamp,
    previous_at: Timestamp,
    from: u32,
    to: u32,
    severity: Severity,
    topics: &'a [crate::model::Topic],
    effective: Option<jiff::civil::Date>,
    summary: &'a str,
    words_added: u64,
    words_removed: u64,
    cause: crate::model::Cause,
    announced: bool,
    why: &'a str,
}

impl<'a> Line<'a> {
    pub(super) fn new(change: &'a Change, source: &'a KnownSource) -> Self {
        Self {
            id: change.id.as_str(),
            source: &change.source,
            service: &source.service,
            terms: &source.terms,
            url: &source.url,
            at: change.at,
            previous_at: change.previous_at,
            from: change.from,
            to: change.to,
            severity: change.severity,
            topics: &change.topics,
            effective: change.effective,
            summary: &change.summary,
            words_added: change.words_added,
            words_removed: change.words_removed,
            cause: change.cause,
            announced: change.announced,
            why: &change.why,
        }
    }
}
