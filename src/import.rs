//! History from elsewhere: captures of pages, in time order, through the same extract → judge → record as a live
//! check, with the capture's date as the clock.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tokio::runtime::Handle;
use url::Url;

use crate::archive::warc::{Capture, Error as ArchiveError, Strand};
use crate::check::past;
use crate::model::{Digest, Outcome, Received, Rules, Schedule, Snapshot, Source, SourceId, slug};
use crate::store::{self, Record, Store};

/// How often an address that becomes a source is looked at once its history is in.
const EVERY: jiff::SignedDuration = jiff::SignedDuration::from_hours(6);

/// How many addresses of a strand are remembered with the text of their latest version. A crawl has each address once
/// or twice among many thousands; one that was forgotten meanwhile is loaded again.
const REMEMBERED: usize = 64;

/// What an import did.
#[derive(Debug, Default)]
pub struct Tally {
    /// Captures judged and recorded.
    pub recorded: AtomicU64,
    /// Captures no later than what was recorded before.
    pub known: AtomicU64,
    /// Redirects and other answers that are no pages.
    pub passed_over: AtomicU64,
    /// Captures dated after the import itself: a history that begins tomorrow would hide what happens today.
    pub future: AtomicU64,
    /// Captures that could not be read.
    pub unreadable: AtomicU64,
    /// First versions.
    pub first: AtomicU64,
    /// Changes told, or that would have been.
    pub changed: AtomicU64,
    /// Addresses that were no source and became one.
    pub sources: AtomicU64,
}

impl Tally {
    fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// An import: where it goes, and what it may tell.
pub struct Import<'a> {
    /// The archive it goes into.
    pub store: &'a Store,
    /// The configured sources, for their ids and rules.
    pub sources: &'a [Source],
    /// The present time: a capture dated later is passed over.
    pub now: Timestamp,
    /// Whether changes are told to the sources' channels; otherwise they are only recorded.
    pub notify: bool,
    /// Told of each capture and each one that can't be read, as they come.
    pub progress: &'a (dyn Fn(Result<&Capture, &ArchiveError>) + Sync),
}

