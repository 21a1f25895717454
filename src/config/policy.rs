//! `[channels.NAME]`, beside the table of its kind: when it is told something.

use std::collections::BTreeMap;

use super::timing::{Channels, Defaults, zone};
use super::value::{Table, Value, refusal};
use crate::digest::{self, Policy};
use crate::model::ChannelName;

/// The keys of a channel that are the same for all kinds.
pub(super) const KEYS: [&str; 4] = ["digest", "quiet", "at_most", "timezone"];

/// Reads when each channel is told something.
pub(super) fn read(
    root: &Table<'_>,
    channels: &Channels,
    defaults: &Defaults,
) -> BTreeMap<ChannelName, Policy> {
    let Some(table) = root.get("channels") else { return BTreeMap::new() };
    let policy = |name: &ChannelName| Some((name.clone(), policy(&table.member(name.as_str())?, defaults)));
    channels.keys().filter_map(policy).collect()
}

fn policy(channel: &Value<'_>, defaults: &Defaults) -> Policy {
    let own = |key| channel.member(key);
    Policy {
        zone: own("timezone").and_then(|value| value.read(zone)).unwrap_or_else(|| defaults.zone()),
        digest: own("digest").and_then(|value| {
            let accepted = "`hourly`, `daily 08:00` or `weekly mon 08:00`";
            value.read(|text| {
                digest::rhythm(text)
                    .ok_or_else(|| refusal(format!("`{text}` is no time of a digest"), accepted))
            })
        }),
        quiet: own("quiet").and_then(|value| {
            let accepted = "two times of a day that differ, as in `22:00-07:00`";
            value.read(|text| {
                digest::quiet(text).ok_or_else(|| refusal(format!("`{text}` are no hours"), accepted))
            })
        }),
        at_most: own("at_most").and_then(|value| {
            let accepted = "a number from 1 to 1000 per minute, hour or day, as in `20 per hour`";
            value.read(|text| {
                digest::rate(text).ok_or_else(|| refusal(format!("`{text}` is no rate"), accepted))
            })
        }),
    }
}
