//! What `fineprint check` prints.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;
use serde::Serialize;

use crate::cli::print::{count, json_line};
use crate::cli::{Failure, Format, exit};
use crate::deliver::Pass;
use crate::diff::render::escape::terminal;
use crate::engine::Engine;
use crate::model::{Change, Check, NoticeId, Outcome, SourceId};
use crate::store::ChangeFilter;

/// What the looks brought so far.
pub(super) struct Report {
    format: Format,
    quiet: bool,
    /// How many sources are to be looked at.
    sources: usize,
    since: Timestamp,
    /// What the last look at each source brought.
    outcomes: BTreeMap<SourceId, Outcome>,
    changes: usize,
}

impl Report {
    /// Of a run over so many sources that began at `since`.
    pub(super) fn new(format: Format, quiet: bool, sources: usize, since: Timestamp) -> Self {
        Self { format, quiet, sources, since, outcomes: BTreeMap::new(), changes: 0 }
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// The sources whose last look was not enough.
    pub(super) fn held(&self) -> BTreeSet<SourceId> {
        let held = self.outcomes.iter().filter(|(_, outcome)| **outcome == Outcome::Held);
        held.map(|(source, _)| source.clone()).collect()
    }

    /// Takes in and prints a round of looks, by source.
    pub(super) async fn take(&mut self, engine: &Engine, mut checks: Vec<Check>) -> Result<(), Failure> {
        checks.sort_by(|a, b| a.source.cmp(&b.source));
        let mut changes = self.changes_of(engine, &checks).await?;
        let mut out = anstream::stdout().lock();
        for check in checks {
            let change = changes.remove(&check.source).filter(|_| check.outcome == Outcome::Changed);
            match self.format {
                Format::Json => json_line(&mut out, &Line::new(&check, change.as_ref()))?,
                Format::Text => self.line(&mut out, &check, change.as_ref())?,
            }
            self.changes += usize::from(check.outcome == Outcome::Changed);
            self.outcomes.insert(check.source, check.outcome);
        }
        Ok(())
    }

    /// The changes that `checks` found.
    async fn changes_of(
        &self,
        engine: &Engine,
        checks: &[Check],
    ) -> Result<BTreeMap<SourceId, Change>, Failure> {
        let changed = checks.iter().filter(|check| check.outcome == Outcome::Changed);
        let sources: Vec<SourceId> = changed.map(|check| check.source.clone()).collect();
        if sources.is_empty() {
            return Ok(BTreeMap::new());
        }
        let filter =
            ChangeFilter { sources: Some(sources), since: Some(self.since), ..ChangeFilter::default() };
        let changes = engine.store.changes(filter).await?;
        Ok(changes.into_iter().map(|change| (change.source.clone(), change)).collect())
    }

    fn line(&self, out: &mut impl Write, check: &Check, change: Option<&Change>) -> io::Result<()> {
        let color = match check.outcome {
            Outcome::NotModified | Outcome::Unchanged => return Ok(()),
            Outcome::First | Outcome::Held if self.quiet => return Ok(()),
            Outcome::First => AnsiColor::Green,
            Outcome::Changed | Outcome::Held => AnsiColor::Yellow,
            Outcome::Unusable | Outcome::Failed => AnsiColor::Red,
        };
        let style = color.on_default();
        let dim = Style::new().dimmed();
        write!(out, "{style}{:<13}{style:#}  {}", check.outcome, check.source)?;
        match (change, &check.detail) {
            (Some(change), _) => writeln!(
                out,
                "  {} ({})  {dim}fineprint diff {} {}..{}{dim:#}",
                terminal(&change.summary),
                change.severity,
                change.source,
                change.from,
                change.to
            ),
            (None, Some(detail)) => writeln!(out, "  {}", terminal(detail)),
            (None, None) => writeln!(out),
        }
    }

    /// Tells a person what is waited for.
    pub(super) fn note(&self, what: &str) -> io::Result<()> {
        if self.quiet { Ok(()) } else { writeln!(anstream::stderr(), "{what}") }
    }

    /// The last line: what the looks brought, and what became of the notices.
    pub(super) async fn summary(&self, engine: &Engine, pass: Pass) -> Result<(), Failure> {
        if self.quiet || self.format == Format::Json {
            return Ok(());
        }
        let (pending, dead) = engine.store.undelivered().await?;
        let mut notices = Vec::new();
        if pass.delivered > 0 {
            notices.push(format!("{} delivered", count(pass.delivered as u64, "notice")));
        }
        if pending > 0 {
            let next = engine.store.next_delivery().await?.map(|at| at.strftime("%H:%M UTC").to_string());
            notices.push(format!("{pending} pending (next try {})", next.unwrap_or_default()));
        }
        if dead > 0 {
            notices.push(format!("{dead} given up (`fineprint notices`)"));
        }
        let notices = if notices.is_empty() { String::new() } else { format!(" · {}", notices.join(", ")) };
        writeln!(anstream::stdout(), "{}{notices}", self.counts())?;
        Ok(())
    }

    fn counts(&self) -> String {
        let of = |wanted: &[Outcome]| self.outcomes.values().filter(|o| wanted.contains(o)).count();
        let counts = [
            (of(&[Outcome::NotModified, Outcome::Unchanged]), "unchanged"),
            (of(&[Outcome::Changed]), "changed"),
            (of(&[Outcome::First]), "first version"),
            (of(&[Outcome::Held]), "held"),
            (of(&[Outcome::Unusable]), "unusable"),
            (of(&[Outcome::Failed]), "failed"),
            (self.sources.saturating_sub(self.outcomes.len()), "not looked at"),
        ];
        let some: Vec<_> =
            counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        let sources = count(self.sources as u64, "source");
        if some.is_empty() { sources } else { format!("{sources}: {}", some.join(", ")) }
    }

    /// Ends a run that was cut off.
    pub(super) async fn interrupted(&self, engine: &Engine) -> Result<u8, Failure> {
        self.summary(engine, Pass::default()).await?;
        Ok(exit::INTERRUPTED)
    }

    /// The exit code; `lost` says that a notice was given up. Changes that were asked for win over sources that could not be read.
    pub(super) fn code(&self, asked: bool, lost: bool, done: bool) -> u8 {
        let unreadable = self.outcomes.values().any(|outcome| !outcome.is_readable());
        match () {
            () if !done => exit::INTERRUPTED,
            () if asked && self.changes > 0 => exit::CHANGED,
            () if unreadable || lost => exit::UNREADABLE,
            () => exit::DONE,
        }
    }
}

/// A look as JSON; keys are only ever added.
#[derive(Serialize)]
struct Line<'a> {
    source: &'a SourceId,
    outcome: Outcome,
    at: Timestamp,
    status: Option<u16>,
    detail: Option<&'a str>,
    /// The id of the change, which is also its notice's.
    change: Option<&'a NoticeId>,
}

impl<'a> Line<'a> {
    fn new(check: &'a Check, change: Option<&'a Change>) -> Self {
        let (source, outcome, at, status) = (&check.source, check.outcome, check.at, check.status);
        let (detail, change) = (check.detail.as_deref(), change.map(|change| &change.id));
        Self { source, outcome, at, status, detail, change }
    }
}
