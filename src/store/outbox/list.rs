//! Deliveries as people see them, and what they can do about those that were given up.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Row, named_params, params};

use super::{Attempt, Attempted, SELECT, delivery};
use crate::model::{Delivery, DeliveryState, Notice};
use crate::store::columns::{self, Coded as _, ms, time, time_if};
use crate::store::error::{Fault, Query};
use crate::store::{Error, Store};

/// Which deliveries to list; the default is all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// Only in these states; empty means any.
    pub states: Vec<DeliveryState>,
    /// Only of notices whose id begins so; empty means any.
    pub notice: String,
    /// At most so many.
    pub limit: Option<usize>,
}

/// Deliveries, newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listing {
    /// Those that can be read.
    pub deliveries: Vec<Delivery>,
    /// Those that can't, which hide none of the others.
    pub unreadable: Vec<Unreadable>,
}

/// A delivery whose row is damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Its number in the outbox.
    pub id: i64,
    /// The id of its notice, as far as it can be read.
    pub notice: String,
    /// Where it was to go, likewise.
    pub channel: String,
    /// What is wrong.
    pub why: String,
}

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

    /// How many of the deliveries queued since `at` are dead.
    pub async fn dead_since(&self, at: Timestamp) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM deliveries WHERE state = 2 AND queued_at >= ?1";
        self.read(move |db| columns::count(db.prepare_cached(sql)?.query_row([ms(at)], |row| row.get(0))?))
            .await
    }

    /// The deliveries that pass `filter` and can be read, newest first.
    pub async fn deliveries(&self, filter: DeliveryFilter) -> Result<Vec<Delivery>, Error> {
        self.listing(filter).await.map(|listing| listing.deliveries)
    }

    /// The deliveries that pass `filter`, newest first; one that is damaged hides none of the others.
    pub async fn listing(&self, filter: DeliveryFilter) -> Result<Listing, Error> {
        let sql = "
            SELECT deliveries.*, notices.content FROM deliveries LEFT JOIN notices ON notices.id = deliveries.notice
            WHERE (:states = '[]' OR state IN (SELECT value FROM json_each(:states)))
                AND substr(notice, 1, length(:notice)) = :notice
            ORDER BY deliveries.id DESC LIMIT :limit";
        let path = self.path().to_owned();
        self.read(move |db| {
            let states: Vec<i64> = filter.states.iter().map(|state| state.code()).collect();
            let states = serde_json::json!(states).to_string();
            let limit = columns::limit(filter.limit);
            let parameters = named_params! { ":states": states, ":notice": filter.notice, ":limit": limit };
            let mut listing = Listing::default();
            let mut query = db.prepare_cached(sql)?;
            let mut rows = query.query(parameters)?;
            while let Some(row) = rows.next()? {
                match delivery(row) {
                    Ok(delivery) => listing.deliveries.push(delivery),
                    Err(fault) => {
                        listing.unreadable.push(unreadable(row, fault.at(&path).to_string())?);
                    }
                }
            }
            Ok(listing)
        })
        .await
    }

    /// The notice whose id is `id`, or the only one whose id begins so.
    ///
    /// # Errors
    ///
    /// Fails where more than one does, and where it is damaged.
    pub async fn notice(&self, id: &str) -> Result<Option<Notice>, Error> {
        let prefix = id.to_owned();
        let sql =
            "SELECT id, content FROM notices WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id <> ?1 LIMIT 2";
        self.read(move |db| {
            let mut query = db.prepare_cached(sql)?;
            let found = query.query_map([&prefix], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let found = found.collect::<Result<Vec<(String, String)>, _>>()?;
            match &found[..] {
                [] => Ok(None),
                [(id, content), rest @ ..] if rest.is_empty() || *id == prefix => {
                    serde_json::from_str(content)
                        .map(Some)
                        .map_err(|e| Fault::corrupt(format!("notice {id}"), e))
                }
                _ => Err(Error::Ambiguous { prefix: prefix.clone() }.into()),
            }
        })
        .await
    }

    /// The attempts made at a delivery, oldest first.
    pub async fn attempts(&self, delivery: i64) -> Result<Vec<Attempt>, Error> {
        let sql = "SELECT at, took, outcome, due_at, detail FROM attempts WHERE delivery = ?1 ORDER BY id";
        self.read(move |db| db.prepare_cached(sql)?.query_and_then([delivery], attempt)?.collect()).await
    }

    /// Makes dead deliveries pending and due now: all of them, or those of the notices whose id begins with
    /// `which` and those that tell such a notice among others. Their channels are switched on again and rest no more,
    /// and the count of attempts starts anew.
    ///
    /// Returns how many there were.
    pub async fn retry(&self, which: Option<&str>, now: Timestamp) -> Result<usize, Error> {
        let prefix = which.unwrap_or_default().to_owned();
        self.write(move |db| {
            let dead = "state = 2 AND (substr(notice, 1, length(?1)) = ?1 OR id IN (
                SELECT folded_into FROM deliveries WHERE state = 3 AND substr(notice, 1, length(?1)) = ?1))";
            let channels = format!("(SELECT channel FROM deliveries WHERE {dead})");
            let sql = format!("DELETE FROM channels WHERE name IN {channels}");
            db.prepare_cached(&sql)?.execute([&prefix])?;
            let sql = format!("UPDATE circuits SET rest_until = 0 WHERE channel IN {channels}");
            db.prepare_cached(&sql)?.execute([&prefix])?;
            let sql = format!(
                "UPDATE deliveries SET state = 0, attempts = 0, due_at = ?2, retried_at = ?2, started = 1 WHERE {dead}"
            );
            Ok(db.prepare_cached(&sql)?.execute(params![prefix, ms(now)])?)
        })
        .await
    }
}

fn unreadable(row: &Row<'_>, why: String) -> Query<Unreadable> {
    let text =
        |column: &str| row.get_ref(column).ok().and_then(|value| value.as_str().ok().map(str::to_owned));
    let (notice, channel) = (text("notice").unwrap_or_default(), text("channel").unwrap_or_default());
    Ok(Unreadable { id: row.get("id")?, notice, channel, why })
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
