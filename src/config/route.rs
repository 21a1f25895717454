//! `[[route]]`: which notices go where.

use super::suggest::closest;
use super::timing::{Channels, notify};
use super::topics::{Rules, severity};
use super::value::{Refusal, Table, Value, any_of, refusal};
use crate::model::News;
use crate::route::{Pattern, Route, Words};

const MAX_ROUTES: usize = 1_000;
/// Most names, topics or words in one key.
const MAX_NAMES: usize = 1_000;

const KEYS: [&str; 10] =
    ["name", "service", "source", "terms", "topic", "severity", "words", "news", "notify", "continue"];

const NEWS: [&str; 11] = [
    "changed",
    "pinned",
    "diverged",
    "effective",
    "unreviewed",
    "degraded",
    "recovered",
    "blind",
    "channel_failing",
    "channel_recovered",
    "heartbeat",
];

/// Reads every `[[route]]`.
pub(super) fn read(root: &Table<'_>, channels: &Channels, topics: &Rules<'_>) -> Vec<Route> {
    let members = root.get("route").and_then(|value| {
        if value.is_table() {
            value.refuse(refusal("found a single table", "`[[route]]`, in double brackets"));
            return None;
        }
        value.array(MAX_ROUTES)
    });
    let members = members.unwrap_or_default();
    members.iter().take_while(|m| !m.context.is_full()).filter_map(|m| route(m, channels, topics)).collect()
}

fn route(value: &Value<'_>, channels: &Channels, topics: &Rules<'_>) -> Option<Route> {
    let table = value.table(&KEYS)?;
    table.require("notify", "[\"ops\"]");
    Some(Route {
        name: table.get("name").and_then(|value| value.text().map(str::to_owned)),
        service: patterns(&table, "service"),
        source: patterns(&table, "source"),
        terms: patterns(&table, "terms"),
        topic: members(&table, "topic").iter().filter_map(|v| v.read(|text| topics.topic(text))).collect(),
        severity: table.get("severity").and_then(|value| value.read(severity)),
        words: words(&table),
        news: members(&table, "news").iter().filter_map(|value| value.read(news)).collect(),
        notify: notify(&table, channels).unwrap_or_default(),
        goes_on: table.get("continue").and_then(|value| value.boolean()).unwrap_or(false),
    })
}

fn members<'a>(table: &Table<'a>, key: &str) -> Vec<Value<'a>> {
    let Some(value) = table.get(key) else { return Vec::new() };
    let members = value.one_or_many(MAX_NAMES).unwrap_or_default();
    if members.is_empty() && value.is_array() {
        // It would fit everything, or nothing: who writes it means neither for sure.
        value.refuse(refusal("an empty list", "at least one, or no such key"));
    }
    members
}

fn patterns(table: &Table<'_>, key: &str) -> Vec<Pattern> {
    let pattern = |value: &Value<'_>| {
        value.read(|text| {
            Pattern::parse(text).map_err(|error| {
                refusal(format!("`{text}` is no pattern ({error})"), "a name, or a glob like `openai/*`")
            })
        })
    };
    members(table, key).iter().filter_map(pattern).collect()
}

fn words(table: &Table<'_>) -> Vec<Words> {
    let words = |value: &Value<'_>| {
        value.read(|text| {
            Words::parse(text).ok_or_else(|| refusal("no word", "a word or phrase, as in `suspen*`"))
        })
    };
    members(table, "words").iter().filter_map(words).collect()
}

/// A kind of news, as the model itself reads it.
fn news(text: &str) -> Result<News, Refusal> {
    let known = NEWS.contains(&text).then(|| serde_json::from_value(text.into()).ok()).flatten();
    known.ok_or_else(|| {
        let refusal = refusal(format!("`{text}` is no kind of news"), any_of(&NEWS));
        match closest(text, &NEWS) {
            Some(near) => refusal.help(format!("did you mean `{near}`?")),
            None => refusal,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_news_that_can_be_written_is_one_of_the_model() {
        assert!(NEWS.iter().all(|name| news(name).is_ok()));
        assert!(news("test").is_err());
    }
}
