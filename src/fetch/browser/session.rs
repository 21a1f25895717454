//! One running Chromium, used by many pages.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chromiumoxide::cdp::browser_protocol::browser::BrowserContextId;
use chromiumoxide::cdp::browser_protocol::target::{CreateTargetParams, DisposeBrowserContextParams};
use chromiumoxide::error::CdpError;
use chromiumoxide::handler::HandlerConfig;
use chromiumoxide::types::Command;
use chromiumoxide::{Browser, Handler, Page};
use futures_util::StreamExt as _;
use rustix::process::{Pid, Signal, kill_process};
use tokio::task::AbortHandle;
use url::Url;

use super::launch::Process;
use super::memory;
use super::visit::{LONGEST, ORDER};
use super::{Settings, Trouble};

/// Pages after which a browser is replaced: what it leaks is small and adds up.
const MOST_PAGES: usize = 100;
/// Age at which it is.
const OLDEST: Duration = Duration::from_secs(60 * 60);
/// How often the memory of its processes is looked at.
const WATCH: Duration = Duration::from_millis(500);

/// One running Chromium; killed when dropped.
pub(super) struct Session {
    pub(super) browser: Browser,
    /// What it calls itself: `Chromium/156.0.8078.108`.
    pub(super) product: String,
    /// Its own User-Agent.
    pub(super) user_agent: String,
    /// The port on which it takes orders.
    pub(super) port: u16,
    state: Arc<State>,
    begun: Instant,
    pages: AtomicUsize,
    used: Mutex<Instant>,
    tasks: [AbortHandle; 2],
    _process: Process,
}

#[derive(Default)]
struct State {
    dead: AtomicBool,
    /// How many processes had to be ended for their memory.
    ended: AtomicU64,
}

impl Session {
    pub(super) async fn start(settings: &Settings) -> Result<Self, Trouble> {
        let (process, address) = Process::start(settings).await?;
        let port = Url::parse(&address).ok().and_then(|url| url.port()).unwrap_or_default();
        let config = HandlerConfig {
            ignore_https_errors: false,
            // One is an error that the loop below passes over; ignored, it would be logged with what a page wrote.
            ignore_invalid_messages: false,
            viewport: None,
            // Each order has its own bound, and none a longer one.
            request_timeout: LONGEST,
            ..HandlerConfig::default()
        };
        let connected = tokio::time::timeout(ORDER, Browser::connect_with_config(address, config)).await;
        let (browser, handler) = connected.map_err(|_| Trouble::Lost)?.map_err(|error| said(&error))?;
        let state = Arc::<State>::default();
        let tasks = [
            tokio::spawn(drive(handler, Arc::clone(&state))).abort_handle(),
            tokio::spawn(watch(process.group(), settings.memory, Arc::clone(&state))).abort_handle(),
        ];
        let (begun, pages, used) = (Instant::now(), AtomicUsize::new(0), Mutex::new(Instant::now()));
        let (product, user_agent) = Default::default();
        let mut session =
            Self { browser, product, user_agent, port, state, begun, pages, used, tasks, _process: process };
        let version =
            session.order(chromiumoxide::cdp::browser_protocol::browser::GetVersionParams::default());
        let version = version.await?;
        (session.product, session.user_agent) = (version.product, version.user_agent);
        Ok(session)
    }

    /// Whether another page may be opened in it.
    pub(super) fn is_fit(&self) -> bool {
        !self.is_dead() && self.pages.load(Ordering::Relaxed) < MOST_PAGES && self.begun.elapsed() < OLDEST
    }

    /// Whether nobody has used it for a while.
    pub(super) fn is_idle(&self, idle: Duration) -> bool {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).elapsed() >= idle
    }

    pub(super) fn is_dead(&self) -> bool {
        self.state.dead.load(Ordering::Relaxed)
    }

    /// Never to be used again.
    fn give_up(&self) -> Trouble {
        self.state.dead.store(true, Ordering::Relaxed);
        Trouble::Lost
    }

    /// Tells the browser something; one that doesn't answer is given up.
    pub(super) async fn order<T: Command>(&self, command: T) -> Result<T::Response, Trouble> {
        match tokio::time::timeout(ORDER, self.browser.execute(command)).await {
            Ok(Ok(answer)) => Ok(answer.result),
            Ok(Err(CdpError::Chrome(error))) => Err(Trouble::Refused(error.message)),
            _ => Err(self.give_up()),
        }
    }

    /// A new page.
    pub(super) async fn page(&self, blank: CreateTargetParams) -> Result<Page, Trouble> {
        self.pages.fetch_add(1, Ordering::Relaxed);
        match tokio::time::timeout(ORDER, self.browser.new_page(blank)).await {
            Ok(Ok(page)) => Ok(page),
            _ => Err(self.give_up()),
        }
    }

    /// Closes a context with all that belongs to it.
    pub(super) async fn close(&self, context: BrowserContextId) {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        if !self.is_dead() {
            // What fails here gives the browser up: then it ends with it.
            let _ = self.order(DisposeBrowserContextParams::new(context)).await;
        }
    }

    /// Why a page's process ended.
    pub(super) fn crash(&self, memory: u64) -> Trouble {
        let ended = &self.state.ended;
        let was_ended = ended.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
        was_ended.map_or(Trouble::Crashed, |_| Trouble::Memory(memory))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// Carries orders and answers until the browser ends.
async fn drive(mut handler: Handler, state: Arc<State>) {
    while let Some(outcome) = handler.next().await {
        // What a newer Chromium says that isn't known here concerns nobody.
        if !matches!(outcome, Ok(()) | Err(CdpError::InvalidMessage(..) | CdpError::Serde(_))) {
            break;
        }
    }
    state.dead.store(true, Ordering::Relaxed);
}

/// Ends every process that takes more memory than one may: of a page, so that it crashes and the others live on.
async fn watch(group: Pid, most: u64, state: Arc<State>) {
    let mut pace = tokio::time::interval(WATCH);
    // One that is ended takes a moment to go.
    let mut ended = HashSet::new();
    loop {
        pace.tick().await;
        for holding in memory::of_group(group).into_iter().filter(|holding| holding.bytes > most) {
            state.ended.fetch_add(u64::from(ended.insert(holding.pid)), Ordering::Relaxed);
            let _ = kill_process(holding.pid, Signal::KILL);
        }
    }
}

/// What the browser says went wrong, without what a page may have written.
pub(super) fn said(error: &CdpError) -> Trouble {
    match error {
        CdpError::Chrome(error) => Trouble::Refused(error.message.chars().take(100).collect()),
        _ => Trouble::Lost,
    }
}
