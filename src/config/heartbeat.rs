//! `[heartbeat]`: a sign of life.

use super::text::http_url;
use super::timing::{Channels, Defaults};
use super::value::Table;
use crate::model::Heartbeat;

/// Reads `[heartbeat]`, if there is one.
pub(super) fn read(root: &Table<'_>, channels: &Channels, defaults: &Defaults) -> Option<Heartbeat> {
    let table = root.get("heartbeat")?.table(&["schedule", "timezone", "notify", "ping"])?;
    table.require("schedule", "\"every 1d\"");
    let schedule = defaults.schedule(&table);
    let ping = table.get("ping").and_then(|value| {
        let url = value.secret()?;
        http_url(url.reveal()).map_err(|refusal| value.refuse(refusal)).ok().map(|_| url)
    });
    let notify = defaults.notify(&table, channels);
    Some(Heartbeat { schedule: schedule?, notify, ping })
}
