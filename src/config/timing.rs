//! When to look and who is told: what `[defaults]` and each source can say.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::tz::{self, TimeZone};

use super::suggest::closest;
use super::text::age;
use super::value::{Refusal, Table, Value, any_of, refusal};
use crate::channel::Settings;
use crate::model::{ChannelName, Rendering, Schedule, Source};
use crate::schedule;

/// The schedule of a file that names none.
const SCHEDULE: &str = "every 6h";

/// Most channels that one source tells.
const MAX_NOTIFY: usize = 100;

/// Channels by name; `None` for one whose settings are wrong.
pub(super) type Channels = BTreeMap<ChannelName, Option<Settings>>;

/// What a source falls back to.
pub(super) struct Defaults {
    line: String,
    zone: TimeZone,
    notify: Vec<ChannelName>,
    max_age: SignedDuration,
    browser: Rendering,
}

impl Defaults {
    /// Reads `[defaults]`.
    pub(super) fn read(root: &Table<'_>, channels: &Channels) -> Self {
        let built_in = Self {
            line: SCHEDULE.into(),
            zone: TimeZone::UTC,
            notify: Vec::new(),
            max_age: Source::MAX_AGE,
            browser: Rendering::Never,
        };
        let keys = ["schedule", "timezone", "notify", "max_age", "proxy", "accept_language", "browser"];
        let table = root.get("defaults").and_then(|value| value.table(&keys));
        let Some(table) = table else { return built_in };
        let zone = table.get("timezone").and_then(|value| value.read(zone)).unwrap_or(TimeZone::UTC);
        let line = table.get("schedule").and_then(|value| {
            value.read(|text| schedule::parse(text, &zone).map(|_| text.to_owned()).map_err(Refusal::from))
        });
        Self {
            line: line.unwrap_or(built_in.line),
            zone,
            notify: notify(&table, channels).unwrap_or_default(),
            max_age: max_age(&table).unwrap_or(built_in.max_age),
            browser: browser(&table).unwrap_or(built_in.browser),
        }
    }

    /// The time zone of what names none.
    pub(super) fn zone(&self) -> TimeZone {
        self.zone.clone()
    }

    /// The schedule of a source, in its own time zone or the default one; `None` where it is wrong.
    pub(super) fn schedule(&self, source: &Table<'_>) -> Option<Schedule> {
        let own_zone = source.get("timezone").map(|value| value.read(zone));
        // With a zone that is wrong the line is read all the same, for its own errors.
        let zone = own_zone.clone().flatten().unwrap_or_else(|| self.zone.clone());
        let schedule = match source.get("schedule") {
            Some(value) => value.read(|text| schedule::parse(text, &zone).map_err(Refusal::from)),
            None => schedule::parse(&self.line, &zone).ok(),
        };
        schedule.filter(|_| own_zone != Some(None))
    }

    /// How long a source may show no policy before that is told.
    pub(super) fn max_age(&self, source: &Table<'_>) -> SignedDuration {
        max_age(source).unwrap_or(self.max_age)
    }

    /// Whether a source's page is rendered.
    pub(super) fn browser(&self, source: &Table<'_>) -> Rendering {
        browser(source).unwrap_or(self.browser)
    }

    /// Who is told about a source.
    pub(super) fn notify(&self, source: &Table<'_>, channels: &Channels) -> Vec<ChannelName> {
        notify(source, channels).unwrap_or_else(|| self.notify.clone())
    }
}

fn max_age(table: &Table<'_>) -> Option<SignedDuration> {
    table.get("max_age").and_then(|value| value.read(age))
}

fn browser(table: &Table<'_>) -> Option<Rendering> {
    table.get("browser").and_then(|value| super::browser::rendering(&value))
}

/// Reads the name of a time zone.
pub(super) fn zone(name: &str) -> Result<TimeZone, Refusal> {
    TimeZone::get(name).map_err(|_| {
        let known: Vec<String> = tz::db().available().map(|name| name.to_string()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let refusal = refusal(format!("`{name}` is not a time zone"), "a name like `Europe/Paris` or `UTC`");
        match closest(name, &known) {
            Some(near) => refusal.help(format!("did you mean `{near}`?")),
            None => refusal,
        }
    })
}

/// The channels named under `notify`; `None` where the key is absent.
pub(super) fn notify(table: &Table<'_>, channels: &Channels) -> Option<Vec<ChannelName>> {
    let members = table.get("notify")?.one_or_many(MAX_NOTIFY).unwrap_or_default();
    let mut names: Vec<ChannelName> = Vec::new();
    for name in members.iter().filter_map(|member| channel(member, channels)) {
        // Named twice is told once.
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Some(names)
}

fn channel(value: &Value<'_>, channels: &Channels) -> Option<ChannelName> {
    value.read(|text| {
        let found = channels.keys().find(|name| name.as_str() == text);
        found.cloned().ok_or_else(|| {
            let known: Vec<&str> = channels.keys().map(ChannelName::as_str).collect();
            let unknown = format!("`{text}` is not a channel");
            if known.is_empty() {
                return refusal(unknown, "a channel of this file, which has none")
                    .help(format!("add [channels.{text}.webhook] with its url and secret"));
            }
            let refusal = refusal(unknown, any_of(&known));
            match closest(text, &known) {
                Some(near) => refusal.help(format!("did you mean `{near}`?")),
                None => refusal,
            }
        })
    })
}

impl From<schedule::Error> for Refusal {
    fn from(error: schedule::Error) -> Self {
        refusal(error.found(), error.accepted())
    }
}
