//! Notices on their way: queued with the change they tell, attempted until delivered or given up.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};

use super::columns::{self, Coded, ms, time, time_if};
use super::error::{Fault, Query};
use super::{Error, Store};
use crate::model::{ChannelName, Delivery, DeliveryState, Digest, Notice};

/// One try to hand a notice over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it ended.
    pub at: Timestamp,
    /// How long it took; kept in milliseconds.
    pub took: Duration,
    /// What came of it.
    pub outcome: Attempted,
    /// What the receiver said, for people.
    pub detail: String,
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempted {
    /// The receiver took it.
    Delivered,
    /// It did not: once more at this time.
    Retry {
        /// When.
        due_at: Timestamp,
    },
    /// It did not, and that was the last attempt.
    Dead,
}

/// Which deliveries to list; the default is all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// Only in these states; empty means any.
    pub states: Vec<DeliveryState>,
    /// At most so many.
    pub limit: Option<usize>,
}

/// What is due for a channel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Due {
    /// What can be attempted, longest overdue first.
    pub deliveries: Vec<Delivery>,
    /// What is damaged, each with how that shows; it is dead now and stands in nobody's way.
    pub damaged: Vec<String>,
}

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

const SELECT: &str = "
    SELECT deliveries.*, notices.content FROM deliveries JOIN notices ON notices.id = deliveries.notice";

