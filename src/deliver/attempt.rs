//! One attempt at one message.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::channel;
use crate::engine::Engine;
use crate::model::{ChannelName, Delivery};
use crate::schedule;
use crate::store::{Attempt, Attempted};

/// Channels have timeouts of their own, of some seconds; one that keeps none is cut off here.
const LONGEST: Duration = Duration::from_secs(120);

/// What an attempt shows of the receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// It answers, whatever it makes of this notice.
    Able,
    /// It is in trouble; it may have named a time before which it is not to be asked again.
    Unable(Option<Timestamp>),
    /// It is gone for good.
    Gone,
    /// There is no such channel any more.
    Nothing,
}

/// Makes one attempt.
pub(super) async fn make(engine: &Engine, name: &ChannelName, delivery: &Delivery) -> (Attempt, Said) {
    let (at, started) = (engine.clock.now(), Instant::now());
    let ended =
        |outcome, detail| Attempt { at: engine.clock.now(), took: started.elapsed(), outcome, detail };
    let Some(channel) = engine.channels.get(name) else {
        let detail = format!("channel `{name}` is not configured any more");
        return (ended(Attempted::Dead, detail), Said::Nothing);
    };
    let sent = tokio::time::timeout(LONGEST, channel.send(&delivery.notice, at)).await;
    let sent = sent.unwrap_or_else(|_| {
        Err(channel::Error::Retry { after: None, why: format!("nothing came of it within {LONGEST:?}") })
    });
    match sent {
        Ok(channel::Receipt(said)) => (ended(Attempted::Delivered, said), Said::Able),
        Err(channel::Error::Refused { why }) => (ended(Attempted::Dead, why), Said::Able),
        Err(channel::Error::Gone { why }) => (ended(Attempted::Dead, why), Said::Gone),
        Err(channel::Error::Retry { after, why }) => {
            let (attempts, now) = (delivery.attempts + 1, engine.clock.now());
            let attempt = match schedule::next_attempt(attempts, after, &delivery.notice.id, now) {
                Some(due_at) => ended(Attempted::Retry { due_at }, why),
                None => ended(Attempted::Dead, format!("given up after {attempts} attempts: {why}")),
            };
            (attempt, Said::Unable(after))
        }
    }
}

/// Logs an attempt.
pub(super) fn report(delivery: &Delivery, attempt: &Attempt) {
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
