//! What every use case works with: the clock, the fetcher, the archive and the channels, set up from a
//! configuration.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::assistant::{self, Assistant};
use crate::channel::{self, Channel, Ping};
use crate::clock::Clock;
use crate::config::Config;
use crate::digest::Policy;
use crate::fetch::{self, Fetcher, Shelf};
use crate::model::{ChannelName, Digest, Heartbeat, Remind, Retention, RobotsFile, Source, SourceId};
use crate::route::Route;
use crate::store::{self, DisabledChannel, Store};

/// Everything that looking and telling needs; clones share it.
#[derive(Clone)]
pub struct Engine {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// How pages come.
    pub fetcher: Fetcher,
    /// Where everything is kept.
    pub store: Store,
    /// Who can be told, by name.
    pub channels: Arc<BTreeMap<ChannelName, Box<dyn Channel>>>,
    /// What is watched, by id.
    pub sources: Arc<BTreeMap<SourceId, Arc<Source>>>,
    /// What people are told once more.
    pub remind: Remind,
    /// What of the pages is kept, and for how long.
    pub retention: Retention,
    /// Which notices go where, in the order in which they are asked.
    pub routes: Arc<Vec<Route>>,
    /// The sign of life, if one is wanted.
    pub heartbeat: Option<Arc<Heartbeat>>,
    /// Who is asked for with it.
    pub ping: Option<Arc<Ping>>,
    /// Who is asked for summaries, if anybody.
    pub assistant: Option<Arc<Assistant>>,
    /// When each channel is told something; those that are told at once needn't stand here.
    policies: Arc<BTreeMap<ChannelName, Policy>>,
    /// What each channel was set up with, as a digest.
    settings: Arc<BTreeMap<ChannelName, Digest>>,
    /// Where the configuration says that the archive is.
    pub(crate) configured_store: Option<PathBuf>,
    /// How many pages are fetched at a time.
    fetches: usize,
    /// How many of them from one host.
    per_host: usize,
}

/// Checks under way for each page that may be fetched at a time.
const WAITING: usize = 16;

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing can be fetched.
    #[error(transparent)]
    Fetch(#[from] fetch::Error),
    /// The archive can't be used.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A channel can't be set up.
    #[error("channel `{name}`: {why}")]
    Channel {
        /// Which one.
        name: ChannelName,
        /// Why.
        why: channel::Invalid,
    },
    /// There is no HTTP client for summaries.
    #[error("`[summary]`: {0}")]
    Summary(assistant::Unusable),
    /// The address of the heartbeat can't be used.
    #[error("`heartbeat.ping`: {why}")]
    Ping {
        /// Why.
        why: channel::Invalid,
    },
}

impl Engine {
    /// Sets everything up and opens the archive at `database`.
    pub async fn open(config: Config, database: &Path, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let store = Store::open(database).await?;
        Self::new(config, store, clock)
    }

    /// Sets everything up around an open archive: at start, and again when the configuration changes.
    pub fn new(config: Config, store: Store, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let (mut channels, mut digests) = (BTreeMap::new(), BTreeMap::new());
        for (name, settings) in config.channels {
            digests.insert(name.clone(), settings.digest());
            match channel::build(settings, &config.fetch.allow_private) {
                Ok(channel) => channels.insert(name, channel),
                Err(why) => return Err(Error::Channel { name, why }),
            };
        }
        let url = config.heartbeat.as_ref().and_then(|heartbeat| heartbeat.ping.clone());
        let ping = url.map(|url| Ping::new(&url, &config.fetch.allow_private)).transpose();
        let ping = ping.map_err(|why| Error::Ping { why })?;
        let assistant = config.summary.map(Assistant::new).transpose().map_err(Error::Summary)?;
        let (fetches, per_host) = (config.fetch.concurrency, config.fetch.per_host);
        let fetcher = Fetcher::new(config.fetch, Arc::clone(&clock))?.with_shelf(Arc::new(store.clone()));
        let sources = config.sources.into_iter().map(|s| (s.id.clone(), Arc::new(s))).collect();
        Ok(Self {
            clock,
            fetcher,
            store,
            channels: Arc::new(channels),
            sources: Arc::new(sources),
            remind: config.remind,
            retention: config.retention,
            policies: Arc::new(config.policies),
            routes: Arc::new(config.routes),
            heartbeat: config.heartbeat.map(Arc::new),
            ping: ping.map(Arc::new),
            assistant: assistant.map(Arc::new),
            settings: Arc::new(digests),
            configured_store: config.store_path,
            fetches,
            per_host,
        })
    }

    /// The same in the place of `before`: what that knew of hosts is still known.
    pub fn after(mut self, before: &Self) -> Self {
        self.fetcher = self.fetcher.after(&before.fetcher);
        self
    }

    /// Stands for what a channel was set up with: other settings, another digest.
    pub fn settings(&self, channel: &ChannelName) -> Digest {
        self.settings.get(channel).copied().unwrap_or(Digest([0; 32]))
    }

    /// When a channel may be told something.
    pub fn policy(&self, channel: &ChannelName) -> &Policy {
        static AT_ONCE: LazyLock<Policy> = LazyLock::new(Policy::default);
        self.policies.get(channel).unwrap_or(&AT_ONCE)
    }

    /// Tells the archive what is watched and who is told; returns the channels that are switched off all the same.
    pub async fn sync(&self) -> Result<Vec<DisabledChannel>, store::Error> {
        if self.sources.is_empty() {
            tracing::warn!("the configuration names no source: nothing is watched");
        }
        self.store.sync_sources(&self.source_list(), self.clock.now()).await?;
        let settings = self.settings.iter().map(|(name, digest)| (name.clone(), *digest));
        self.store.sync_channels(settings.collect()).await
    }

    /// How many checks may be under way. Most of them wait for a turn at their host, which costs nearly nothing; how
    /// many hold a page is bounded by the fetcher.
    pub fn checks_at_once(&self) -> usize {
        self.fetches * WAITING
    }

    /// How many checks of sources of one host may be under way: the others come first.
    pub fn checks_per_host(&self) -> usize {
        self.per_host
    }

    /// The watched sources, for [`Store::sync_sources`].
    pub fn source_list(&self) -> Vec<Source> {
        self.sources.values().map(|s| Source::clone(s)).collect()
    }
}

/// What sites say to robots, and until when hosts want to be left alone, is kept in the archive. It is only there to
/// spare them: trouble with it is logged, and they are asked again.
#[async_trait]
impl Shelf for Store {
    async fn robots(&self, origin: &str) -> Option<RobotsFile> {
        Store::robots(self, origin).await.inspect_err(log_shelf).ok().flatten()
    }

    async fn keep_robots(&self, file: RobotsFile) {
        let _logged = Store::keep_robots(self, file).await.inspect_err(log_shelf);
    }

    async fn rest(&self, host: &str, now: Timestamp) -> Option<Timestamp> {
        Store::rest(self, host, now).await.inspect_err(log_shelf).ok().flatten()
    }

    async fn keep_rest(&self, host: &str, until: Timestamp, now: Timestamp) {
        let _logged = Store::keep_rest(self, host, until, now).await.inspect_err(log_shelf);
    }
}

fn log_shelf(error: &store::Error) {
    tracing::warn!("what a site asks of its visitors can't be kept: {error}");
}
