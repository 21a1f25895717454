//! History from elsewhere: pages that others saw, in the order of time, through the same extract → judge → record as a
//! live check, with the time of the sighting as the clock.
//!
//! - [`from_warc`]: web archives;
//! - [`memento`]: archives that speak RFC 7089;
//! - `ota`: repositories of snapshots of Open Terms Archive;
//! - `names`: which source a page belongs to; `tally`: what came of it.

pub mod memento;
mod names;
mod ota;
mod tally;

use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::runtime::Handle;

use crate::archive::warc::{Capture, Error as ArchiveError, Strand};
use crate::check::{self, past};
use crate::model::{Keep, Received, Snapshot, Source, SourceId};
use crate::route::Route;
use crate::store::{self, Store};

pub use names::Names;
pub use ota::Snapshots;
pub use tally::Tally;

/// How many sources of a strand are remembered with the text of their latest version. A crawl has each address once
/// or twice among many thousands; one that was forgotten meanwhile is loaded again.
const REMEMBERED: usize = 64;

/// A page as somebody saw it at some time.
#[derive(Debug, PartialEq)]
pub struct Sighting {
    /// The source it is a page of, where that is known; else the one at its address.
    pub source: Option<Arc<Source>>,
    /// The page.
    pub capture: Capture,
    /// How it came here, for the archive: `import warc`. Who fetched it is for the place it comes from to say.
    pub via: String,
}

/// What a web archive has, as sightings.
pub fn from_warc(strand: Strand) -> impl Iterator<Item = Result<Sighting, ArchiveError>> + Send {
    let sighting = |capture| Sighting { source: None, capture, via: "import warc".to_owned() };
    strand.map(move |capture| capture.map(sighting))
}

/// An import: where it goes, and what it may tell.
pub struct Import<'a> {
    /// The archive it goes into.
    pub store: &'a Store,
    /// The configured sources, for their ids and rules.
    pub sources: &'a [Source],
    /// The present time: a page dated later is passed over.
    pub now: Timestamp,
    /// Which pages are kept.
    pub keep: Keep,
    /// Which of what is told goes where.
    pub routes: &'a [Route],
    /// Whether changes are told to the sources' channels; otherwise they are only recorded.
    pub notify: bool,
    /// Told of each page and each one that can't be read, as they come.
    pub progress: &'a (dyn Fn(Result<&Sighting, &dyn Display>) + Sync),
}

/// What the threads of an import share.
struct Shared {
    names: Mutex<Names>,
    tally: Tally,
    runtime: Handle,
}

