//! A plan put into the outbox, with the notices that tell several.

use jiff::Timestamp;

use crate::digest::{Message, Plan, Why};
use crate::engine::Engine;
use crate::model::{ChannelName, Notice};
use crate::notice;
use crate::store::{self, Arrangement, Start};

use super::Pass;

/// So many of the notices that one tells are read to compose it; the others are counted.
const READ: usize = 100;

/// Writes a plan down; returns the deliveries to attempt, in order.
pub(super) async fn arrange(
    engine: &Engine,
    channel: &ChannelName,
    plan: Plan,
    now: Timestamp,
    pass: &mut Pass,
) -> Result<Vec<i64>, store::Error> {
    if plan.tell.is_empty() && plan.wait.is_empty() {
        return Ok(Vec::new());
    }
    let mut start = Vec::new();
    for message in plan.tell {
        match message {
            Message::One(id) => start.push(Start::One(id)),
            Message::Folded(members, why) => {
                start.extend(folded(engine, channel, members, &why, now, pass).await?);
            }
        }
    }
    engine.store.arrange(channel, Arrangement { wait: plan.wait, start }, now).await
}

/// Composes the notice that tells `members`. What of them is damaged is given up; where one is left it tells itself.
async fn folded(
    engine: &Engine,
    channel: &ChannelName,
    members: Vec<i64>,
    why: &Why,
    now: Timestamp,
    pass: &mut Pass,
) -> Result<Option<Start>, store::Error> {
    let (mut notices, mut readable): (Vec<Notice>, Vec<i64>) = (Vec::new(), Vec::new());
    let (read, unread) = members.split_at(members.len().min(READ));
    for id in read {
        if let Some(delivery) = super::load(engine, channel, *id, pass).await? {
            notices.push(delivery.notice);
            readable.push(*id);
        }
    }
    readable.extend(unread);
    Ok(match readable[..] {
        [] => None,
        [one] => Some(Start::One(one)),
        _ => {
            let notice = notice::digest(channel, &notices, unread.len(), &why.to_string(), now);
            Some(Start::Folded { members: readable, notice: Box::new(notice) })
        }
    })
}
