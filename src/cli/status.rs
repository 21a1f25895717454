//! `fineprint status`

use std::collections::BTreeSet;
use std::io::{self, Write};

use clap::Parser;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::clock::{Clock as _, SystemClock};
use crate::model::{Outcome, PinState, Sight, SourceId};
use crate::store::{KnownSource, Overview, Store};

use super::context::must_exist;
use super::print::{count, json_line, minute};
use super::relative::{ago, until};
use super::{Failure, Format, Global, exit, screen, selection};

/// Show every watched source: last checked, last changed, next check, health
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint status                    every source, and how many are well
  fineprint status openai             one service
  fineprint status --trouble          only what can't be read, waits for a second look, or lost a pinned clause
  fineprint status --format json      for programs; keys are stable

Health:
  ok        the policy was read at the last check, or is known to be unchanged
  held      the page looked wrong or unstable; it is looked at again before anything is said
  unusable  a page came that isn't the policy: an error page, a bot wall, an empty shell
  failed    no page came
  new       not checked yet

`rendered` behind a source: its page was last read as a browser shows it (docs/browser.md).")]
pub(super) struct Args {
    /// Ids, services, globs or addresses [default: all]
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Only sources that aren't ok, or whose pinned clauses aren't there
    #[arg(long)]
    trouble: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let now = SystemClock.now();
    let mut rows = rows(global).await?;
    if !args.sources.is_empty() {
        let known: Vec<KnownSource> = rows.iter().map(Row::known).collect();
        let chosen = selection::select(&known, &args.sources)?;
        let chosen: BTreeSet<&SourceId> = chosen.into_iter().map(|s| &s.id).collect();
        rows.retain(|row| chosen.contains(&row.source));
    }
    let out = &mut anstream::stdout().lock();
    let shown = rows.iter().filter(|row| !args.trouble || row.is_trouble());
    match args.format {
        Format::Json => shown.into_iter().try_for_each(|row| json_line(out, row))?,
        Format::Text => {
            let width = screen::width();
            table(out, &shown.collect::<Vec<_>>(), width, now)?;
            writeln!(out, "{}", screen::wrapped(&summary(&rows, now), 0, width))?;
        }
    }
    Ok(exit::DONE)
}

/// Every watched source by id: those of the archive, and those of the configuration that it doesn't know yet.
async fn rows(global: &Global) -> Result<Vec<Row>, Failure> {
    let database = global.database_for_reading()?;
    // What the archive knows can be shown whatever is wrong with the configuration.
    let config = match global.config_if_any() {
        Err(_) if database.exists() => None,
        config => config?,
    };
    if config.is_none() {
        must_exist(&database)?;
    }
    let mut rows: Vec<Row> = match Store::exists(&database)? {
        true => known(&Store::open_to_read(&database).await?).await?,
        false => Vec::new(),
    };
    let known: BTreeSet<SourceId> = rows.iter().map(|row| row.source.clone()).collect();
    let configured = config.map(|config| config.sources).unwrap_or_default();
    rows.extend(configured.into_iter().filter(|s| !known.contains(&s.id)).map(|s| Row {
        source: s.id,
        service: s.service,
        terms: s.terms,
        url: s.url.into(),
        health: Health::New,
        detail: None,
        warning: None,
        blind_since: None,
        unreadable_since: None,
        failures: 0,
        last_checked: None,
        last_readable: None,
        last_changed: None,
        next_check: None,
        versions: 0,
        rendered: false,
        lost_pins: Vec::new(),
    }));
    rows.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(rows)
}

/// What the archive knows of every watched source.
async fn known(store: &Store) -> Result<Vec<Row>, Failure> {
    let mut rows: Vec<Row> = store.overview().await?.into_iter().map(Row::from).collect();
    for (source, pin) in store.lost_pins().await? {
        let PinState { text, sight, since, .. } = pin;
        if let Some(row) = rows.iter_mut().find(|row| row.source == source) {
            row.lost_pins.push(LostPin { text, sight, since });
        }
    }
    Ok(rows)
}

