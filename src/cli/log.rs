//! `fineprint log`

mod calendar;
mod doubt;
mod explain;
mod upcoming;

use std::collections::HashMap;
use std::io::Write as _;

use clap::Parser;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::clock::{Clock as _, SystemClock};
use crate::model::{Change, EffectiveDate, Severity, SourceId, Summary, Topic};
use crate::notice;
use crate::store::{ChangeFilter, Doubt, DoubtFilter, KnownSource};

use super::print::{self, json_line, minute};
use super::{Failure, Format, Global, checks, exit, screen, selection};

/// List the changes, newest first
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint log                       what changed, everywhere
  fineprint log openai --limit 5      the last five at one service
  fineprint log --since 2026-01-01    this year's
  fineprint log --severity critical   about suspension, access, verification, countries
  fineprint log --topic payment --topic access_limits
  fineprint log --all                 also what was told to no one: held, unusable, read anew; with the reason
  fineprint log --upcoming            what takes effect or ends in the days ahead, soonest first
  fineprint log --upcoming --format ics > policies.ics
                                      the same as a calendar (iCalendar, RFC 5545)
  fineprint log --explain chg_4d1     why a change was told, or what a doubted look saw and what came of it
  fineprint log openai/usage-policies --checks --since 2026-03-01 --until 2026-03-31
                                      that nothing changed in March, and how closely that was looked at
  fineprint log --format json         for programs; keys are stable")]
pub(super) struct Args {
    /// Ids, services, globs or addresses [default: all]
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// The days ahead that changes name: when they take effect, and when something ends; soonest first
    #[arg(long)]
    upcoming: bool,
    /// Also what was told to no one, and why: looks that were doubted, texts that were read anew
    #[arg(long)]
    all: bool,
    /// Instead of changes, from when to when nothing changed, how often that was looked at, and the widest gap
    #[arg(long)]
    checks: bool,
    /// Only changes from this time on: a date, from its beginning, or an RFC 3339 instant
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only changes before this time: a date, to its end, or an RFC 3339 instant
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Only changes about this; may be given several times. Topics are listed in docs/topics.md
    #[arg(long = "topic", value_name = "TOPIC")]
    topics: Vec<Topic>,
    /// Only changes that are this serious or more
    #[arg(long, value_name = "minor|major|critical")]
    severity: Option<Severity>,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Explain one of them: a change's id or the beginning of it, or a doubted look's
    #[arg(long, value_name = "ID", conflicts_with_all = ["upcoming", "sources", "all", "since", "until", "limit"])]
    explain: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Layout,
}

/// How changes are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Layout {
    /// For people
    #[default]
    Text,
    /// For programs: JSON Lines, one object a line, with stable keys
    Json,
    /// For calendars: iCalendar (RFC 5545), an event for each day; with --upcoming
    Ics,
}

impl Layout {
    /// How changes are printed that are no days ahead: a calendar can't show those.
    fn without_calendar(self, upcoming: bool) -> Result<Format, Failure> {
        match self {
            Self::Ics if !upcoming => {
                Err(Failure::usage("error: a calendar shows the days ahead".to_owned())
                    .hint("write `fineprint log --upcoming --format ics`"))
            }
            Self::Json => Ok(Format::Json),
            Self::Text | Self::Ics => Ok(Format::Text),
        }
    }
}

/// What the id of a doubted look begins with.
const LOOK: &str = "look_";

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let since = args.since.as_deref().map(print::instant_from).transpose()?;
    let until = args.until.as_deref().map(print::instant).transpose()?;
    if since.zip(until).is_some_and(|(since, until)| since >= until) {
        return Err(Failure::usage("error: --since is not before --until")
            .hint("a date stands for its beginning in --since, and for its end in --until"));
    }
    let store = global.archive().await?;
    let format = args.format.without_calendar(args.upcoming)?;
    if let Some(id) = &args.explain {
        return explain::run(&store, id, format).await;
    }
    let mut known = store.sources().await?;
    if let Some(config) = global.config_if_any().ok().flatten() {
        selection::name_as_configured(&mut known, &config);
    }
    let sources: Option<Vec<SourceId>> = match args.sources.is_empty() {
        true => None,
        false => Some(selection::select(&known, &args.sources)?.into_iter().map(|s| s.id.clone()).collect()),
    };
    let now = SystemClock.now();
    if args.checks {
        let sources = selection::select(&known, &args.sources)?;
        let range = checks::Range { since, until };
        return checks::run(&store, &sources, range, format).await;
    }
    let (topics, severity) = ((!args.topics.is_empty()).then_some(args.topics), args.severity);
    let is_narrowed = since.is_some()
        || until.is_some()
        || topics.is_some()
        || severity.is_some()
        || !args.sources.is_empty();
    // A look that was doubted is about nothing yet.
    let doubts = match args.all && topics.is_none() && severity.is_none() && !args.upcoming {
        true => {
            let filter = DoubtFilter { sources: sources.clone(), since, until, limit: args.limit };
            store.doubts(filter).await?
        }
        false => Vec::new(),
    };
    let ahead = args.upcoming.then(|| now.to_zoned(TimeZone::UTC).date());
    let filter =
        ChangeFilter { sources, all: args.all, since, until, topics, severity, ahead, limit: args.limit };
    if args.upcoming {
        return upcoming::run(&store, &known, filter, args.format, now).await;
    }
    let changes = store.changes(filter).await?;
    let summaries = store.summaries_of(changes.iter().map(|change| change.id.clone()).collect()).await?;
    let by_id: HashMap<&SourceId, &KnownSource> = known.iter().map(|s| (&s.id, s)).collect();
    let width = screen::width();
    let mut out = anstream::stdout().lock();
    let entries = merged(&changes, &doubts).take(args.limit.unwrap_or(usize::MAX));
    let mut is_empty = true;
    for entry in entries {
        is_empty = false;
        let Some(source) = by_id.get(entry.source()) else { continue };
        match (entry, format) {
            (Entry::Change(change), Format::Json) => {
                json_line(&mut out, &Line::new(change, source).with_summary(summaries.get(&change.id)))?;
            }
            (Entry::Change(change), Format::Text) => {
                text(&mut out, change, source, width, now)?;
                if let Some(summary) = summaries.get(&change.id) {
                    writeln!(out, "{}", screen::wrapped(&machine_line(summary), 4, width))?;
                }
            }
            (Entry::Doubt(doubt), Format::Json) => json_line(&mut out, &doubt::json(doubt, source))?,
            (Entry::Doubt(doubt), Format::Text) => doubt::text(&mut out, doubt, source, width)?,
        }
    }
    if is_empty && format == Format::Text {
        writeln!(anstream::stderr(), "{}", if is_narrowed { "no such changes" } else { "no changes yet" })?;
    }
    Ok(exit::DONE)
}

