//! The loop of `fineprint watch`: checks what is due, delivers what is due, sleeps until something is.
//!
//! One task decides, the others look and tell: each check and each channel's turn is a task of its own, so that no
//! source stops another and no receiver delays another. What is due stands in the archive and nowhere else: a daemon
//! that is killed and started again goes on where it was.

mod company;
mod crew;
mod reload;
mod rest;

pub use reload::{Reloader, follow};

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::check::check;
use crate::deliver::{self, Pass};
use crate::engine::Engine;
use crate::heartbeat;
use crate::model::{ChannelName, Check, Outcome, Source, SourceId};
use crate::remind::remind;
use crate::summarize::summarize;
use crate::{crash, store};
use company::Company;
use crew::Crew;
use rest::{Rest, Rests};

/// How long a daemon that is told to stop waits for what is under way. What is cut off then is repeated after the next
/// start: a check because it was not recorded, a delivery under the same id.
const GRACE: Duration = Duration::from_secs(10);
/// The shortest sleep: what is due and can't be started just now is not asked for more often.
const SHORTEST: SignedDuration = SignedDuration::from_secs(1);
/// The longest sleep: what another process put into the outbox (`fineprint notices --retry`) waits no longer.
const LONGEST: SignedDuration = SignedDuration::from_mins(1);
/// How long a channel rests of which nothing can be recorded: 5 s, then 10, 20, 40 and 60. One whose receiver fails
/// rests as the archive says.
const CHANNEL_REST: Rest = Rest { first: Duration::from_secs(5), longest: Duration::from_secs(60) };
/// How long a source rests of which nothing can be recorded, so that it never stands before the others; and the
/// heartbeat, when its ping fails.
const SOURCE_REST: Rest = Rest { first: Duration::from_secs(60), longest: Duration::from_secs(3600) };
/// How long everything rests when nothing can be recorded: 1 s, doubling up to 5 min.
const STORE_REST: Rest = Rest { first: Duration::from_secs(1), longest: Duration::from_secs(300) };

/// Watches until `stop`, then finishes what is under way, within ten seconds.
///
/// An engine that comes through `reloads` replaces the one in use; the archive and the clock stay.
pub async fn run(engine: Engine, mut reloads: mpsc::Receiver<Engine>, stop: CancellationToken) {
    let mut daemon = Daemon::new(engine);
    while !stop.is_cancelled() {
        let sleep = daemon.start_what_is_due().await;
        tokio::select! {
            () = stop.cancelled() => {}
            Some((source, checked)) = daemon.checks.next() => daemon.checked(&source, checked),
            Some((channel, turn)) = daemon.turns.next() => daemon.told(channel, turn),
            Some(((), beat)) = daemon.beats.next() => daemon.beaten(beat),
            Some(((), written)) = daemon.summaries.next() => summarized(written),
            Some(engine) = reloads.recv() => daemon.replace(engine).await,
            () = tokio::time::sleep(sleep) => {}
        }
    }
    daemon.finish().await;
}

struct Daemon {
    engine: Engine,
    /// Whether the archive knows the engine's sources.
    synced: bool,
    checks: Crew<SourceId, Result<Check, store::Error>>,
    company: Company,
    /// How many of them are of sources of a host.
    hosts: BTreeMap<String, usize>,
    turns: Crew<ChannelName, Result<Pass, store::Error>>,
    beats: Crew<(), Result<bool, store::Error>>,
    summaries: Crew<(), Result<usize, store::Error>>,
    heart: Rests<()>,
    sources: Rests<SourceId>,
    channels: Rests<ChannelName>,
    store: Rests<()>,
    /// When to look for reminders again.
    remind_at: Timestamp,
    /// When to look for changes without a summary again.
    summarize_at: Timestamp,
}

impl Daemon {
    fn new(engine: Engine) -> Self {
        Self {
            engine,
            synced: false,
            checks: Crew::default(),
            company: Company::default(),
            hosts: BTreeMap::new(),
            turns: Crew::default(),
            beats: Crew::default(),
            summaries: Crew::default(),
            heart: Rests::new(SOURCE_REST),
            sources: Rests::new(SOURCE_REST),
            channels: Rests::new(CHANNEL_REST),
            store: Rests::new(STORE_REST),
            remind_at: Timestamp::MIN,
            summarize_at: Timestamp::MIN,
        }
    }

    /// Starts what is due and can be started; says how long there is nothing more to start.
    async fn start_what_is_due(&mut self) -> Duration {
        if let Some(rest) = self.store.left(&(), Instant::now()) {
            return rest;
        }
        match self.try_start().await {
            Ok(next) => next,
            Err(error) => self.in_trouble(&error),
        }
    }

