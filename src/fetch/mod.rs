//! URL → snapshot.
//!
//! A [`Fetcher`] asks for one page of one source and brings it home as received, however hostile the server: each
//! address on the way is judged by [`crate::net::Guard`], redirects are followed by hand so that
//! credentials stay with the origin they were meant for, and a body ends at a cap that counts what comes *out* of the
//! decompressor. Every complete answer is a page, whatever its status: what it means is for the judge. Pages that
//! need scripts come through a [`browser`] instead.

pub mod browser;
mod clients;
mod error;
mod receive;
mod render;
mod request;
mod route;
mod scrub;

use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use jiff::Timestamp;
use reqwest::{Response, StatusCode};
use tokio::sync::Semaphore;

pub use error::{Error, Kind, Retry};

use crate::clock::Clock;
use crate::model::{Snapshot, Source, Validators};
use crate::net::{self, Failure, Guard, Timeouts};
use clients::Clients;
use route::Route;

/// How pages are fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How many pages at a time.
    pub concurrency: usize,
    /// Where a site's owner can reach the operator: `mailto:` or an address, for the User-Agent.
    pub contact: Option<String>,
    /// Networks that may be fetched from although they are not public.
    pub allow_private: Vec<IpNet>,
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
            allow_private: Vec::new(),
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

/// Fetches pages; clones share connections and the limit on how many are fetched at a time.
#[derive(Clone)]
pub struct Fetcher {
    clients: Arc<Clients>,
    guard: Guard,
    settings: Arc<Settings>,
    timeouts: Timeouts,
    permits: Arc<Semaphore>,
    browser: browser::Browser,
    clock: Arc<dyn Clock>,
}

impl Fetcher {
    /// A fetcher for the life of a process.
    ///
    /// Fails where the system has no certificates to verify servers with, or the contact can't stand in a header.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let timeouts = Timeouts { connect: settings.connect_timeout, read: settings.read_timeout };
        let guard = Guard::new(&settings.allow_private);
        let user_agent = request::user_agent(settings.contact.as_deref());
        let clients = Clients::new(guard.clone(), user_agent, timeouts).map_err(Error::Setup)?;
        let permits = Arc::new(Semaphore::new(settings.concurrency.max(1)));
        let browser = browser::Browser::new(settings.browser.clone());
        Ok(Self { clients, guard, settings: Arc::new(settings), timeouts, permits, browser, clock })
    }

    /// Asks for a source's page, or only for its changes since `seen`.
    ///
    /// Waits for its turn first; the timeouts count from then.
    pub async fn fetch(&self, source: &Source, seen: &Validators) -> Result<Fetched, Error> {
        let _permit = self.permits.acquire().await.expect("the semaphore is never closed");
        let total = self.settings.timeout;
        match tokio::time::timeout(total, self.follow(source, seen)).await {
            Ok(outcome) => scrub::scrubbed(outcome, source),
            Err(_) => Err(Error::new(&source.url, Failure::Endless(total))),
        }
    }

    /// Goes from redirect to redirect until an answer stays.
    async fn follow(&self, source: &Source, seen: &Validators) -> Result<Fetched, Error> {
        let client = self.clients.of(source).map_err(|kind| Error::new(&source.url, kind))?;
        let mut route = Route::of(source);
        loop {
            let here = route.here().clone();
            let fail = |kind: Kind| Error::new(&here, kind);
            self.clients.check(&here, source).map_err(|failure| fail(failure.into()))?;
            let asked = request::validators_for(&here, seen);
            let request = request::to(&route, &client, source).map_err(fail)?.headers(asked.clone());
            let answer = request.send().await.map_err(|e| fail(self.clients.failure(e, source)))?;
            match redirection(&answer) {
                Some(to) => {
                    let status = answer.status().as_u16();
                    route.redirect(status, &to, self.settings.max_redirects).map_err(fail)?;
                }
                None if answer.status() != StatusCode::NOT_MODIFIED => {
                    return self.receive(source, &route, answer).await.map_err(fail);
                }
                None if asked.is_empty() => return Err(fail(Kind::NotAsked)),
                None => return Ok(Fetched::NotModified { at: self.clock.now(), status: 304 }),
            }
        }
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
    let to = answer.headers().get(reqwest::header::LOCATION).filter(|_| redirects)?;
    // Some servers put raw UTF-8 here; URLs are read leniently anyway.
    Some(String::from_utf8_lossy(to.as_bytes()).into_owned())
}
