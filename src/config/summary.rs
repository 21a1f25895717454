//! `[summary]`: a machine that is asked to say in two sentences what changed.

use url::Url;

use super::text::{duration, http_url};
use super::value::{Table, Value, refusal};
use crate::model::SummarySettings;

const KEYS: [&str; 6] = ["url", "model", "key", "timeout", "calls_per_day", "tokens_per_day"];
/// Seconds that an answer may be waited for.
const TIMEOUTS: std::ops::RangeInclusive<u64> = 1..=300;
const MAX_NAME: usize = 200;

/// Reads `[summary]`, if there is one; without it nobody is asked.
pub(super) fn read(root: &Table<'_>) -> Option<SummarySettings> {
    let table = root.get("summary")?.table(&KEYS)?;
    let url = table.require("url", "\"https://llm.example.com/v1/chat/completions\"");
    let model = table.require("model", "\"llama3.2\"");
    let key = table.get("key").and_then(|value| value.secret());
    let number = |key: &str, default: u32, most: u32| match table.get(key) {
        Some(value) => value.integer(1..=most),
        None => Some(default),
    };
    let timeout = table.get("timeout").map(|value| {
        value.read(|text| {
            let accepted = "a duration from `1s` to `5m`";
            let read = duration(text)?;
            let fits = TIMEOUTS.contains(&read.as_secs());
            fits.then_some(read).ok_or_else(|| refusal(format!("`{text}` is out of bounds"), accepted))
        })
    });
    // All of it is read before anything is missed: a file shows every error it has.
    let url = url.and_then(|value| address(&value, key.is_some()));
    let model = model.and_then(|value| self::model(&value));
    let calls_per_day = number("calls_per_day", SummarySettings::CALLS_PER_DAY, 10_000);
    let tokens_per_day = number("tokens_per_day", SummarySettings::TOKENS_PER_DAY, 100_000_000);
    Some(SummarySettings {
        url: url?,
        model: model?,
        key,
        timeout: timeout.unwrap_or(Some(SummarySettings::TIMEOUT))?,
        calls_per_day: calls_per_day?,
        tokens_per_day: tokens_per_day?,
    })
}

/// The address; a key goes over the network only encrypted.
fn address(value: &Value<'_>, has_key: bool) -> Option<Url> {
    value.read(|text| {
        let url = http_url(text)?;
        let is_here = match url.host() {
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost",
            None => false,
        };
        if has_key && url.scheme() == "http" && !is_here {
            return Err(refusal("the key would go over the network in clear", "an https: address"));
        }
        Ok(url)
    })
}

fn model(value: &Value<'_>) -> Option<String> {
    value.read(|text| {
        let fits = !text.trim().is_empty() && text.len() <= MAX_NAME && !text.chars().any(char::is_control);
        let refused = || refusal("not a name of a model", "a name of at most 200 characters");
        fits.then(|| text.trim().to_owned()).ok_or_else(refused)
    })
}
