//! Channels that are switched off because their receiver is gone, and those that rest because it fails.

use std::fmt;

use jiff::Timestamp;
use rusqlite::{Connection, named_params, params};

use super::Attempt;
use crate::model::{ChannelName, Circuit, Digest};
use crate::store::columns::{self, ms};
use crate::store::error::Query;
use crate::store::{Error, Store};

/// A channel that is switched off because its receiver is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisabledChannel {
    /// Which.
    pub name: ChannelName,
    /// Since when.
    pub at: Timestamp,
    /// What its receiver said.
    pub why: String,
}

impl fmt::Display for DisabledChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, at, why } = self;
        write!(
            f,
            "channel `{name}` is disabled since {}: {why}; nothing is sent until its settings change or \
             `fineprint notices --retry`",
            at.strftime("%Y-%m-%d %H:%M UTC")
        )
    }
}

impl Store {
    /// Switches channels on again whose settings, those in `configured`, are others than when they were switched off,
    /// and ends the rest of those that have others than when they began to fail.
    ///
    /// Returns the configured ones that stay off. What died meanwhile stays dead until it is retried.
    pub async fn sync_channels(
        &self,
        configured: Vec<(ChannelName, Digest)>,
    ) -> Result<Vec<DisabledChannel>, Error> {
        self.write(move |db| {
            let mut enable =
                db.prepare_cached("DELETE FROM channels WHERE name = ?1 AND settings IS NOT ?2")?;
            let mut wake = db.prepare_cached(
                "UPDATE circuits SET rest_until = 0 WHERE channel = ?1 AND settings IS NOT ?2",
            )?;
            let mut query = db.prepare_cached("SELECT disabled_at, why FROM channels WHERE name = ?1")?;
            let mut disabled = Vec::new();
            for (name, settings) in configured {
                enable.execute(params![name.as_str(), settings.0])?;
                wake.execute(params![name.as_str(), settings.0])?;
                let left = query.query_and_then([name.as_str()], |row| {
                    let (at, why) = (columns::time_or_bound(row.get(0)?), row.get(1)?);
                    Query::Ok(DisabledChannel { name: name.clone(), at, why })
                });
                disabled.extend(left?.collect::<Query<Vec<_>>>()?);
            }
            Ok(disabled)
        })
        .await
    }

    /// Which of these channels are switched off.
    pub async fn disabled_among(&self, channels: &[ChannelName]) -> Result<Vec<ChannelName>, Error> {
        self.among(channels, "SELECT name FROM channels").await
    }

    /// Which of these channels can't be relied on: those that are switched off, and those whose receiver fails.
    pub async fn troubled_among(&self, channels: &[ChannelName]) -> Result<Vec<ChannelName>, Error> {
        self.among(channels, "SELECT name FROM channels UNION SELECT channel FROM circuits").await
    }

    async fn among(&self, channels: &[ChannelName], sql: &'static str) -> Result<Vec<ChannelName>, Error> {
        let mut channels = channels.to_vec();
        self.read(move |db| {
            let mut query = db.prepare_cached(sql)?;
            let named = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
            channels.retain(|name| named.iter().any(|named| named == name.as_str()));
            Ok(channels)
        })
        .await
    }
}

/// Switches a channel off; what waits for it is dead.
pub(super) fn disable(
    db: &Connection,
    channel: &ChannelName,
    settings: Digest,
    attempt: &Attempt,
) -> Query<()> {
    let sql = "
        INSERT INTO channels (name, disabled_at, why, settings) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (name) DO NOTHING";
    let parameters = params![channel.as_str(), ms(attempt.at), attempt.detail, settings.0];
    db.prepare_cached(sql)?.execute(parameters)?;
    let sql = "UPDATE deliveries SET state = 2, last_result = ?2 WHERE state = 0 AND channel = ?1";
    db.prepare_cached(sql)?.execute(params![channel.as_str(), disabled(channel, &attempt.detail)])?;
    Ok(())
}

/// Why a delivery for a channel that is switched off is dead.
pub(super) fn disabled(channel: &ChannelName, why: &str) -> String {
    format!("channel `{channel}` is disabled: {why}")
}

pub(super) fn close(db: &Connection, channel: &ChannelName) -> Query<()> {
    db.prepare_cached("DELETE FROM circuits WHERE channel = ?1")?.execute([channel.as_str()])?;
    Ok(())
}

pub(super) fn open(db: &Connection, channel: &ChannelName, settings: Digest, circuit: &Circuit) -> Query<()> {
    let sql = "
        INSERT OR REPLACE INTO circuits (channel, failures, since, rest_until, told, settings)
        VALUES (:channel, :failures, :since, :rest_until, :told, :settings)";
    db.prepare_cached(sql)?.execute(named_params! {
        ":channel": channel.as_str(),
        ":failures": circuit.failures,
        ":since": ms(circuit.since),
        ":rest_until": ms(circuit.rest_until),
        ":told": circuit.told,
        ":settings": settings.0,
    })?;
    Ok(())
}
