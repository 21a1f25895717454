//! URL → snapshot.
//!
//! A [`Fetcher`] asks for one page of one source and brings it home as received, however hostile the server: each
//! address on the way is judged by [`crate::net::Guard`], redirects are followed by hand so that
//! credentials stay with the origin they were meant for, and a body ends at a cap that counts what comes *out* of the
//! decompressor. Every complete answer is a page, whatever its status: what it means is for the judge. Pages that
//! need scripts come through a [`browser`] instead.

pub mod browser;
mod clients;
mod cookies;
mod error;
mod pace;
mod receive;
mod render;
mod request;
mod robots;
mod route;
mod scrub;
mod shelf;
mod visit;

use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use jiff::Timestamp;
use reqwest::Response;
use reqwest::header::LOCATION;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use error::{Error, Kind, Retry};
pub use pace::Turn;
pub use shelf::Shelf;

use crate::clock::Clock;
use crate::model::Snapshot;
use crate::net::{self, Guard, Timeouts};
use crate::parsers::Parsers;
use clients::Clients;
use pace::Pace;

/// How pages are fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How many pages at a time.
    pub concurrency: usize,
    /// Where a site's owner can reach the operator: `mailto:` or an address, for the User-Agent.
    pub contact: Option<String>,
    /// How many visits to one host at a time, whichever of its pages are watched.
    pub per_host: usize,
    /// The least time between the beginnings of two visits to one host; where nothing is said a second, and none on this
    /// machine.
    pub gap: Option<Duration>,
    /// Networks that may be fetched from although they are not public.
    pub allow_private: Vec<IpNet>,
    /// Ports to which redirects may lead beside 80, 443 and that of the source.
    pub allow_ports: Vec<u16>,
    /// Bytes of a body, after decompression, beyond which a page is refused.
    pub max_body: u64,
    /// Redirects followed for one page.
    pub max_redirects: usize,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long a server may be silent.
    pub read_timeout: Duration,
    /// How long a page may take in all, redirects included.
    pub timeout: Duration,
    /// How pages that need scripts are rendered.
    pub browser: browser::Settings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            concurrency: 16,
            contact: None,
            per_host: 2,
            gap: None,
            allow_private: Vec::new(),
            allow_ports: Vec::new(),
            max_body: 10 * 1024 * 1024,
            max_redirects: 10,
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(20),
            timeout: Duration::from_secs(60),
            browser: browser::Settings::default(),
        }
    }
}

/// What a fetch brought.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one for each fetch in flight, and nearly all are pages"
)]
pub enum Fetched {
    /// The page is as it was when the validators were given.
    NotModified {
        /// When the server said so.
        at: Timestamp,
        /// 304.
        status: u16,
    },
    /// A complete answer.
    Page(Snapshot),
}

/// Fetches pages; clones share connections, the limit on how many are fetched at a time, and the manners towards hosts.
#[derive(Clone)]
pub struct Fetcher {
    clients: Arc<Clients>,
    guard: Guard,
    settings: Arc<Settings>,
    timeouts: Timeouts,
    permits: Arc<Semaphore>,
    places: Arc<Semaphore>,
    pace: Arc<Pace>,
    robots: Arc<robots::Memory>,
    shelf: Option<Arc<dyn Shelf>>,
    browser: browser::Browser,
    parsers: Arc<Parsers>,
    clock: Arc<dyn Clock>,
}

/// A place among the pages at hand; whoever holds a page keeps its place until it is done with the page.
pub struct Place(#[expect(dead_code, reason = "it is held, never read")] OwnedSemaphorePermit);

/// How many pages may be fetched, read or recorded where so many may be fetched at a time: while some are read, the next
/// ones come. Twice as many instead of an eighth more take 9 MB more and no less time.
const fn places(fetches: usize) -> usize {
    fetches + fetches.div_ceil(8)
}

impl Fetcher {
    /// A fetcher for the life of a process.
    ///
    /// Fails where the system has no certificates to verify servers with, or the contact can't stand in a header.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let guard = Guard::new(&settings.allow_private).with_ports(&settings.allow_ports);
        Self::guarded(settings, guard, clock)
    }

    /// A fetcher that reaches what `guard` lets pass.
    pub fn guarded(settings: Settings, guard: Guard, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let timeouts = Timeouts { connect: settings.connect_timeout, read: settings.read_timeout };
        let user_agent = request::user_agent(settings.contact.as_deref());
        let fetches = settings.concurrency.max(1);
        let parsers = Parsers::start().map_err(|error| Error::Threads(error.to_string()))?;
        Ok(Self {
            clients: Clients::new(guard.clone(), user_agent, timeouts).map_err(Error::Setup)?,
            guard,
            timeouts,
            permits: Arc::new(Semaphore::new(fetches)),
            places: Arc::new(Semaphore::new(places(fetches))),
            pace: Arc::new(Pace::new(&settings)),
            robots: Arc::default(),
            shelf: None,
            browser: browser::Browser::new(settings.browser.clone()),
            settings: Arc::new(settings),
            parsers: Arc::new(parsers),
            clock,
        })
    }

    /// The same, which keeps what sites and hosts ask for from one run to the next.
    pub fn with_shelf(self, shelf: Arc<dyn Shelf>) -> Self {
        Self { shelf: Some(shelf), ..self }
    }

    /// The same, with the manners and the knowledge of `before`, whose place it takes.
    pub fn after(self, before: &Self) -> Self {
        self.pace.learn_from(&before.pace);
        Self { robots: Arc::clone(&before.robots), parsers: Arc::clone(&before.parsers), ..self }
    }

    /// Where pages are unpacked, and can be read.
    pub fn parsers(&self) -> &Arc<Parsers> {
        &self.parsers
    }
}

/// When the server of a failing page (429 or 5xx) asked to be visited again; at most a day after `now`.
pub fn retry_after(page: &Snapshot, now: Timestamp) -> Option<Timestamp> {
    let failing = matches!(page.status, 429 | 500..=599);
    page.header("retry-after").filter(|_| failing).and_then(|value| net::retry_after(value, now))
}

/// Where an answer sends us. A redirect that names no place is a page like any other.
fn redirection(answer: &Response) -> Option<String> {
    let redirects = matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let to = answer.headers().get(LOCATION).filter(|_| redirects)?;
    // Some servers put raw UTF-8 here; URLs are read leniently anyway.
    Some(String::from_utf8_lossy(to.as_bytes()).into_owned())
}
