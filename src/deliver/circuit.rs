//! What an attempt shows of a channel's receiver, and who is told of it.

use crate::engine::Engine;
use crate::model::{ChannelName, Circuit, Notice};
use crate::notice;
use crate::route;
use crate::schedule;
use crate::store::{self, Attempt, Receiver};

use super::attempt::Said;

type News = Vec<(Notice, Vec<ChannelName>)>;

/// What follows from an attempt for its channel, whose receiver did as `before` says.
pub(super) async fn after(
    engine: &Engine,
    channel: &ChannelName,
    before: Option<Circuit>,
    said: &Said,
    attempt: &Attempt,
) -> Result<(Receiver, News), store::Error> {
    match said {
        Said::Nothing => Ok((Receiver::Unknown, News::new())),
        Said::Able => {
            let Some(circuit) = before.filter(|circuit| circuit.told) else {
                return Ok((Receiver::Able, News::new()));
            };
            tracing::info!(%channel, "channel `{channel}` works again");
            let notice = notice::channel_recovered(channel, attempt.at, circuit.since);
            Ok((Receiver::Able, to_others(engine, channel, notice).await?))
        }
        Said::Gone => {
            tracing::error!(%channel, "channel `{channel}` is disabled until its settings change or `fineprint notices --retry`");
            let notice = notice::channel_disabled(channel, attempt.at, &attempt.detail);
            Ok((Receiver::Gone, to_others(engine, channel, notice).await?))
        }
        Said::Unable(until) => {
            let mut circuit = schedule::after_channel_failure(before, *until, attempt.at);
            let mut news = News::new();
            if !circuit.told && schedule::is_failing(&circuit, attempt.at) {
                let notice = notice::channel_failing(channel, attempt.at, circuit.since, &attempt.detail);
                news = to_others(engine, channel, notice).await?;
                // Where nobody can be told at present, the next failure tries that again.
                circuit.told = !news.is_empty();
                tracing::error!(%channel, "channel `{channel}` fails since {}", circuit.since);
            }
            Ok((Receiver::Failing(circuit), news))
        }
    }
}

/// A notice about a channel, with those who are told: whom the routes name, or else the other channels, as far as they
/// work.
async fn to_others(engine: &Engine, channel: &ChannelName, notice: Notice) -> Result<News, store::Error> {
    let others: Vec<ChannelName> = engine.channels.keys().cloned().collect();
    let troubled = engine.store.troubled_among(&others).await?;
    let able: Vec<ChannelName> = others.into_iter().filter(|name| !troubled.contains(name)).collect();
    let mut told = route::recipients(&engine.routes, &notice, &able);
    told.retain(|name| name != channel);
    Ok(if told.is_empty() { News::new() } else { vec![(notice, told)] })
}
