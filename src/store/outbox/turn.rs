//! A channel's turn: what waits for it, and what was decided of that, before anything is sent.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::queue::{insert_delivery, insert_notice};
use super::{SELECT, delivery};
use crate::model::{ChannelName, Circuit, Delivery, DeliveryState, Notice, Queued, Severity};
use crate::store::columns::{self, Coded as _, ms, time, time_if};
use crate::store::error::{Fault, Query};
use crate::store::{Error, Store};

/// What a turn of a channel has to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Turn {
    /// What is due, longest overdue first, and what is not due but was queued before something of the same source
    /// that is.
    pub queue: Vec<Queued>,
    /// When messages were taken lately, oldest first.
    pub sent: Vec<Timestamp>,
    /// Whether its receiver fails.
    pub circuit: Option<Circuit>,
}

/// What was decided of a channel's queue.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Arrangement {
    /// What waits, and until when.
    pub wait: Vec<(i64, Timestamp)>,
    /// What is sent, in order.
    pub start: Vec<Start>,
}

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// A delivery under its own id.
    One(i64),
    /// Several, told by one notice.
    Folded {
        /// Which.
        members: Vec<i64>,
        /// The notice that tells them.
        notice: Box<Notice>,
    },
}

impl Store {
    /// The channels that something waits for, by name, each with when its next turn can be.
    pub async fn next_turns(&self) -> Result<Vec<(ChannelName, Timestamp)>, Error> {
        let sql = "
            SELECT channel, max(min(due_at),
                coalesce((SELECT rest_until FROM circuits WHERE circuits.channel = deliveries.channel), min(due_at)))
            FROM deliveries WHERE state = 0 GROUP BY channel ORDER BY channel";
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

    /// When the next turn of any channel can be.
    pub async fn next_delivery(&self) -> Result<Option<Timestamp>, Error> {
        Ok(self.next_turns().await?.into_iter().map(|(_, at)| at).min())
    }

    /// What a turn of a channel at `now` is about: at most `limit` deliveries that are due, and the messages of the
    /// last `window`.
    pub async fn turn_of(
        &self,
        channel: &ChannelName,
        now: Timestamp,
        limit: usize,
        window: Option<SignedDuration>,
    ) -> Result<Turn, Error> {
        let channel = channel.clone();
        self.read(move |db| {
            let mut queue = due(db, &channel, now, limit)?;
            queue.extend(ahead(db, &channel, now, &queue)?);
            let since = window.map(|window| now.checked_sub(window).unwrap_or(Timestamp::MIN));
            let sent = since.map(|since| sent(db, &channel, since)).transpose()?.unwrap_or_default();
            Ok(Turn { queue, sent, circuit: circuit(db, &channel)? })
        })
        .await
    }

    /// Writes down what was decided of a channel's queue; returns the deliveries to attempt, in order.
    ///
    /// Only after this may anything be sent: from here on each of them keeps its id, also if the process is killed
    /// before an attempt at it is recorded.
    pub async fn arrange(
        &self,
        channel: &ChannelName,
        arrangement: Arrangement,
        now: Timestamp,
    ) -> Result<Vec<i64>, Error> {
        let channel = channel.clone();
        self.write(move |db| {
            let mut wait =
                db.prepare_cached("UPDATE deliveries SET due_at = ?2 WHERE id = ?1 AND state = 0")?;
            for (id, until) in &arrangement.wait {
                wait.execute(params![id, ms(*until)])?;
            }
            let start = |start: &Start| match start {
                Start::One(id) => {
                    let sql = "UPDATE deliveries SET started = 1 WHERE id = ?1 AND started = 0";
                    db.prepare_cached(sql)?.execute([id])?;
                    Ok(*id)
                }
                Start::Folded { members, notice } => fold(db, &channel, members, notice, now),
            };
            arrangement.start.iter().map(start).collect()
        })
        .await
    }

    /// A delivery with its notice. One that is damaged is an error about it alone.
    pub async fn delivery(&self, id: i64) -> Result<Delivery, Error> {
        let sql = format!("{SELECT} WHERE deliveries.id = ?1");
        self.read(move |db| {
            let missing = || Err(Fault::corrupt(format!("delivery {id}"), "its notice is missing"));
            db.prepare_cached(&sql)?.query_and_then([id], delivery)?.next().unwrap_or_else(missing)
        })
        .await
    }
}

const QUEUED: &str = "
    SELECT id, source, service, page, severity, queued_at, due_at, attempts, started, retried_at FROM deliveries
    WHERE state = 0 AND channel = ?1";

fn due(db: &Connection, channel: &ChannelName, now: Timestamp, limit: usize) -> Query<Vec<Queued>> {
    let sql = format!("{QUEUED} AND due_at <= ?2 ORDER BY due_at, id LIMIT ?3");
    let parameters = params![channel.as_str(), ms(now), columns::limit(Some(limit))];
    db.prepare_cached(&sql)?.query_and_then(parameters, queued)?.collect()
}

/// What was queued before something of `due` about the same source, and is not due itself.
fn ahead(db: &Connection, channel: &ChannelName, now: Timestamp, due: &[Queued]) -> Query<Vec<Queued>> {
    let sql = format!("{QUEUED} AND due_at > ?2 AND source = ?3 AND id < ?4 ORDER BY id");
    let mut query = db.prepare_cached(&sql)?;
    let mut last = std::collections::BTreeMap::<&str, i64>::new();
    for item in due {
        let id = last.entry(&item.source).or_insert(item.id);
        *id = item.id.max(*id);
    }
    let mut ahead = Vec::new();
    for (source, id) in last {
        let rows = query.query_and_then(params![channel.as_str(), ms(now), source, id], queued)?;
        for row in rows {
            ahead.push(row?);
        }
    }
    Ok(ahead)
}

fn sent(db: &Connection, channel: &ChannelName, since: Timestamp) -> Query<Vec<Timestamp>> {
    let sql = "
        SELECT delivered_at FROM deliveries
        WHERE channel = ?1 AND delivered_at > ?2 AND folded_into IS NULL ORDER BY delivered_at";
    let mut query = db.prepare_cached(sql)?;
    query.query_and_then(params![channel.as_str(), ms(since)], |row| time(row.get(0)?))?.collect()
}

/// How a channel's receiver does; `None` while it takes what it gets.
pub(super) fn circuit(db: &Connection, channel: &ChannelName) -> Query<Option<Circuit>> {
    let sql = "SELECT failures, since, rest_until, told FROM circuits WHERE channel = ?1";
    let circuit = db.prepare_cached(sql)?.query_row([channel.as_str()], |row| {
        Ok(Circuit {
            failures: row.get(0)?,
            since: columns::time_or_bound(row.get(1)?),
            rest_until: columns::time_or_bound(row.get(2)?),
            told: row.get(3)?,
        })
    });
    Ok(circuit.optional()?)
}

/// Puts a notice in the place of those it tells.
fn fold(
    db: &Connection,
    channel: &ChannelName,
    members: &[i64],
    notice: &Notice,
    now: Timestamp,
) -> Query<i64> {
    insert_notice(db, notice, now)?;
    insert_delivery(db, notice, channel, now, DeliveryState::Pending, None)?;
    let sql = "UPDATE deliveries SET started = 1 WHERE notice = ?1 AND channel = ?2 RETURNING id";
    let id = db
        .prepare_cached(sql)?
        .query_row(params![notice.id.as_str(), channel.as_str()], |row| row.get::<_, i64>(0))?;
    let sql = "
        UPDATE deliveries SET state = ?3, folded_into = ?2, last_result = 'told in ' || ?4
        WHERE id = ?1 AND state = 0 AND started = 0";
    let mut update = db.prepare_cached(sql)?;
    for member in members {
        update.execute(params![member, id, DeliveryState::Folded.code(), notice.id.as_str()])?;
    }
    Ok(id)
}

/// A row that can't be read as it should be still gets its turn: then its notice shows what is wrong.
fn queued(row: &Row<'_>) -> Query<Queued> {
    let id: i64 = row.get("id")?;
    let source: Option<String> = row.get("source")?;
    let severity: Option<i64> = row.get("severity")?;
    Ok(Queued {
        id,
        source: source.unwrap_or_else(|| format!("delivery {id}")),
        service: row.get::<_, Option<String>>("service")?.unwrap_or_default(),
        page: row.get::<_, Option<String>>("page")?.unwrap_or_default(),
        severity: severity.and_then(|code| Severity::decode(code).ok()).unwrap_or(Severity::Critical),
        queued_at: columns::time_or_bound(row.get("queued_at")?),
        due_at: columns::time_or_bound(row.get("due_at")?),
        attempts: row.get("attempts")?,
        started: row.get("started")?,
        retried: time_if(row.get("retried_at")?)?.is_some(),
    })
}