impl Import<'_> {
    /// Imports strands of captures on as many threads as there are processors.
    ///
    /// A capture that can't be read is counted and passed over; what can't be recorded ends the import. Each capture is
    /// recorded on its own, so that an import that was cut short can be started again.
    pub async fn run(&self, strands: Vec<Strand>) -> Result<Tally, store::Error> {
        let (tally, runtime) = (Tally::default(), Handle::current());
        let names = Mutex::new(Names::new(self.sources, &self.store.sources().await?));
        let waiting = Mutex::new(strands.into_iter());
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
        let work = || -> Result<(), store::Error> {
            loop {
                let next = waiting.lock().unwrap_or_else(|e| e.into_inner()).next();
                let Some(strand) = next else { return Ok(()) };
                self.strand(strand, &names, &tally, &runtime)?;
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
        Ok(tally)
    }

    fn strand(
        &self,
        strand: Strand,
        names: &Mutex<Names>,
        tally: &Tally,
        runtime: &Handle,
    ) -> Result<(), store::Error> {
        let mut recent = Recent::default();
        for capture in strand {
            (self.progress)(capture.as_ref());
            let Ok(capture) = capture else {
                Tally::add(&tally.unreadable);
                continue;
            };
            if capture.date > self.now {
                Tally::add(&tally.future);
                continue;
            }
            let mut history = match recent.take(&capture.target) {
                Some(history) => history,
                None => runtime.block_on(self.history(&capture, names, tally))?,
            };
            if history.last.is_some_and(|last| capture.date <= last) {
                Tally::add(&tally.known);
            } else if (100..200).contains(&capture.response.status)
                || (300..400).contains(&capture.response.status)
            {
                Tally::add(&tally.passed_over);
            } else {
                runtime.block_on(self.capture(capture, &mut history, tally))?;
            }
            if let Some(mut forgotten) = recent.put(history) {
                runtime.block_on(self.settle(&mut forgotten))?;
            }
        }
        recent.0.iter_mut().try_for_each(|history| runtime.block_on(self.settle(history)))
    }

    /// What is known of a capture's source; makes it a source if it is none.
    async fn history(
        &self,
        capture: &Capture,
        names: &Mutex<Names>,
        tally: &Tally,
    ) -> Result<History, store::Error> {
        let (source, is_new) = names.lock().unwrap_or_else(|e| e.into_inner()).source(&capture.target);
        self.store.add_source(&source, capture.date).await?;
        if is_new {
            Tally::add(&tally.sources);
        }
        let state = self.store.state(&source.id).await?;
        let last = state.last_checked;
        let past = past::load(self.store, &source, state).await?;
        Ok(History { url: capture.target.clone(), source, last, past, seen: None })
    }

    async fn capture(
        &self,
        capture: Capture,
        history: &mut History,
        tally: &Tally,
    ) -> Result<(), store::Error> {
        let date = capture.date;
        let snapshot = Snapshot {
            source: history.source.id.clone(),
            fetched_at: date,
            url: capture.target.clone(),
            final_url: capture.target,
            status: capture.response.status,
            headers: capture.response.headers,
            body: capture.response.body,
            received: received(&history.source),
        };
        let (again, mut record) = history.past.weigh(&history.source, snapshot, date);
        if let Some(again) = again {
            self.store.record(again).await?;
        }
        if self.notify {
            record.channels.clone_from(&history.source.notify);
        } else {
            record.notices.clear();
        }
        history.last = Some(date);
        tally.count(&record);
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

/// Who fetched it is for the archive to say that it comes from.
fn received(source: &Source) -> Received {
    let rules = (!source.rules.is_empty()).then(|| source.rules.clone());
    Received { fetcher: Some("import warc".to_owned()), rules, ..Received::default() }
}

impl Tally {
    fn count(&self, record: &Record) {
        Self::add(&self.recorded);
        match record.check.outcome {
            Outcome::First => Self::add(&self.first),
            Outcome::Changed => Self::add(&self.changed),
            _ => {}
        }
    }
}

/// A source while its captures come in.
struct History {
    url: Url,
    source: Source,
    last: Option<jiff::Timestamp>,
    past: past::Past,
    /// The page of the latest look at the latest version.
    seen: Option<Snapshot>,
}

/// The sources whose captures came last, the latest at the end.
#[derive(Default)]
struct Recent(Vec<History>);

impl Recent {
    fn take(&mut self, url: &Url) -> Option<History> {
        let at = self.0.iter().rposition(|history| history.url == *url)?;
        Some(self.0.remove(at))
    }

    /// Returns the one that is forgotten for it.
    fn put(&mut self, history: History) -> Option<History> {
        let forgotten = (self.0.len() == REMEMBERED).then(|| self.0.remove(0));
        self.0.push(history);
        forgotten
    }
}

/// Which source an address belongs to.
struct Names {
    by_url: HashMap<String, Source>,
    taken: HashSet<SourceId>,
}

impl Names {
    fn new(configured: &[Source], stored: &[store::KnownSource]) -> Self {
        let mut names = Self { by_url: HashMap::new(), taken: HashSet::new() };
        for source in configured {
            names.taken.insert(source.id.clone());
            names.by_url.insert(source.url.to_string(), source.clone());
        }
        for known in stored {
            // One that is configured is at the address that stands there, wherever it was before.
            let is_configured = !names.taken.insert(known.id.clone());
            let Ok(url) = known.url.parse::<Url>() else { continue };
            if !is_configured && !names.by_url.contains_key(url.as_str()) {
                let source = adopted(known.id.clone(), known.service.clone(), known.terms.clone(), url);
                names.by_url.insert(known.url.clone(), source);
            }
        }
        names
    }

    /// The source of an address, and whether it was made just now.
    fn source(&mut self, url: &Url) -> (Source, bool) {
        if let Some(source) = self.by_url.get(url.as_str()) {
            return (source.clone(), false);
        }
        let host = url.host_str().unwrap_or("page").trim_start_matches("www.").to_owned();
        let path = url.path().trim_matches('/');
        let terms = match url.query() {
            Some(query) => format!("{path}?{query}"),
            None if path.is_empty() => "home".to_owned(),
            None => path.to_owned(),
        };
        let id = self.free_id(&host, &slug(&terms), url);
        self.taken.insert(id.clone());
        let source = adopted(id, host, terms, url.clone());
        self.by_url.insert(url.to_string(), source.clone());
        (source, true)
    }

    fn free_id(&self, host: &str, terms: &str, url: &Url) -> SourceId {
        let digest = Digest::of(url.as_str().as_bytes()).to_string();
        let host: String =
            host.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).take(80).collect();
        let terms: String = terms.chars().take(80).collect();
        let candidates =
            [format!("{host}/{terms}"), format!("{host}/{terms}-{}", &digest[..8]), format!("page/{digest}")];
        let ids = candidates.iter().filter_map(|c| c.parse::<SourceId>().ok());
        ids.into_iter()
            .find(|id| !self.taken.contains(id))
            .expect("a digest of an address that is new is not taken")
    }
}

fn adopted(id: SourceId, service: String, terms: String, url: Url) -> Source {
    let (schedule, rules) = (Schedule::Every(EVERY), Rules::default());
    Source {
        id,
        service,
        terms,
        url,
        schedule,
        notify: Vec::new(),
        rules,
        pins: Vec::new(),
        max_age: Source::MAX_AGE,
        headers: Vec::new(),
        topics: Arc::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_last_is_remembered_and_no_more() {
        let url = |n: usize| format!("https://acme.example/{n}").parse::<Url>().unwrap();
        let history = |n| {
            let source = adopted("acme/terms".parse().unwrap(), "Acme".into(), "Terms".into(), url(n));
            History { url: url(n), source, last: None, past: past::Past::default(), seen: None }
        };
        let mut recent = Recent::default();
        (0..REMEMBERED).for_each(|n| assert!(recent.put(history(n)).is_none()));
        let first = recent.take(&url(0)).unwrap();
        assert!(recent.put(first).is_none());
        assert!(recent.put(history(REMEMBERED)).is_some_and(|forgotten| forgotten.url == url(1)));
        assert_eq!(recent.0.len(), REMEMBERED);
        assert!(recent.take(&url(1)).is_none(), "it came before all others");
        assert!(recent.take(&url(0)).is_some());
    }
}