/// A source as it is printed; the keys are stable.
#[derive(Serialize)]
struct Row {
    source: SourceId,
    service: String,
    terms: String,
    url: String,
    health: Health,
    /// Why, for people; only where there is trouble.
    detail: Option<String>,
    /// What is wrong with its rules.
    warning: Option<String>,
    /// Since when its policy hasn't been seen, where that is longer than its `max_age`.
    blind_since: Option<Timestamp>,
    unreadable_since: Option<Timestamp>,
    failures: u32,
    last_checked: Option<Timestamp>,
    last_readable: Option<Timestamp>,
    last_changed: Option<Timestamp>,
    next_check: Option<Timestamp>,
    versions: u32,
    /// Whether its page was last read as a browser shows it.
    rendered: bool,
    /// The pinned clauses that the latest version doesn't have as they were pinned.
    lost_pins: Vec<LostPin>,
}

#[derive(Serialize)]
struct LostPin {
    text: String,
    sight: Sight,
    since: Timestamp,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Health {
    Ok,
    Held,
    Unusable,
    Failed,
    New,
}

impl Health {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Held => "held",
            Self::Unusable => "unusable",
            Self::Failed => "failed",
            Self::New => "new",
        }
    }

    fn is_trouble(self) -> bool {
        matches!(self, Self::Held | Self::Unusable | Self::Failed)
    }

    fn style(self) -> anstyle::Style {
        match self {
            Self::Ok => anstyle::AnsiColor::Green.on_default(),
            Self::Held => anstyle::AnsiColor::Yellow.on_default(),
            Self::Unusable | Self::Failed => anstyle::AnsiColor::Red.on_default().bold(),
            Self::New => anstyle::Style::new().dimmed(),
        }
    }
}

impl From<Overview> for Row {
    fn from(o: Overview) -> Self {
        let health = match o.outcome {
            None => Health::New,
            Some(Outcome::Held) => Health::Held,
            Some(Outcome::Unusable) => Health::Unusable,
            Some(Outcome::Failed) => Health::Failed,
            Some(Outcome::NotModified | Outcome::Unchanged | Outcome::First | Outcome::Changed) => Health::Ok,
        };
        Self {
            source: o.source,
            service: o.service,
            terms: o.terms,
            url: o.url,
            health,
            detail: o.detail.filter(|_| health.is_trouble()),
            warning: o.warning,
            blind_since: o.blind_since,
            unreadable_since: o.unreadable_since,
            failures: o.failures,
            last_checked: o.last_checked,
            last_readable: o.last_readable,
            last_changed: o.last_changed,
            next_check: Some(o.due_at),
            versions: o.versions,
            rendered: o.rendered,
            lost_pins: Vec::new(),
        }
    }
}

impl Row {
    /// For [`selection`].
    fn known(&self) -> KnownSource {
        let Self { source, service, terms, url, .. } = self;
        let (id, service, terms, url) = (source.clone(), service.clone(), terms.clone(), url.clone());
        KnownSource { id, service, terms, url, live: true }
    }

    /// When it was checked, when it changed, when it will be checked.
    fn times(&self, now: Timestamp) -> [String; 3] {
        let past = |at: Option<Timestamp>| at.map_or("–".to_owned(), |at| ago(at, now));
        let next = self.next_check.map_or("–".to_owned(), |at| until(at, now));
        [past(self.last_checked), past(self.last_changed), next]
    }

    fn is_trouble(&self) -> bool {
        self.health.is_trouble() || self.warning.is_some() || !self.lost_pins.is_empty()
    }

