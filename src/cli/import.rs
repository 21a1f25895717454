//! `fineprint import`

mod memento;
mod ota_git;
pub(super) mod report;
mod warc;

use std::fmt::Display;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;

use crate::clock::{Clock as _, SystemClock};
use crate::diff::render::escape;
use crate::import::{Import, Names, Sighting, Tally};
use crate::model::{Keep, Source, SourceId};
use crate::route::Route;
use crate::store::{self, KnownSource, Store, WriterLock};

use super::{Failure, Global};

/// Bring history in from elsewhere
///
/// What others saw is judged one page after another in the order of time, as if it had been checked then. History is
/// only ever appended to: what is no later than a source's last check is passed over, so that the same can be imported
/// again, and the past is best brought in before the first check.
#[derive(Debug, Parser)]
pub(super) struct Args {
    #[command(subcommand)]
    from: From,
}

#[derive(Debug, Subcommand)]
enum From {
    Warc(warc::Args),
    OtaGit(ota_git::Args),
    Memento(memento::Args),
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    match args.from {
        From::Warc(args) => warc::run(global, args).await,
        From::OtaGit(args) => ota_git::run(global, args).await,
        From::Memento(args) => memento::run(global, args).await,
    }
}

/// What every import can be told.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Which pages to keep: the first and last of each version and the disputed ones, or all of them
    /// [default: `store.keep` of the configuration, or versions]
    #[arg(long, value_enum, value_name = "WHICH")]
    keep: Option<Kept>,
    /// Tell the sources' channels of the changes found; otherwise they are only recorded
    #[arg(long)]
    notify: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Kept {
    /// The first and the last of each version, and the disputed ones
    Versions,
    /// Every one
    All,
}

impl Options {
    fn keep(&self, configured: Keep) -> Keep {
        match self.keep {
            Some(Kept::All) => Keep::All,
            Some(Kept::Versions) => Keep::Versions,
            None => configured,
        }
    }
}

/// What every import works with: the archive, held for writing, the sources, and a bar that shows how far it is.
pub(super) struct Desk {
    store: Store,
    sources: Vec<Source>,
    routes: Vec<Route>,
    /// Which pages the configuration has kept.
    keep: Keep,
    pub(super) database: PathBuf,
    bar: ProgressBar,
    _lock: WriterLock,
}

impl Desk {
    pub(super) async fn open(global: &Global) -> Result<Self, Failure> {
        let config = global.config_if_any()?;
        let database = global.database(config.as_ref())?;
        let store = Store::open(&database).await?;
        let lock = store.lock("import", SystemClock.now())?;
        let bar = ProgressBar::new_spinner().with_message("scanning");
        bar.enable_steady_tick(Duration::from_millis(200));
        let (sources, routes, keep) =
            config.map(|c| (c.sources, c.routes, c.retention.keep)).unwrap_or_default();
        Ok(Self { store, sources, routes, keep, database, bar, _lock: lock })
    }

    /// Which source a page belongs to, as things stand.
    pub(super) async fn names(&self) -> Result<Names, store::Error> {
        self.import(self.keep, false, &|_| {}).names().await
    }

    /// Every source that is configured or was.
    pub(super) async fn known(&self) -> Result<Vec<KnownSource>, store::Error> {
        let mut known = self.store.sources().await?;
        for source in &self.sources {
            known.retain(|other| other.id != source.id);
            let Source { id, service, terms, url, .. } = source.clone();
            known.push(KnownSource { id, service, terms, url: url.into(), live: true });
        }
        known.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(known)
    }

    /// When a source was last looked at, if it is one already.
    async fn last_checked(&self, source: &SourceId) -> Result<Option<Timestamp>, store::Error> {
        match self.store.state(source).await {
            Ok(state) => Ok(state.last_checked),
            Err(store::Error::UnknownSource(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Imports strands that have so many pages in all.
    pub(super) async fn run<S, E>(
        &self,
        names: Names,
        strands: Vec<S>,
        pages: u64,
        options: &Options,
    ) -> Result<Tally, Failure>
    where
        S: Iterator<Item = Result<Sighting, E>> + Send,
        E: Display,
    {
        let shape = ProgressStyle::with_template("{bar:30} {pos}/{len} pages, {eta} left");
        self.bar.set_style(shape.expect("a fixed template"));
        self.bar.set_length(pages);
        let progress = |sighting: Result<&Sighting, &dyn Display>| {
            self.bar.inc(1);
            if let Err(error) = sighting {
                self.warn(error);
            }
        };
        let keep = options.keep(self.keep);
        let tally = self.import(keep, options.notify, &progress).run(names, strands).await?;
        self.bar.finish_and_clear();
        Ok(tally)
    }

    fn import<'a>(
        &'a self,
        keep: Keep,
        notify: bool,
        progress: &'a (dyn Fn(Result<&Sighting, &dyn Display>) + Sync),
    ) -> Import<'a> {
        let (store, sources, routes) = (&self.store, &self.sources, &self.routes);
        Import { store, sources, routes, now: SystemClock.now(), keep, notify, progress }
    }

    /// Says what is wrong with a page; it may quote what it found there.
    pub(super) fn warn(&self, error: &dyn Display) {
        let line = error.to_string();
        self.bar.suspend(|| eprintln!("warning: {}", escape::terminal(&line)));
    }
}
