//! `[fetch]`: how pages are fetched.

use std::net::IpAddr;

use ipnet::IpNet;
use url::Url;

use crate::fetch::Settings;

use super::text::{duration, gap, size};
use super::value::{Refusal, Table, refusal};

const MAX_NETWORKS: usize = 1000;
const MAX_PORTS: usize = 100;
const MAX_CONTACT: usize = 200;

/// Reads `[fetch]`.
pub(super) fn read(root: &Table<'_>) -> Settings {
    let mut fetch = Settings::default();
    let keys =
        ["concurrency", "per_host", "gap", "contact", "allow_private", "allow_ports", "max_body", "timeout"];
    let Some(table) = root.get("fetch").and_then(|value| value.table(&keys)) else { return fetch };
    if let Some(concurrency) = table.get("concurrency").and_then(|value| value.integer(1..=256)) {
        fetch.concurrency = concurrency as usize;
    }
    if let Some(visits) = table.get("per_host").and_then(|value| value.integer(1..=16)) {
        fetch.per_host = visits as usize;
    }
    fetch.gap = table.get("gap").and_then(|value| value.read(gap));
    let ports = table.get("allow_ports").and_then(|value| value.array(MAX_PORTS)).unwrap_or_default();
    fetch.allow_ports = ports
        .iter()
        .filter_map(|value| value.integer(1..=65_535))
        .filter_map(|n| n.try_into().ok())
        .collect();
    fetch.contact = table.get("contact").and_then(|value| value.read(contact));
    let networks =
        table.get("allow_private").and_then(|value| value.one_or_many(MAX_NETWORKS)).unwrap_or_default();
    fetch.allow_private = networks.iter().filter_map(|value| value.read(network)).collect();
    if let Some(bytes) = table.get("max_body").and_then(|value| value.read(size)) {
        fetch.max_body = bytes;
    }
    if let Some(time) = table.get("timeout").and_then(|value| value.read(duration)) {
        fetch.timeout = time;
    }
    fetch
}

/// It goes into a header, within parentheses: plain characters only.
fn contact(text: &str) -> Result<String, Refusal> {
    let plain =
        text.len() <= MAX_CONTACT && text.bytes().all(|b| b.is_ascii_graphic() && !b"()\\".contains(&b));
    let known = Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "mailto" | "http" | "https"));
    if plain && known {
        return Ok(text.to_owned());
    }
    let refusal = refusal(
        format!("`{text}` is not a contact"),
        "`mailto:you@example.com` or `https://example.com/bot`",
    );
    Err(if text.contains('@') && !text.contains(':') {
        refusal.help(format!("write `mailto:{text}`"))
    } else {
        refusal
    })
}

fn network(text: &str) -> Result<IpNet, Refusal> {
    text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).map_err(|_| {
        refusal(
            format!("`{text}` is not a network"),
            "a network like `127.0.0.0/8` or an address like `10.0.0.7`",
        )
    })
}
