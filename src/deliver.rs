//! One pass over the outbox. One of the two places where edges meet the core.
//!
//! Each channel has its own queue: a receiver that hangs or fails delays nobody else. What isn't taken is tried again
//! when the schedule or the receiver says, under the same id, for about three days; then it is dead, but listed and
//! replayable.

use std::ops::AddAssign;
use std::time::Instant;

use futures_util::future::join_all;

use crate::channel;
use crate::crash;
use crate::engine::Engine;
use crate::model::{ChannelName, Delivery};
use crate::schedule;
use crate::store::{self, Attempt, Attempted};

/// How many deliveries a turn takes at most: few enough that a daemon that is told to stop soon can.
const TURN: usize = 20;

/// What a pass or a turn did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pass {
    /// Taken by their receivers.
    pub delivered: usize,
    /// To be tried again.
    pub postponed: usize,
    /// Given up.
    pub dead: usize,
    /// Turns that ended because the receiver is in trouble or gone.
    pub unable: usize,
}

impl Pass {
    /// Whether nothing was attempted.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl AddAssign for Pass {
    fn add_assign(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.postponed += other.postponed;
        self.dead += other.dead;
        self.unable += other.unable;
    }
}

/// Attempts every delivery that is due, each channel's one after another, all channels at once.
pub async fn deliver(engine: &Engine) -> Result<Pass, store::Error> {
    let (waiting, now) = (engine.store.next_deliveries().await?, engine.clock.now());
    let due = waiting.iter().filter(|(_, due_at)| *due_at <= now);
    let mut sum = Pass::default();
    for pass in join_all(due.map(|(channel, _)| drain(engine, channel))).await {
        sum += pass?;
    }
    Ok(sum)
}

/// Turn after turn until nothing is due or the receiver is in trouble.
async fn drain(engine: &Engine, channel: &ChannelName) -> Result<Pass, store::Error> {
    let mut sum = Pass::default();
    loop {
        let pass = turn(engine, channel).await?;
        sum += pass;
        if pass.is_empty() || pass.unable > 0 {
            return Ok(sum);
        }
    }
}

/// Attempts what is due for one channel, longest overdue first, a bounded number.
///
/// The first failure ends the turn: a receiver that hangs costs one timeout, not one for each notice. What was not
/// attempted stays due.
pub async fn turn(engine: &Engine, channel: &ChannelName) -> Result<Pass, store::Error> {
    let mut pass = Pass::default();
    let due = engine.store.pending_for(channel, engine.clock.now(), TURN).await?;
    for why in due.damaged {
        pass.dead += 1;
        tracing::error!(%channel, "given up: {why}");
    }
    for delivery in due.deliveries {
        let (attempt, receiver) = attempt(engine, channel, &delivery).await;
        match attempt.outcome {
            Attempted::Delivered => pass.delivered += 1,
            Attempted::Retry { .. } => pass.postponed += 1,
            Attempted::Dead => pass.dead += 1,
        }
        report(&delivery, &attempt);
        crash::point("attempt");
        if receiver == Receiver::Gone {
            tracing::error!(%channel, "channel `{channel}` is disabled until its settings change or `fineprint notices --retry`");
            engine.store.gone(channel, engine.settings(channel), delivery.id, attempt).await?;
        } else {
            engine.store.attempted(delivery.id, attempt).await?;
        }
        crash::point("attempted");
        if receiver != Receiver::Able {
            pass.unable += 1;
            break;
        }
    }
    Ok(pass)
}

/// Whether a receiver can be asked for more after an attempt.
#[derive(PartialEq, Eq)]
enum Receiver {
    Able,
    /// In trouble.
    Unable,
    /// For good.
    Gone,
}

async fn attempt(engine: &Engine, name: &ChannelName, delivery: &Delivery) -> (Attempt, Receiver) {
    let (at, started) = (engine.clock.now(), Instant::now());
    let ended =
        |outcome, detail| Attempt { at: engine.clock.now(), took: started.elapsed(), outcome, detail };
    let Some(channel) = engine.channels.get(name) else {
        let detail = format!("channel `{name}` is not configured any more");
        return (ended(Attempted::Dead, detail), Receiver::Able);
    };
    match channel.send(&delivery.notice, at).await {
        Ok(channel::Receipt(said)) => (ended(Attempted::Delivered, said), Receiver::Able),
        Err(channel::Error::Refused { why }) => (ended(Attempted::Dead, why), Receiver::Able),
        Err(channel::Error::Gone { why }) => (ended(Attempted::Dead, why), Receiver::Gone),
        Err(channel::Error::Retry { after, why }) => {
            let (attempts, now) = (delivery.attempts + 1, engine.clock.now());
            let attempt = match schedule::next_attempt(attempts, after, &delivery.notice.id, now) {
                Some(due_at) => ended(Attempted::Retry { due_at }, why),
                None => ended(Attempted::Dead, format!("given up after {attempts} attempts: {why}")),
            };
            (attempt, Receiver::Unable)
        }
    }
}

fn report(delivery: &Delivery, attempt: &Attempt) {
    let (id, channel, source) = (&delivery.notice.id, &delivery.channel, &delivery.notice.source);
    match attempt.outcome {
        Attempted::Delivered => {
            tracing::info!(notice.id = %id, %channel, source.id = %source, "delivered: {}", attempt.detail);
        }
        Attempted::Retry { due_at } => {
            tracing::warn!(notice.id = %id, %channel, source.id = %source, next = %due_at, "not delivered: {}", attempt.detail);
        }
        Attempted::Dead => {
            tracing::error!(notice.id = %id, %channel, source.id = %source, "given up: {}", attempt.detail);
        }
    }
}
