//! All that the story needs: a provider, a receiver, a clock, and fineprint between them in a temporary folder.

use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use tempfile::TempDir;

use super::Error;
use super::receiver::{Receiver, Request};
use super::site::Site;
use crate::check::check;
use crate::clock::{Clock as _, ManualClock};
use crate::config::Config;
use crate::deliver::deliver;
use crate::engine::Engine;
use crate::model::{Check, Outcome, Source, Version};

/// A Monday morning.
const START: Timestamp = Timestamp::constant(1_772_442_000, 0);

/// What receiver and sender share. No secret: it signs what never leaves this machine.
const KEY: &[u8] = b"thirty-two bytes for a demo only";

/// How many second looks the story waits for, if a change is held.
const PATIENCE: usize = 12;

/// The players. Dropping it stops the servers and removes the folder, however the story ends.
pub(super) struct Stage {
    pub(super) site: Site,
    pub(super) receiver: Receiver,
    pub(super) clock: ManualClock,
    pub(super) source: Arc<Source>,
    pub(super) config: String,
    pub(super) engine: Engine,
    // Last, so that the database is closed before its folder goes.
    folder: TempDir,
}

impl Stage {
    /// Puts everything up.
    pub(super) async fn set() -> Result<Self, Error> {
        let folder = tempfile::Builder::new().prefix("fineprint-demo-").tempdir()?;
        let clock = ManualClock::at(START);
        let site = Site::open().await?;
        let receiver = Receiver::open(KEY, clock.clone()).await?;
        let config = configuration(&site, &receiver);
        let path = folder.path().join("sources.toml");
        std::fs::write(&path, &config)?;
        let secret = |name: &str| {
            (name == "FINEPRINT_WEBHOOK_SECRET").then(|| format!("whsec_{}", STANDARD.encode(KEY)))
        };
        let read = Config::load(&path, &secret)?;
        let engine = Engine::open(read, &folder.path().join("fineprint.db"), Arc::new(clock.clone())).await?;
        engine.store.sync_sources(&engine.source_list(), clock.now()).await?;
        let source = engine.sources.values().next().cloned();
        let source = source.ok_or_else(|| Error::Story("nothing is watched".into()))?;
        Ok(Self { site, receiver, clock, source, config, engine, folder })
    }

    /// Waits until the next look is due, and looks; where a change is held, looks again until that is decided.
    pub(super) async fn look(&self) -> Result<Check, Error> {
        for _ in 0..PATIENCE {
            if let Some(due) = self.engine.store.next_due().await? {
                self.clock.set(due.max(self.clock.now()));
            }
            let seen = check(&self.engine, &self.source).await?;
            if seen.outcome != Outcome::Held {
                return Ok(seen);
            }
        }
        Err(Error::Story("a change is held for ever".into()))
    }

    /// Waits until a delivery is due, attempts it, and returns the request as the receiver saw it.
    pub(super) async fn deliver(&self) -> Result<Request, Error> {
        let due = self.engine.store.next_delivery().await?;
        let due = due.ok_or_else(|| Error::Story("there is nothing to deliver".into()))?;
        self.clock.set(due.max(self.clock.now()));
        let before = self.receiver.requests().len();
        deliver(&self.engine).await?;
        match &self.receiver.requests()[before..] {
            [one] => Ok(one.clone()),
            several => Err(Error::Story(format!("{} requests instead of one", several.len()))),
        }
    }

    /// A version as stored.
    pub(super) async fn version(&self, number: u32) -> Result<Version, Error> {
        let version = self.engine.store.version(&self.source.id, number).await?;
        version.ok_or_else(|| Error::Story(format!("version {number} is missing")))
    }

    /// Takes everything down, and says so if something can't be removed.
    pub(super) fn strike(self) -> Result<(), Error> {
        let Self { engine, folder, .. } = self;
        drop(engine);
        Ok(folder.close()?)
    }
}

/// The `sources.toml` of the story.
fn configuration(site: &Site, receiver: &Receiver) -> String {
    format!(
        r#"[defaults]
schedule = "every 6h"
notify = ["ops"]

[channels.ops.webhook]
url = "{hook}"
secret = "${{FINEPRINT_WEBHOOK_SECRET}}"

[fetch]
allow_private = ["127.0.0.0/8"] # this provider lives on your own machine

[[source]]
service = "Larkwing"
terms = "Acceptable Use Policy"
url = "{page}"
"#,
        hook = receiver.url(),
        page = site.url(),
    )
}

/// Whether a look brought what the story says.
pub(super) fn expect(seen: &Check, outcome: Outcome) -> Result<(), Error> {
    if seen.outcome == outcome {
        return Ok(());
    }
    let detail = seen.detail.as_deref().unwrap_or("no reason given");
    Err(Error::Story(format!("a look brought “{}” instead of “{outcome}”: {detail}", seen.outcome)))
}

/// For `io::Write`, whose errors carry their own kind.
pub(super) fn unreadable(error: serde_json::Error) -> Error {
    io::Error::other(error).into()
}
