//! Pages that need scripts, rendered by a real Chromium.
//!
//! One Chromium serves many pages: started when the first is needed, closed when none has been for a while, replaced when
//! it crashed, hung or grew old. Each page has a context of its own (cookies, cache, connections) and reaches the net
//! only through a guarded proxy. It is read when it has settled, within bounds on time, memory, traffic,
//! requests and size, and says who asks: Chromium's own User-Agent with ours behind it.

mod error;
mod events;
mod find;
mod launch;
mod main_document;
mod memory;
mod profile;
mod proxy;
mod read;
mod rules;
mod session;
mod settle;
mod tour;
mod visit;

use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::{Mutex, Semaphore};

pub use error::Trouble;

use super::Kind;
pub(super) use rules::Credentials;
use session::Session;
pub(super) use visit::{Rendered, Visit};

/// How pages are rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The program; where none is named, the first that is installed.
    pub path: Option<PathBuf>,
    /// Whether Chromium locks its pages in. As root it can't.
    pub sandbox: bool,
    /// How many pages at a time.
    pub pages: usize,
    /// Bytes of memory a page's process may take; one that takes more is ended.
    pub memory: u64,
    /// How long a page may take in all.
    pub timeout: Duration,
    /// How long a page may take to settle; then it is read as it is.
    pub settle: Duration,
    /// How long a page is waited for that isn't the page yet: a challenge, an empty shell.
    pub patience: Duration,
    /// Bytes a page may load.
    pub max_traffic: u64,
    /// How long a Chromium stays that nobody needs.
    pub idle: Duration,
    /// Where each one's folder is made.
    pub folder: PathBuf,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            path: None,
            sandbox: true,
            pages: 2,
            memory: 1024 * 1024 * 1024,
            timeout: Duration::from_secs(60),
            settle: Duration::from_secs(20),
            patience: Duration::from_secs(10),
            max_traffic: 50 * 1024 * 1024,
            idle: Duration::from_secs(60),
            folder: std::env::temp_dir(),
        }
    }
}

impl Settings {
    /// Whether Chromium runs without what keeps a page that breaks out of it from doing what we may.
    pub fn lacks_sandbox(&self) -> bool {
        launch::is_without_sandbox(self)
    }
}

/// Renders pages; clones share one Chromium.
#[derive(Clone)]
pub(super) struct Browser {
    shared: Arc<Shared>,
}

struct Shared {
    settings: Settings,
    permits: Semaphore,
    session: Mutex<Option<Arc<Session>>>,
}

impl Browser {
    /// Starts nothing yet.
    pub(super) fn new(settings: Settings) -> Self {
        let permits = Semaphore::new(settings.pages.max(1));
        Self { shared: Arc::new(Shared { settings, permits, session: Mutex::default() }) }
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// Shows a page and reads it; says by which program, too. Waits for its turn first; the time counts from then.
    pub(super) async fn render(&self, page: &Visit<'_>) -> Result<(Rendered, String), Kind> {
        let _permit = self.shared.permits.acquire().await.expect("the semaphore is never closed");
        let total = self.shared.settings.timeout;
        let rendered = match tokio::time::timeout(total, self.try_twice(page)).await {
            Ok(rendered) => rendered,
            Err(_) => Err(crate::net::Failure::Endless(total).into()),
        };
        Shared::rest(&self.shared);
        rendered
    }

    /// A browser that another page has brought down is no fault of this one.
    async fn try_twice(&self, page: &Visit<'_>) -> Result<(Rendered, String), Kind> {
        match self.try_once(page).await {
            Err(Kind::Browser(Trouble::Lost)) => self.try_once(page).await,
            outcome => outcome,
        }
    }

    async fn try_once(&self, page: &Visit<'_>) -> Result<(Rendered, String), Kind> {
        let session = self.shared.session().await?;
        let rendered = visit::visit(&session, page).await;
        Ok((rendered?, session.product.clone()))
    }
}

impl Shared {
    /// The running Chromium, or a new one. An old one ends with its last page.
    async fn session(&self) -> Result<Arc<Session>, Trouble> {
        let mut place = self.session.lock().await;
        if let Some(session) = place.as_ref().filter(|session| session.is_fit()) {
            return Ok(Arc::clone(session));
        }
        *place = None;
        if self.settings.lacks_sandbox() {
            tracing::warn!(
                "Chromium runs without its sandbox, as root or by `[browser] sandbox = false`: a page that breaks out of \
                 it can do what fineprint may; run it as a user of its own"
            );
        }
        let session = Arc::new(Session::start(&self.settings).await?);
        Ok(Arc::clone(place.insert(session)))
    }

    /// Closes the Chromium after a while, unless somebody needs it until then.
    fn rest(shared: &Arc<Self>) {
        let (idle, shared) = (shared.settings.idle, Arc::downgrade(shared));
        tokio::spawn(async move {
            tokio::time::sleep(idle).await;
            if let Some(shared) = Weak::upgrade(&shared) {
                shared.close_if_idle(idle).await;
            }
        });
    }

    async fn close_if_idle(&self, idle: Duration) {
        let mut place = self.session.lock().await;
        if place.as_ref().is_some_and(|session| Arc::strong_count(session) == 1 && session.is_idle(idle)) {
            *place = None;
        }
    }
}