    /// What is wrong and since when.
    fn trouble(&self) -> Option<String> {
        if !self.health.is_trouble() {
            return self.warning.as_ref().map(|warning| format!("warning: {warning}"));
        }
        if let Some(since) = self.blind_since {
            let detail = self.detail.as_deref().unwrap_or_default();
            return Some(format!("blind: the policy was last seen on {} UTC: {detail}", minute(since)));
        }
        let detail = self.detail.as_deref().unwrap_or_default();
        Some(match self.unreadable_since {
            Some(since) if self.failures > 1 => {
                format!(
                    "since {} UTC, {} in a row: {detail}",
                    minute(since),
                    count(self.failures.into(), "check")
                )
            }
            _ => detail.to_owned(),
        })
    }
}

/// The source stands last, so that a long id bends no column; on a narrow terminal a source takes two lines.
fn table(out: &mut impl Write, rows: &[&Row], width: usize, now: Timestamp) -> io::Result<()> {
    const NARROW: usize = 64;
    let dim = anstyle::Style::new().dimmed();
    if width >= NARROW && !rows.is_empty() {
        writeln!(
            out,
            "{dim}{:<9} {:<10} {:<10} {:<10} SOURCE{dim:#}",
            "HEALTH", "CHECKED", "CHANGED", "NEXT"
        )?;
    }
    for row in rows {
        let (style, health) = (row.health.style(), row.health.name());
        let [checked, changed, next] = row.times(now);
        let way = if row.rendered { format!(" {dim}rendered{dim:#}") } else { String::new() };
        let id = format!("{}{way}", row.source);
        if width >= NARROW {
            writeln!(out, "{style}{health:<9}{style:#} {checked:<10} {changed:<10} {next:<10} {id}")?;
        } else {
            writeln!(
                out,
                "{id}\n  {style}{health}{style:#} {dim}checked {checked}, changed {changed}, next {next}{dim:#}"
            )?;
        }
        if let Some(trouble) = row.trouble() {
            let indent = if width >= NARROW { 10 } else { 2 };
            writeln!(out, "{dim}{}{dim:#}", screen::wrapped(&trouble, indent, width))?;
        }
        for pin in &row.lost_pins {
            let lost = format!("pinned clause {} since {} UTC: “{}”", pin.sight, minute(pin.since), pin.text);
            let (red, indent) = (anstyle::AnsiColor::Red.on_default(), if width >= NARROW { 10 } else { 2 });
            writeln!(out, "{red}{}{red:#}", screen::wrapped(&lost, indent, width))?;
        }
    }
    if rows.is_empty() { Ok(()) } else { writeln!(out) }
}

/// `163 sources: 160 ok, 1 held, 2 failed. Next check in 20 min.`
fn summary(rows: &[Row], now: Timestamp) -> String {
    /// A running daemon is never so late.
    const LATE: SignedDuration = SignedDuration::from_mins(10);
    if rows.is_empty() {
        return "Nothing is watched yet: `fineprint init` writes a sources.toml.".to_owned();
    }
    if rows.iter().all(|row| row.health == Health::New) {
        let n = count(rows.len() as u64, "source");
        return format!(
            "{n}, none checked yet: `fineprint check` looks now, `fineprint watch` keeps looking."
        );
    }
    let of = |health| (rows.iter().filter(|row| row.health == health).count(), health.name());
    let counts = [Health::Ok, Health::Held, Health::Unusable, Health::Failed, Health::New].map(of);
    let counts: Vec<_> =
        counts.into_iter().filter(|(n, _)| *n > 0).map(|(n, name)| format!("{n} {name}")).collect();
    let mut line = format!("{}: {}.", count(rows.len() as u64, "source"), counts.join(", "));
    let late =
        rows.iter().filter(|row| row.next_check.is_none_or(|at| now.duration_since(at) > LATE)).count();
    match rows.iter().filter_map(|row| row.next_check).min() {
        _ if late > 0 => line.push_str(&format!(
            " {late} should have been checked by now: `fineprint watch` does so on time, `fineprint check` now."
        )),
        Some(next) => line.push_str(&format!(" Next check {}.", until(next, now))),
        None => {}
    }
    line
}
