//! Asking an archive, politely.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, sleep_until};
use url::Url;

use crate::archive::memento::{http_date, raw};
use crate::clock::Clock;
use crate::fetch::{self, Fetched, Fetcher, Retry};
use crate::import::names::adopted;
use crate::model::{Secret, Snapshot, Validators};

use super::Error;

/// How long to wait before what failed is asked for again, where the archive names no time.
const AGAIN: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(60)];
/// An archive that asks for more is taken at its word next time: the import ends.
const LONGEST: Duration = Duration::from_secs(300);

/// An archive, asked for one thing at a time and with a pause in between.
pub struct Archive {
    fetcher: Fetcher,
    clock: Arc<dyn Clock>,
    pause: Duration,
    /// When it may be asked again.
    free: Mutex<Instant>,
    /// Whether it was tried for a raw memento and gave none.
    gives_no_raw: AtomicBool,
}

impl Archive {
    /// An archive that is left in peace for `pause` after each answer.
    pub fn new(fetcher: Fetcher, clock: Arc<dyn Clock>, pause: Duration) -> Self {
        let free = Mutex::new(Instant::now());
        Self { fetcher, clock, pause, free, gives_no_raw: AtomicBool::new(false) }
    }

    /// A memento: raw where the archive offers that, else as it shows it.
    pub(super) async fn memento(&self, url: &Url) -> Result<Snapshot, Error> {
        if let Some(raw) = raw(url).filter(|_| !self.gives_no_raw.load(Ordering::Relaxed)) {
            let page = self.get(&raw, None).await?;
            if page.header("memento-datetime").is_some() {
                return Ok(page);
            }
            self.gives_no_raw.store(true, Ordering::Relaxed);
        }
        let page = self.get(url, None).await?;
        match page.header("memento-datetime") {
            Some(_) => Ok(page),
            None if page.status == 200 => Err(Error::Present(url.clone())),
            None => Err(Error::Status { url: url.clone(), status: page.status }),
        }
    }

    /// Whether the pages have something of the archive's in them.
    pub fn gives_no_raw(&self) -> bool {
        self.gives_no_raw.load(Ordering::Relaxed)
    }

    /// What stands at an address, as of a time; asked for again where the archive is in trouble.
    pub(super) async fn get(&self, url: &Url, at: Option<Timestamp>) -> Result<Snapshot, Error> {
        let mut free = self.free.lock().await;
        let mut waits = AGAIN.iter();
        loop {
            sleep_until(*free).await;
            let answer = self.once(url, at).await;
            *free = Instant::now() + self.pause;
            let wait = match &answer {
                Ok(page)
                    if matches!(page.status, 429 | 500..=599)
                        && page.header("memento-datetime").is_none() =>
                {
                    self.asked_to_wait(page).or_else(|| waits.next().copied())
                }
                Err(error) if error.retry() == Retry::Soon => waits.next().copied(),
                _ => None,
            };
            match wait.filter(|wait| *wait <= LONGEST) {
                Some(wait) if self.pause > Duration::ZERO => sleep(wait).await,
                _ => return Ok(answer?),
            }
        }
    }

    fn asked_to_wait(&self, page: &Snapshot) -> Option<Duration> {
        let now = self.clock.now();
        let until = fetch::retry_after(page, now)?;
        Duration::try_from(until.duration_since(now)).ok()
    }

    async fn once(&self, url: &Url, at: Option<Timestamp>) -> Result<Snapshot, fetch::Error> {
        let id = "memento/archive".parse().expect("a fixed id");
        let mut asked = adopted(id, String::new(), String::new(), url.clone());
        asked.headers.extend(at.map(|at| ("accept-datetime".to_owned(), Secret::new(http_date(at)))));
        match self.fetcher.fetch(&asked, &Validators::default()).await? {
            Fetched::Page(page) => Ok(page),
            Fetched::NotModified { .. } => unreachable!("nothing was asked that allows this answer"),
        }
    }
}
