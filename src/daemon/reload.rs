//! A changed `sources.toml`, taken over while the daemon runs.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use tokio::sync::mpsc;

use crate::config::{self, Config};
use crate::engine::Engine;
use crate::model::Digest;

/// How often the file is looked at; looking costs one system call.
const POLL: Duration = Duration::from_secs(2);

/// Reads the configuration again and makes an engine of it.
pub struct Reloader {
    engine: Engine,
    path: PathBuf,
    env: fn(&str) -> Option<String>,
    /// What the file looked like when it was last read.
    stamp: Option<Stamp>,
    /// What it said then.
    contents: Option<Digest>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
}

impl Reloader {
    /// Follows the file at `path`, from which `engine` was made.
    pub fn new(engine: Engine, path: PathBuf, env: fn(&str) -> Option<String>) -> Self {
        let mut reloader = Self { engine, path, env, stamp: None, contents: None };
        reloader.has_changed();
        reloader
    }

    /// Whether the file says something else than when it was asked last. A file that is gone has not changed: editors
    /// take it away for a moment.
    fn has_changed(&mut self) -> bool {
        let Ok(metadata) = std::fs::metadata(&self.path) else { return false };
        let stamp = Stamp { modified: metadata.modified().ok(), length: metadata.len() };
        if self.stamp.replace(stamp) == Some(stamp) {
            return false;
        }
        let contents = std::fs::read(&self.path).ok().map(|bytes| Digest::of(&bytes));
        contents.is_some() && std::mem::replace(&mut self.contents, contents) != contents
    }

    /// A new engine, or `None` if the file can't be used: then the log says why and everything stays as it is.
    fn reload(&mut self) -> Option<Engine> {
        let made = Config::load(&self.path, &self.env).map_err(|e| refusal(&e)).and_then(|config| {
            let (sources, channels) = (config.sources.len(), config.channels.len());
            let (store, clock) = (self.engine.store.clone(), self.engine.clock.clone());
            let engine = Engine::new(config, store, clock).map_err(|error| error.to_string())?;
            if engine.configured_store != self.engine.configured_store {
                tracing::warn!("`store.path` takes effect at the next start");
            }
            tracing::info!(sources, channels, "read {} again", self.path.display());
            Ok(engine)
        });
        made.map_err(|why| {
            tracing::error!(
                "{} can't be used, what was read before stays in force:\n{why}",
                self.path.display()
            );
        })
        .ok()
    }
}

fn refusal(error: &config::Error) -> String {
    error.render(false).trim_end().to_owned()
}

/// Sends a new engine to `daemon` whenever the file has changed and whenever `asked`, until the daemon ends.
///
/// `asked` (SIGHUP) reads the file even if it is the same: what it refers to, secrets in the environment or in files,
/// may be another.
pub async fn follow(mut reloader: Reloader, mut asked: mpsc::Receiver<()>, daemon: mpsc::Sender<Engine>) {
    let mut poll = tokio::time::interval(POLL);
    poll.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !daemon.is_closed() {
        let wanted = tokio::select! {
            Some(()) = asked.recv() => true,
            _ = poll.tick() => false,
        };
        // A file may lie on a disk that takes its time.
        let read = tokio::task::spawn_blocking(move || {
            let wanted = reloader.has_changed() || wanted;
            let engine = if wanted { reloader.reload() } else { None };
            (reloader, engine)
        });
        let Ok((back, engine)) = read.await else {
            tracing::error!("reading the configuration failed inside fineprint; it is not followed any more");
            return;
        };
        reloader = back;
        if let Some(engine) = engine
            && daemon.send(engine).await.is_err()
        {
            return;
        }
    }
}
