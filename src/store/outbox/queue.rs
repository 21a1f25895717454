//! How a notice gets into the outbox: in the transaction that stores what it tells.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, named_params, params};

use super::channels::disabled;
use crate::model::{ChannelName, DeliveryState, Notice};
use crate::store::columns::{Coded as _, ms};
use crate::store::error::{Fault, Query};

/// Queues a notice for each channel, once: what is stored already is left alone. For a channel that is switched off
/// the delivery is dead from the start, where it is listed and can be retried.
pub(in crate::store) fn queue(
    db: &Connection,
    notice: &Notice,
    channels: &[ChannelName],
    at: Timestamp,
) -> Query<()> {
    insert_notice(db, notice, at)?;
    for channel in channels {
        let why: Option<String> = db
            .prepare_cached("SELECT why FROM channels WHERE name = ?1")?
            .query_row([channel.as_str()], |row| row.get(0))
            .optional()?;
        let state = if why.is_some() { DeliveryState::Dead } else { DeliveryState::Pending };
        let last_result = why.map(|why| disabled(channel, &why));
        insert_delivery(db, notice, channel, at, state, last_result)?;
    }
    Ok(())
}

pub(super) fn insert_notice(db: &Connection, notice: &Notice, at: Timestamp) -> Query<()> {
    let content = serde_json::to_string(notice).map_err(|e| Fault::refused(e.to_string()))?;
    let sql = "INSERT INTO notices (id, queued_at, content) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING";
    db.prepare_cached(sql)?.execute(params![notice.id.as_str(), ms(at), content])?;
    Ok(())
}

pub(super) fn insert_delivery(
    db: &Connection,
    notice: &Notice,
    channel: &ChannelName,
    at: Timestamp,
    state: DeliveryState,
    last_result: Option<String>,
) -> Query<()> {
    let sql = "
        INSERT INTO deliveries
            (notice, channel, state, due_at, queued_at, last_result, source, service, page, severity, started)
        VALUES (:notice, :channel, :state, :at, :at, :last_result, :source, :service, :page, :severity, 0)
        ON CONFLICT (notice, channel) DO NOTHING";
    db.prepare_cached(sql)?.execute(named_params! {
        ":notice": notice.id.as_str(),
        ":channel": channel.as_str(),
        ":state": state.code(),
        ":at": ms(at),
        ":last_result": last_result,
        ":source": notice.source.as_str(),
        ":service": notice.service,
        ":page": notice.url,
        ":severity": notice.severity.code(),
    })?;
    Ok(())
}