    async fn try_start(&mut self) -> Result<Duration, store::Error> {
        if !self.synced {
            for channel in self.engine.sync().await? {
                tracing::error!(channel = %channel.name, "{channel}");
            }
            self.synced = true;
            self.store.end(&());
        }
        self.hasten().await?;
        let check = self.start_checks().await?;
        let reminder = self.remind().await?;
        let turn = self.start_turns().await?;
        let beat = self.start_beat().await?;
        self.start_summaries();
        let sleep =
            sleep(self.engine.clock.now(), check.into_iter().chain(turn).chain(beat).chain([reminder]).min());
        if self.checks.is_empty() && self.turns.is_empty() && sleep > Duration::from_secs(2) {
            crash::point("wait");
        }
        Ok(sleep)
    }

    /// Starts the checks that are due; says when the next one is.
    async fn start_checks(&mut self) -> Result<Option<Timestamp>, store::Error> {
        // After trouble one check finds out whether it is over.
        let most = if self.store.is_shaken(&()) { 1 } else { self.engine.checks_at_once() };
        let free = most.saturating_sub(self.checks.len());
        if free == 0 || (free < most / 8 && !self.checks.is_empty()) {
            // Some that end come sooner than any sleep, and asking for each one alone would cost more than the checks.
            return Ok(None);
        }
        for source in self.to_start(free).await? {
            let engine = self.engine.clone();
            *self.hosts.entry(source.host().to_owned()).or_default() += 1;
            self.checks.start(source.id.clone(), async move { check(&engine, &source).await });
        }
        self.engine.store.next_due().await
    }

    /// Makes due what may have changed together with what did.
    async fn hasten(&mut self) -> Result<(), store::Error> {
        let called = self.company.called(&self.engine.sources, Instant::now());
        if !called.is_empty() {
            let hastened = self.engine.store.hasten(called, self.engine.clock.now()).await?;
            self.company.waits_for(hastened, Instant::now());
        }
        Ok(())
    }

    /// At most `free` of the due sources, longest overdue first, except that no host has more than its share: many
    /// sources of one slow host never stand before the others.
    async fn to_start(&self, free: usize) -> Result<Vec<Arc<Source>>, store::Error> {
        let (now, share) = (self.engine.clock.now(), self.engine.checks_per_host());
        // What is under way is still due, and so is what rests.
        let mut limit = free + self.checks.len() + self.sources.len();
        loop {
            let due = self.engine.store.due(now, limit).await?;
            let (all, mut hosts) = (due.len() < limit, self.hosts.clone());
            let has_room = |source: &&Arc<Source>| {
                let under_way = hosts.entry(source.host().to_owned()).or_default();
                *under_way += 1;
                *under_way <= share
            };
            let is_idle =
                |id: &SourceId| !self.checks.has(id) && self.sources.left(id, Instant::now()).is_none();
            let idle = due.iter().filter(|id| is_idle(id)).filter_map(|id| self.engine.sources.get(id));
            let chosen: Vec<_> = idle.filter(has_room).take(free).cloned().collect();
            if all || chosen.len() == free {
                return Ok(chosen);
            }
            limit *= 4;
        }
    }

    /// Queues the reminders that are due; says when to look again: other processes review changes, so it is never long.
    async fn remind(&mut self) -> Result<Timestamp, store::Error> {
        let now = self.engine.clock.now();
        if now >= self.remind_at {
            let next = remind(&self.engine).await?.next;
            let latest = now + LONGEST;
            self.remind_at = next.map_or(latest, |next| next.clamp(now + SHORTEST, latest));
        }
        Ok(self.remind_at)
    }

    /// Starts a turn for each channel that something is due for; says when the next one can be started.
    async fn start_turns(&mut self) -> Result<Option<Timestamp>, store::Error> {
        let now = self.engine.clock.now();
        if let Some(left) = self.company.left(Instant::now()) {
            return Ok(now.checked_add(left).ok());
        }
        let mut next = None;
        for (channel, due_at) in self.engine.store.next_turns().await? {
            if self.turns.has(&channel) {
                continue;
            }
            let rest =
                self.channels.left(&channel, Instant::now()).and_then(|left| now.checked_add(left).ok());
            let at = rest.map_or(due_at, |until| due_at.max(until));
            if at <= now {
                let (engine, name) = (self.engine.clone(), channel.clone());
                self.turns.start(channel, async move { deliver::turn(&engine, &name).await });
            } else {
                next = next.into_iter().chain([at]).min();
            }
        }
        Ok(next)
    }

    /// Starts a sign of life if one is due; says when the next one is.
    async fn start_beat(&mut self) -> Result<Option<Timestamp>, store::Error> {
        if self.beats.has(&()) || self.heart.left(&(), Instant::now()).is_some() {
            return Ok(None);
        }
        let next = heartbeat::next(&self.engine).await?;
        if next.is_some_and(|at| at <= self.engine.clock.now()) {
            let engine = self.engine.clone();
            self.beats.start((), async move { heartbeat::beat(&engine).await });
            return Ok(None);
        }
        Ok(next)
    }

