//! The sign of life: told by the clock, whether anything changed or not, so that silence means trouble.
//!
//! It says how many sources were read since the last one. The ping goes out only if one of them was: a process that
//! runs and sees nothing is not alive.

use jiff::Timestamp;

use crate::engine::Engine;
use crate::model::{Heartbeat, SourceId};
use crate::notice::{self, Pulse};
use crate::route;
use crate::schedule;
use crate::store::{self, ChangeFilter};

/// The beat that is told, and the one that is asked for elsewhere: each is repeated by itself until it is done.
const NOTICE: &str = "notice";
const PING: &str = "ping";

/// When the next beat is due, if there are any.
pub async fn next(engine: &Engine) -> Result<Option<Timestamp>, store::Error> {
    let Some(heartbeat) = &engine.heartbeat else { return Ok(None) };
    let mut next = due(engine, heartbeat, NOTICE).await?.1;
    if engine.ping.is_some() {
        next = next.min(due(engine, heartbeat, PING).await?.1);
    }
    Ok(Some(next))
}

/// Does what is due. Says whether all of it was done: a ping that fails is due again.
pub async fn beat(engine: &Engine) -> Result<bool, store::Error> {
    let (now, Some(heartbeat)) = (engine.clock.now(), &engine.heartbeat) else { return Ok(true) };
    let (last, at) = due(engine, heartbeat, NOTICE).await?;
    if at <= now {
        let notice = notice::heartbeat(&pulse(engine, last).await?, now);
        let channels = route::recipients(&engine.routes, &notice, &heartbeat.notify);
        engine.store.beat(NOTICE, now, Some((notice, channels))).await?;
    }
    let Some(ping) = &engine.ping else { return Ok(true) };
    let (last, at) = due(engine, heartbeat, PING).await?;
    if at > now {
        return Ok(true);
    }
    let pulse = pulse(engine, last).await?;
    if pulse.read == 0 && pulse.sources > 0 {
        tracing::error!("no source was read since {last}: the heartbeat's ping is left out");
    } else if let Err(why) = ping.send().await {
        tracing::warn!("the heartbeat's ping failed: {why}");
        return Ok(false);
    }
    engine.store.beat(PING, now, None).await?;
    Ok(true)
}

/// When a beat was last, and when it is next.
async fn due(
    engine: &Engine,
    heartbeat: &Heartbeat,
    name: &'static str,
) -> Result<(Timestamp, Timestamp), store::Error> {
    let last = engine.store.last_beat(name, engine.clock.now()).await?;
    Ok((last, schedule::next_check(&heartbeat.schedule, &SourceId::own("heartbeat"), last)))
}

async fn pulse(engine: &Engine, since: Timestamp) -> Result<Pulse, store::Error> {
    let sources = engine.store.overview().await?;
    let unread = sources.iter().filter(|s| s.last_readable.is_none_or(|at| at < since));
    let unread: Vec<SourceId> = unread.map(|source| source.source.clone()).collect();
    let filter = ChangeFilter { since: Some(since), ..ChangeFilter::default() };
    let changes = engine.store.changes(filter).await?.len();
    Ok(Pulse { since, sources: sources.len(), read: sources.len() - unread.len(), unread, changes })
}
