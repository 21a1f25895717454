//! One pass over the outbox. One of the two places where edges meet the core.
//!
//! Each channel has its own queue and its own turns: a receiver that hangs or fails delays nobody else. A turn looks at
//! what waits, writes down what is told now and what together ([`crate::digest`]), and attempts that, one message after
//! another. What isn't taken is tried again when the schedule or the receiver says, under the same id, for about three
//! days; then it is dead, but listed and replayable. A channel whose receiver fails rests, and others are told.

mod attempt;
mod circuit;
mod fold;

use std::ops::AddAssign;

use futures_util::future::join_all;

use crate::crash;
use crate::digest;
use crate::engine::Engine;
use crate::model::{ChannelName, Circuit, Delivery};
use crate::store::{self, Attempted, Receiver, Settlement};

/// How many messages a turn takes at most: few enough that a daemon that is told to stop soon can.
const TURN: usize = 20;
/// How many deliveries a turn looks at, without their notices: what can be told in one message.
const PAGE: usize = 1_000;

/// What a pass or a turn did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pass {
    /// Taken by their receivers.
    pub delivered: usize,
    /// To be tried again.
    pub postponed: usize,
    /// Put off for another reason than the receiver: a digest, quiet hours, a rate, an earlier notice.
    pub held: usize,
    /// Given up.
    pub dead: usize,
    /// Turns that ended because the receiver is in trouble or gone.
    pub unable: usize,
}

impl Pass {
    /// Whether nothing was attempted or decided.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl AddAssign for Pass {
    fn add_assign(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.postponed += other.postponed;
        self.held += other.held;
        self.dead += other.dead;
        self.unable += other.unable;
    }
}

/// Attempts every delivery that is due, each channel's one after another, all channels at once.
pub async fn deliver(engine: &Engine) -> Result<Pass, store::Error> {
    let (waiting, now) = (engine.store.next_turns().await?, engine.clock.now());
    let due = waiting.iter().filter(|(_, at)| *at <= now);
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
/// attempted stays due, and the channel rests.
pub async fn turn(engine: &Engine, channel: &ChannelName) -> Result<Pass, store::Error> {
    let (now, policy) = (engine.clock.now(), engine.policy(channel));
    let window = policy.at_most.map(|rate| rate.per);
    let turn = engine.store.turn_of(channel, now, PAGE, window).await?;
    let mut pass = Pass::default();
    if turn.circuit.is_some_and(|circuit| circuit.rest_until > now) {
        return Ok(pass);
    }
    let plan = digest::plan(&turn.queue, &turn.sent, policy, TURN, now);
    pass.held = plan.wait.len();
    let deliveries = fold::arrange(engine, channel, plan, now, &mut pass).await?;
    crash::point("arranged");
    let mut circuit = turn.circuit;
    for id in deliveries {
        let Some(delivery) = load(engine, channel, id, &mut pass).await? else { continue };
        let able = message(engine, channel, &delivery, circuit.take(), &mut pass).await?;
        if !able {
            pass.unable += 1;
            break;
        }
    }
    Ok(pass)
}

/// A delivery with its notice; one that is damaged is given up, and stands in nobody's way.
async fn load(
    engine: &Engine,
    channel: &ChannelName,
    id: i64,
    pass: &mut Pass,
) -> Result<Option<Delivery>, store::Error> {
    match engine.store.delivery(id).await {
        Ok(delivery) => Ok(Some(delivery)),
        Err(error) if error.is_about_one_source() => {
            tracing::error!(%channel, "given up: {error}");
            engine.store.give_up(id, &error.to_string()).await?;
            pass.dead += 1;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Attempts one message and settles what follows; whether the receiver can be asked for more.
async fn message(
    engine: &Engine,
    channel: &ChannelName,
    delivery: &Delivery,
    before: Option<Circuit>,
    pass: &mut Pass,
) -> Result<bool, store::Error> {
    let (attempt, said) = attempt::make(engine, channel, delivery).await;
    match attempt.outcome {
        Attempted::Delivered => pass.delivered += 1,
        Attempted::Retry { .. } => pass.postponed += 1,
        Attempted::Dead => pass.dead += 1,
    }
    attempt::report(delivery, &attempt);
    crash::point("attempt");
    let (receiver, news) = circuit::after(engine, channel, before, &said, &attempt).await?;
    let settlement = Settlement { attempt, receiver, news };
    pass.dead += engine.store.settle(channel, engine.settings(channel), delivery.id, settlement).await?;
    crash::point("attempted");
    Ok(matches!(receiver, Receiver::Able | Receiver::Unknown))
}