impl Store {
    /// The deliveries that are due, longest overdue first, at most `limit`.
    ///
    /// None goes to a disabled channel: what waits for one is dead.
    pub async fn pending(&self, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, Error> {
        let sql =
            format!("{SELECT} WHERE state = 0 AND due_at <= ?1 ORDER BY due_at, deliveries.id LIMIT ?2");
        self.read(move |db| {
            let parameters = params![ms(now), columns::limit(Some(limit))];
            db.prepare_cached(&sql)?.query_and_then(parameters, delivery)?.collect()
        })
        .await
    }

    /// The channels that something waits for, by name, each with when its next attempt is due.
    pub async fn next_deliveries(&self) -> Result<Vec<(ChannelName, Timestamp)>, Error> {
        let sql =
            "SELECT channel, min(due_at) FROM deliveries WHERE state = 0 GROUP BY channel ORDER BY channel";
        self.read(move |db| {
            let damaged = |name: &str| Fault::corrupt("a delivery", format!("`{name}` is no channel"));
            let mut query = db.prepare_cached(sql)?;
            let next = query.query_and_then([], |row| {
                let name: String = row.get(0)?;
                Ok((name.parse().map_err(|_| damaged(&name))?, columns::time_or_bound(row.get(1)?)))
            })?;
            next.collect()
        })
        .await
    }

    /// Like [`Store::pending`], for one channel: what waits for another one in trouble is not in the way, and what is
    /// damaged is given up.
    pub async fn pending_for(
        &self,
        channel: &ChannelName,
        now: Timestamp,
        limit: usize,
    ) -> Result<Due, Error> {
        let channel = channel.to_string();
        let sql = format!(
            "{SELECT} WHERE state = 0 AND due_at <= ?1 AND channel = ?2
             ORDER BY due_at, deliveries.id LIMIT ?3"
        );
        let path = self.path().to_owned();
        let read = self.read(move |db| {
            let parameters = params![ms(now), channel, columns::limit(Some(limit))];
            let (mut deliveries, mut damaged) = (Vec::new(), Vec::new());
            let mut query = db.prepare_cached(&sql)?;
            let mut rows = query.query(parameters)?;
            while let Some(row) = rows.next()? {
                match delivery(row) {
                    Ok(delivery) => deliveries.push(delivery),
                    Err(fault) => damaged.push((row.get("id")?, fault.at(&path).to_string())),
                }
            }
            Ok((deliveries, damaged))
        });
        let (deliveries, damaged): (_, Vec<(i64, String)>) = read.await?;
        let reasons = damaged.iter().map(|(_, why)| why.clone()).collect();
        if !damaged.is_empty() {
            self.give_up(damaged).await?;
        }
        Ok(Due { deliveries, damaged: reasons })
    }

    /// Makes deliveries dead, each for its reason.
    async fn give_up(&self, deliveries: Vec<(i64, String)>) -> Result<(), Error> {
        self.write(move |db| {
            let mut update =
                db.prepare_cached("UPDATE deliveries SET state = 2, last_result = ?2 WHERE id = ?1")?;
            for (id, why) in deliveries {
                update.execute(params![id, why])?;
            }
            Ok(())
        })
        .await
    }

    /// When the next attempt of any delivery is due.
    pub async fn next_delivery(&self) -> Result<Option<Timestamp>, Error> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT min(due_at) FROM deliveries WHERE state = 0")?;
            time_if(query.query_row([], |row| row.get(0))?)
        })
        .await
    }

    /// How many deliveries are pending, and how many dead.
    pub async fn undelivered(&self) -> Result<(u64, u64), Error> {
        // One count for each, since each has an index of its own, however many were delivered.
        let sql = "SELECT (SELECT count(*) FROM deliveries WHERE state = 0),
                          (SELECT count(*) FROM deliveries WHERE state = 2)";
        self.read(move |db| {
            let counts: (i64, i64) =
                db.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok((columns::count(counts.0)?, columns::count(counts.1)?))
        })
        .await
    }

    /// Notes an attempt and what follows from it.
    ///
    /// A delivery that is no longer pending stays what it is, unless the receiver took it after all.
    pub async fn attempted(&self, delivery: i64, attempt: Attempt) -> Result<(), Error> {
        self.write(move |db| note(db, delivery, &attempt)).await
    }

    /// Notes an attempt at which the receiver said that it is gone: switches the channel off, and what waits for it is
    /// dead. `settings` stands for what the channel was set up with.
    pub async fn gone(
        &self,
        channel: &ChannelName,
        settings: Digest,
        delivery: i64,
        attempt: Attempt,
    ) -> Result<(), Error> {
        let channel = channel.clone();
        self.write(move |db| {
            let sql = "
                INSERT INTO channels (name, disabled_at, why, settings) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (name) DO NOTHING";
            let parameters = params![channel.as_str(), ms(attempt.at), attempt.detail, settings.0];
            db.prepare_cached(sql)?.execute(parameters)?;
            let sql = "UPDATE deliveries SET state = 2, last_result = ?2 WHERE state = 0 AND channel = ?1";
            let parameters = params![channel.as_str(), disabled(&channel, &attempt.detail)];
            db.prepare_cached(sql)?.execute(parameters)?;
            note(db, delivery, &attempt)
        })
        .await
    }

    /// Switches channels on again whose settings, those in `configured`, are others than when they were switched off.
    ///
    /// Returns the configured ones that stay off. What died meanwhile stays dead until it is retried.
    pub async fn sync_channels(
        &self,
        configured: Vec<(ChannelName, Digest)>,
    ) -> Result<Vec<DisabledChannel>, Error> {
        self.write(move |db| {
            let mut enable =
                db.prepare_cached("DELETE FROM channels WHERE name = ?1 AND settings IS NOT ?2")?;
            let mut query = db.prepare_cached("SELECT disabled_at, why FROM channels WHERE name = ?1")?;
            let mut disabled = Vec::new();
            for (name, settings) in configured {
                enable.execute(params![name.as_str(), settings.0])?;
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
        let mut channels = channels.to_vec();
        self.read(move |db| {
            let mut query = db.prepare_cached("SELECT name FROM channels")?;
            let off = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
            channels.retain(|name| off.iter().any(|off| off == name.as_str()));
            Ok(channels)
        })
        .await
    }

    /// How many of the deliveries queued since `at` are dead.
    pub async fn dead_since(&self, at: Timestamp) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM deliveries WHERE state = 2 AND queued_at >= ?1";
        self.read(move |db| columns::count(db.prepare_cached(sql)?.query_row([ms(at)], |row| row.get(0))?))
            .await
    }

    /// The deliveries that pass `filter`, newest first.
    pub async fn deliveries(&self, filter: DeliveryFilter) -> Result<Vec<Delivery>, Error> {
        let sql = format!(
            "{SELECT} WHERE :states = '[]' OR state IN (SELECT value FROM json_each(:states))
             ORDER BY deliveries.id DESC LIMIT :limit"
        );
        self.read(move |db| {
            let states: Vec<i64> = filter.states.iter().map(|state| state.code()).collect();
            let states = serde_json::json!(states).to_string();
            let parameters = named_params! { ":states": states, ":limit": columns::limit(filter.limit) };
            db.prepare_cached(&sql)?.query_and_then(parameters, delivery)?.collect()
        })
        .await
    }

    /// The attempts made at a delivery, oldest first.
    pub async fn attempts(&self, delivery: i64) -> Result<Vec<Attempt>, Error> {
        let sql = "SELECT at, took, outcome, due_at, detail FROM attempts WHERE delivery = ?1 ORDER BY id";
        self.read(move |db| db.prepare_cached(sql)?.query_and_then([delivery], attempt)?.collect()).await
    }

    /// Makes dead deliveries pending and due now: all of them, or those of the notices whose id begins with
    /// `which`. Their channels are switched on again and the count of attempts starts anew.
    ///
    /// Returns how many there were.
    pub async fn retry(&self, which: Option<&str>, now: Timestamp) -> Result<usize, Error> {
        let prefix = which.unwrap_or_default().to_owned();
        self.write(move |db| {
            let dead = "state = 2 AND substr(notice, 1, length(?1)) = ?1";
            let sql =
                format!("DELETE FROM channels WHERE name IN (SELECT channel FROM deliveries WHERE {dead})");
            db.prepare_cached(&sql)?.execute([&prefix])?;
            let sql = format!("UPDATE deliveries SET state = 0, attempts = 0, due_at = ?2 WHERE {dead}");
            Ok(db.prepare_cached(&sql)?.execute(params![prefix, ms(now)])?)
        })
        .await
    }
}

/// Queues a notice for each channel, once: what is stored already is left alone.
pub(super) fn queue(db: &Connection, notice: &Notice, channels: &[ChannelName], at: Timestamp) -> Query<()> {
    let content = serde_json::to_string(notice).map_err(|e| Fault::refused(e.to_string()))?;
    let sql = "INSERT INTO notices (id, queued_at, content) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING";
    db.prepare_cached(sql)?.execute(params![notice.id.as_str(), ms(at), content])?;
    for channel in channels {
        let why: Option<String> = db
            .prepare_cached("SELECT why FROM channels WHERE name = ?1")?
            .query_row([channel.as_str()], |row| row.get(0))
            .optional()?;
        let state = if why.is_some() { DeliveryState::Dead } else { DeliveryState::Pending };
        let sql = "
            INSERT INTO deliveries (notice, channel, state, due_at, queued_at, last_result)
            VALUES (?1, ?2, ?3, ?4, ?4, ?5) ON CONFLICT (notice, channel) DO NOTHING";
        let result = why.map(|why| disabled(channel, &why));
        let parameters = params![notice.id.as_str(), channel.as_str(), state.code(), ms(at), result];
        db.prepare_cached(sql)?.execute(parameters)?;
    }
    Ok(())
}

fn disabled(channel: &ChannelName, why: &str) -> String {
    format!("channel `{channel}` is disabled: {why}")
}

fn delivery(row: &Row<'_>) -> Query<Delivery> {
    let id: i64 = row.get("id")?;
    let damaged = |why: &dyn std::fmt::Display| Fault::corrupt(format!("delivery {id}"), why.to_string());
    let (channel, content): (String, String) = (row.get("channel")?, row.get("content")?);
    Ok(Delivery {
        id,
        notice: serde_json::from_str(&content).map_err(|e| damaged(&e))?,
        channel: channel.parse().map_err(|e| damaged(&e))?,
        state: DeliveryState::decode(row.get("state")?)?,
        attempts: row.get("attempts")?,
        due_at: time(row.get("due_at")?)?,
        queued_at: time(row.get("queued_at")?)?,
        last_result: row.get("last_result")?,
    })
}

/// Notes an attempt and what follows from it for its delivery.
fn note(db: &Connection, delivery: i64, attempt: &Attempt) -> Query<()> {
    insert_attempt(db, delivery, attempt)?;
    let (state, due_at) = match attempt.outcome {
        Attempted::Delivered => (DeliveryState::Delivered, None),
        Attempted::Retry { due_at } => (DeliveryState::Pending, Some(due_at)),
        Attempted::Dead => (DeliveryState::Dead, None),
    };
    let sql = "
        UPDATE deliveries SET attempts = attempts + 1, last_result = :detail,
            state = iif(state = 0 OR :state = 1, :state, state), due_at = coalesce(:due_at, due_at)
        WHERE id = :delivery";
    db.prepare_cached(sql)?.execute(named_params! {
        ":delivery": delivery,
        ":detail": attempt.detail,
        ":state": state.code(),
        ":due_at": due_at.map(ms),
    })?;
    Ok(())
}

fn insert_attempt(db: &Connection, delivery: i64, attempt: &Attempt) -> Query<()> {
    let (outcome, due_at) = match attempt.outcome {
        Attempted::Retry { due_at } => (0, Some(due_at)),
        Attempted::Delivered => (1, None),
        Attempted::Dead => (2, None),
    };
    let took = i64::try_from(attempt.took.as_millis()).unwrap_or(i64::MAX);
    db.prepare_cached(
        "INSERT INTO attempts (delivery, at, took, outcome, due_at, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![delivery, ms(attempt.at), took, outcome, due_at.map(ms), attempt.detail])?;
    Ok(())
}

fn attempt(row: &Row<'_>) -> Query<Attempt> {
    let outcome = match (row.get(2)?, time_if(row.get(3)?)?) {
        (0, Some(due_at)) => Attempted::Retry { due_at },
        (1, None) => Attempted::Delivered,
        (2, None) => Attempted::Dead,
        (code, _) => return Err(Fault::corrupt("an attempt", format!("there is no code {code}"))),
    };
    let took = Duration::from_millis(columns::count(row.get(1)?)?);
    Ok(Attempt { at: time(row.get(0)?)?, took, outcome, detail: row.get(4)? })
}