impl Import<'_> {
    /// Which source a page belongs to, as things stand.
    pub async fn names(&self) -> Result<Names, store::Error> {
        Ok(Names::new(self.sources, &self.store.sources().await?))
    }

    /// Imports strands of pages on as many threads as there are processors.
    ///
    /// The pages of one source must all be in one strand, in the order of time. One that can't be read is counted and
    /// passed over; what can't be recorded ends the import. Each page is recorded on its own, so that an import that
    /// was cut short can be started again.
    pub async fn run<S, E>(&self, names: Names, strands: Vec<S>) -> Result<Tally, store::Error>
    where
        S: Iterator<Item = Result<Sighting, E>> + Send,
        E: Display,
    {
        let shared = Shared { names: Mutex::new(names), tally: Tally::default(), runtime: Handle::current() };
        let waiting = Mutex::new(strands.into_iter());
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
        let work = || -> Result<(), store::Error> {
            loop {
                let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(strand) = next else { return Ok(()) };
                self.strand(strand, &shared)?;
            }
        };
        tokio::task::block_in_place(|| {
            std::thread::scope(|scope| {
                let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
                workers
                    .into_iter()
                    .try_for_each(|w| w.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            })
        })?;
        Ok(shared.tally)
    }

    fn strand<E: Display>(
        &self,
        strand: impl Iterator<Item = Result<Sighting, E>>,
        shared: &Shared,
    ) -> Result<(), store::Error> {
        let (mut recent, tally) = (Recent::default(), &shared.tally);
        for sighting in strand {
            (self.progress)(sighting.as_ref().map_err(|error| error as &dyn Display));
            let Ok(Sighting { source, capture, via }) = sighting else {
                Tally::add(&tally.unreadable);
                continue;
            };
            if capture.date > self.now {
                Tally::add(&tally.future);
                continue;
            }
            let mut history = shared.runtime.block_on(self.history(source, &capture, &mut recent, shared))?;
            let status = capture.response.status;
            if history.last.is_some_and(|last| capture.date <= last) {
                Tally::add(&tally.known);
            } else if (100..200).contains(&status) || (300..400).contains(&status) {
                Tally::add(&tally.passed_over);
            } else {
                shared.runtime.block_on(self.capture(capture, via, &mut history, tally))?;
            }
            if let Some(mut forgotten) = recent.put(history) {
                shared.runtime.block_on(self.settle(&mut forgotten))?;
            }
        }
        recent.0.iter_mut().try_for_each(|history| shared.runtime.block_on(self.settle(history)))
    }

    /// What is known of a page's source; makes it a source if it is none.
    async fn history(
        &self,
        source: Option<Arc<Source>>,
        capture: &Capture,
        recent: &mut Recent,
        shared: &Shared,
    ) -> Result<History, store::Error> {
        let (source, is_new) = {
            let mut names = shared.names.lock().unwrap_or_else(PoisonError::into_inner);
            let source = source.unwrap_or_else(|| names.at(&capture.target));
            let is_new = names.take_made(&source.id);
            (source, is_new)
        };
        if let Some(history) = recent.take(&source.id) {
            return Ok(history);
        }
        self.store.add_source(&source, capture.date).await?;
        if is_new {
            Tally::add(&shared.tally.sources);
        }
        let state = self.store.state(&source.id).await?;
        let last = state.last_checked;
        let past = past::load(self.store, &source, state).await?;
        Ok(History { source, last, past, seen: None })
    }

    async fn capture(
        &self,
        capture: Capture,
        via: String,
        history: &mut History,
        tally: &Tally,
    ) -> Result<(), store::Error> {
        let date = capture.date;
        let rules = &history.source.rules;
        let rules = (!rules.is_empty()).then(|| rules.clone());
        let snapshot = Snapshot {
            source: history.source.id.clone(),
            fetched_at: date,
            url: capture.target.clone(),
            final_url: capture.target,
            status: capture.response.status,
            headers: capture.response.headers,
            body: capture.response.body,
            received: Received { fetcher: Some(via), rules, ..Received::default() },
        };
        let marks = history.past.marks(&history.source, &snapshot);
        let (again, mut record) = history.past.weigh(&history.source, (snapshot, marks), date);
        if let Some(again) = again {
            self.store.record(again).await?;
        }
        if self.notify {
            check::address(self.routes, &history.source, &mut record);
        } else {
            record.notices.clear();
        }
        history.last = Some(date);
        tally.count(&record);
        if self.keep == Keep::All {
            record.keep_all();
        }
        // Of many looks at a version only the last needs to be kept, and here it is known which that is.
        let seen = record.seen.take();
        if record.version.is_some() {
            self.settle(history).await?;
        }
        history.seen = seen.or(history.seen.take());
        self.store.record(record).await
    }

    /// Keeps the latest sight of the latest version.
    async fn settle(&self, history: &mut History) -> Result<(), store::Error> {
        match history.seen.take() {
            Some(seen) => self.store.sighted(seen).await,
            None => Ok(()),
        }
    }
}

/// A source while its pages come in.
struct History {
    source: Arc<Source>,
    last: Option<Timestamp>,
    past: past::Past,
    /// The page of the latest look at the latest version.
    seen: Option<Snapshot>,
}

/// The sources whose pages came last, the latest at the end.
#[derive(Default)]
struct Recent(Vec<History>);

impl Recent {
    fn take(&mut self, id: &SourceId) -> Option<History> {
        let at = self.0.iter().rposition(|history| history.source.id == *id)?;
        Some(self.0.remove(at))
    }

    /// Returns the one that is forgotten for it.
    fn put(&mut self, history: History) -> Option<History> {
        let forgotten = (self.0.len() == REMEMBERED).then(|| self.0.remove(0));
        self.0.push(history);
        forgotten
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_last_is_remembered_and_no_more() {
        let id = |n: usize| format!("acme/{n}").parse::<SourceId>().unwrap();
        let history = |n| {
            let url = "https://acme.example/".parse().unwrap();
            let source = names::adopted(id(n), "Acme".into(), "Terms".into(), url).into();
            History { source, last: None, past: past::Past::default(), seen: None }
        };
        let mut recent = Recent::default();
        (0..REMEMBERED).for_each(|n| assert!(recent.put(history(n)).is_none()));
        let first = recent.take(&id(0)).unwrap();
        assert!(recent.put(first).is_none());
        assert!(recent.put(history(REMEMBERED)).is_some_and(|forgotten| forgotten.source.id == id(1)));
        assert_eq!(recent.0.len(), REMEMBERED);
        assert!(recent.take(&id(1)).is_none(), "it came before all others");
        assert!(recent.take(&id(0)).is_some());
    }
}
