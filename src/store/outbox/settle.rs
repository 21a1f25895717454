//! What came of an attempt: for the delivery, for its channel, and what others are told of that, in one transaction.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, named_params, params};

use super::channels::{self, close, open};
use super::queue::queue;
use super::turn::circuit;
use super::{Attempt, Attempted};
use crate::model::{ChannelName, Circuit, DeliveryState, Digest, Notice};
use crate::store::columns::{Coded as _, ms};
use crate::store::error::Query;
use crate::store::{Error, Store};

/// What waits for a receiver that took nothing for so long is dead: as long as the attempts at one delivery take.
const PATIENCE: SignedDuration = SignedDuration::from_hours(76);

/// What follows from an attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// The attempt.
    pub attempt: Attempt,
    /// What it shows of the receiver.
    pub receiver: Receiver,
    /// What other channels are told of that.
    pub news: Vec<(Notice, Vec<ChannelName>)>,
}

/// What an attempt shows of a channel's receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// It works.
    Able,
    /// It fails.
    Failing(Circuit),
    /// It wants nothing any more.
    Gone,
    /// Nothing.
    Unknown,
}

impl Store {
    /// Notes an attempt and what follows from it for the delivery.
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
        let settlement = Settlement { attempt, receiver: Receiver::Gone, news: Vec::new() };
        self.settle(channel, settings, delivery, settlement).await.map(drop)
    }

    /// Notes an attempt and all that follows from it.
    ///
    /// When a receiver that was told to fail takes something, all that waits for it is due. What has waited for three
    /// days for one that has failed for three days is dead; returns how many deliveries died so.
    pub async fn settle(
        &self,
        channel: &ChannelName,
        settings: Digest,
        delivery: i64,
        settlement: Settlement,
    ) -> Result<usize, Error> {
        let channel = channel.clone();
        self.write(move |db| {
            let Settlement { attempt, receiver, news } = &settlement;
            note(db, delivery, attempt)?;
            let mut died = 0;
            match receiver {
                Receiver::Unknown => {}
                Receiver::Able => {
                    let was_told = circuit(db, &channel)?.is_some_and(|circuit| circuit.told);
                    close(db, &channel)?;
                    if was_told {
                        wake(db, &channel, attempt.at)?;
                    }
                }
                Receiver::Failing(circuit) => {
                    open(db, &channel, settings, circuit)?;
                    died = expire(db, &channel, circuit, attempt.at)?;
                }
                Receiver::Gone => {
                    close(db, &channel)?;
                    channels::disable(db, &channel, settings, attempt)?;
                }
            }
            for (notice, channels) in news {
                queue(db, notice, channels, attempt.at)?;
            }
            Ok(died)
        })
        .await
    }

    /// Makes a delivery dead that can't be attempted.
    pub async fn give_up(&self, delivery: i64, why: &str) -> Result<(), Error> {
        let why = why.to_owned();
        self.write(move |db| {
            let sql = "UPDATE deliveries SET state = 2, last_result = ?2 WHERE id = ?1 AND state = 0";
            db.prepare_cached(sql)?.execute(params![delivery, why])?;
            Ok(())
        })
        .await
    }
}

/// Notes an attempt and what follows from it for its delivery, and for what that tells besides.
fn note(db: &Connection, delivery: i64, attempt: &Attempt) -> Query<()> {
    insert_attempt(db, delivery, attempt)?;
    let (state, due_at) = match attempt.outcome {
        Attempted::Delivered => (DeliveryState::Delivered, None),
        Attempted::Retry { due_at } => (DeliveryState::Pending, Some(due_at)),
        Attempted::Dead => (DeliveryState::Dead, None),
    };
    let delivered = state == DeliveryState::Delivered;
    let sql = "
        UPDATE deliveries SET attempts = attempts + 1, last_result = :detail, started = 1,
            state = iif(state = 0 OR :delivered, :state, state), due_at = coalesce(:due_at, due_at),
            delivered_at = iif(:delivered, :at, delivered_at)
        WHERE id = :delivery";
    db.prepare_cached(sql)?.execute(named_params! {
        ":delivery": delivery,
        ":detail": attempt.detail,
        ":state": state.code(),
        ":delivered": delivered,
        ":due_at": due_at.map(ms),
        ":at": ms(attempt.at),
    })?;
    if delivered {
        let sql = "UPDATE deliveries SET state = 1, delivered_at = ?2 WHERE folded_into = ?1 AND state = 3";
        db.prepare_cached(sql)?.execute(params![delivery, ms(attempt.at)])?;
    }
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

/// All that waits is due; what has to wait for another reason than its receiver is put off again.
fn wake(db: &Connection, channel: &ChannelName, now: Timestamp) -> Query<()> {
    let sql = "UPDATE deliveries SET due_at = ?2 WHERE channel = ?1 AND state = 0 AND due_at > ?2";
    db.prepare_cached(sql)?.execute(params![channel.as_str(), ms(now)])?;
    Ok(())
}

fn expire(db: &Connection, channel: &ChannelName, circuit: &Circuit, now: Timestamp) -> Query<usize> {
    let long_ago = now.checked_sub(PATIENCE).unwrap_or(Timestamp::MIN);
    if circuit.since > long_ago {
        return Ok(0);
    }
    let sql = "
        UPDATE deliveries SET state = 2, last_result = ?4
        WHERE channel = ?1 AND state = 0 AND (due_at <= ?2 OR started) AND coalesce(retried_at, queued_at) <= ?3";
    let why = format!("given up: the receiver has failed since {}", circuit.since.strftime("%F %H:%M UTC"));
    Ok(db.prepare_cached(sql)?.execute(params![channel.as_str(), ms(now), ms(long_ago), why])?)
}