    /// Starts a pass over changes without a summary. Nothing waits for it: neither a check nor a delivery nor the end.
    fn start_summaries(&mut self) {
        let now = self.engine.clock.now();
        if self.engine.assistant.is_some() && now >= self.summarize_at && !self.summaries.has(&()) {
            self.summarize_at = now + LONGEST;
            let engine = self.engine.clone();
            self.summaries.start((), async move { summarize(&engine).await });
        }
    }

    fn beaten(&mut self, beat: Option<Result<bool, store::Error>>) {
        match beat {
            Some(Ok(true)) => self.heart.end(&()),
            Some(Ok(false)) | None => drop(self.heart.begin((), Instant::now())),
            Some(Err(error)) => drop(self.in_trouble(&error)),
        }
    }

    fn checked(&mut self, source: &SourceId, checked: Option<Result<Check, store::Error>>) {
        self.company.seen(source);
        if matches!(&checked, Some(Ok(check)) if check.outcome == Outcome::Changed) {
            self.company.changed(source);
        }
        if let Some(under_way) = self.engine.sources.get(source).and_then(|s| self.hosts.get_mut(s.host())) {
            *under_way = under_way.saturating_sub(1);
        }
        match checked {
            Some(Ok(_)) => {
                self.sources.end(source);
                self.store.end(&());
            }
            Some(Err(error)) if error.is_about_one_source() => self.rest_source(source, &error.to_string()),
            Some(Err(error)) => drop(self.in_trouble(&error)),
            // A check catches its panics; one that escaped was in recording the other.
            None => self.rest_source(source, "checking it failed inside fineprint"),
        }
    }

    fn rest_source(&mut self, source: &SourceId, why: &str) {
        let rest = self.sources.begin(source.clone(), Instant::now());
        tracing::error!(source.id = %source, again_in_s = rest.as_secs(), "{source}: nothing of it can be recorded: {why}");
    }

    fn told(&mut self, channel: ChannelName, turn: Option<Result<Pass, store::Error>>) {
        match turn {
            Some(Ok(_)) => self.channels.end(&channel),
            Some(Err(error)) if error.is_about_one_source() => {
                tracing::error!(%channel, "delivering to `{channel}` failed: {error}");
                self.channels.begin(channel, Instant::now());
            }
            Some(Err(error)) => drop(self.in_trouble(&error)),
            None => {
                tracing::error!(%channel, "delivering to `{channel}` failed inside fineprint");
                self.channels.begin(channel, Instant::now());
            }
        }
    }

    fn in_trouble(&mut self, error: &store::Error) -> Duration {
        // Checks that were under way together meet the same trouble together: it is one.
        if let Some(rest) = self.store.left(&(), Instant::now()) {
            return rest;
        }
        let rest = self.store.begin((), Instant::now());
        tracing::error!(again_in_s = rest.as_secs(), "nothing can be recorded: {error}");
        rest
    }

    /// Takes another engine over. Checks under way began with the old addresses and rules: recorded later, they would
    /// pass for what the new ones brought. They are cut off, and still due.
    async fn replace(&mut self, engine: Engine) {
        self.checks.cut_off().await;
        self.summaries.cut_off().await;
        self.summarize_at = Timestamp::MIN;
        self.hosts.clear();
        self.sources = Rests::new(SOURCE_REST);
        self.engine = engine.after(&self.engine);
        self.remind_at = Timestamp::MIN;
        self.synced = false;
    }

    async fn finish(mut self) {
        self.summaries.cut_off().await;
        let under_way = self.checks.len() + self.turns.len() + self.beats.len();
        tracing::info!(under_way, "stopping");
        let all = async {
            while let Some((source, checked)) = self.checks.next().await {
                self.checked(&source, checked);
            }
            while let Some((channel, turn)) = self.turns.next().await {
                self.told(channel, turn);
            }
            while let Some(((), beat)) = self.beats.next().await {
                self.beaten(beat);
            }
        };
        if tokio::time::timeout(GRACE, all).await.is_err() {
            tracing::warn!("stopped with something under way; it is repeated after the next start");
        }
    }
}

/// A summary that isn't written is no trouble of anybody's: the next pass asks again.
fn summarized(written: Option<Result<usize, store::Error>>) {
    match written {
        Some(Ok(_)) => {}
        Some(Err(error)) => tracing::warn!("no summaries: {error}"),
        None => tracing::warn!("no summaries: writing them failed inside fineprint"),
    }
}

/// How long to sleep when `next` is due next.
fn sleep(now: Timestamp, next: Option<Timestamp>) -> Duration {
    let wait = next.map_or(LONGEST, |next| next.duration_since(now)).clamp(SHORTEST, LONGEST);
    wait.try_into().unwrap_or(Duration::from_secs(1))
}