/// A line of the log.
#[derive(Clone, Copy)]
enum Entry<'a> {
    Change(&'a Change),
    Doubt(&'a Doubt),
}

impl Entry<'_> {
    fn source(&self) -> &SourceId {
        match self {
            Self::Change(change) => &change.source,
            Self::Doubt(doubt) => &doubt.check.source,
        }
    }

    fn at(&self) -> Timestamp {
        match self {
            Self::Change(change) => change.at,
            Self::Doubt(doubt) => doubt.check.at,
        }
    }
}

/// Changes and doubts, both newest first, as one list.
fn merged<'a>(changes: &'a [Change], doubts: &'a [Doubt]) -> impl Iterator<Item = Entry<'a>> {
    let mut all: Vec<Entry<'a>> = changes.iter().map(Entry::Change).collect();
    all.extend(doubts.iter().map(Entry::Doubt));
    // Stable: changes of one instant stay in their order.
    all.sort_by_key(|entry| std::cmp::Reverse(entry.at()));
    all.into_iter()
}

/// When, how serious and whose; what; and what to give to `diff`.
fn text(
    out: &mut impl std::io::Write,
    change: &Change,
    source: &KnownSource,
    width: usize,
    now: Timestamp,
) -> std::io::Result<()> {
    let (style, dim) = (style(change.severity), anstyle::Style::new().dimmed());
    let title = screen::fit(&format!("{} · {}", source.service, source.terms), width.saturating_sub(28));
    writeln!(out, "{}  {style}{:<8}{style:#}  {title}", minute(change.at), change.severity)?;
    let told = if change.announced { String::new() } else { format!(" (told to no one: {})", change.why) };
    let from = change.effective.map(|date| format!("; {}", notice::in_force(date, now))).unwrap_or_default();
    writeln!(out, "{}", screen::wrapped(&format!("{}{from}{told}", change.summary), 4, width))?;
    if !change.topics.is_empty() {
        writeln!(out, "{}", screen::wrapped(&topics(change), 4, width))?;
    }
    writeln!(out, "    {dim}{} {}..{}{dim:#}", change.source, change.from, change.to)
}

/// `about suspension and termination, countries and regions`
fn topics(change: &Change) -> String {
    let names: Vec<String> = change.topics.iter().map(Topic::label).collect();
    format!("about {}", names.join(", "))
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
    topics: &'a [Topic],
    reasons: &'a [String],
    effective: Option<jiff::civil::Date>,
    dates: &'a [EffectiveDate],
    summary: &'a str,
    words_added: u64,
    words_removed: u64,
    cause: crate::model::Cause,
    announced: bool,
    why: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    machine_summary: Option<Machine<'a>>,
}

/// What a machine wrote about a change, marked as that.
#[derive(Serialize)]
struct Machine<'a> {
    text: &'a str,
    model: &'a str,
    at: Timestamp,
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
            reasons: &change.reasons,
            effective: change.effective,
            dates: &change.dates,
            summary: &change.summary,
            words_added: change.words_added,
            words_removed: change.words_removed,
            cause: change.cause,
            announced: change.announced,
            why: &change.why,
            machine_summary: None,
        }
    }

    /// The same with what a machine wrote about it.
    pub(super) fn with_summary(mut self, summary: Option<&'a Summary>) -> Self {
        self.machine_summary =
            summary.map(|summary| Machine { text: &summary.text, model: &summary.model, at: summary.at });
        self
    }
}

/// What a machine wrote, for people: `Written by a machine (llama3.2), may be wrong: Fees rise.`
pub(super) fn machine_line(summary: &Summary) -> String {
    format!("Written by a machine ({}), may be wrong: {}", summary.model, summary.text)
}
