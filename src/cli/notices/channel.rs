//! A channel of the configuration, by name.

use crate::channel::{self, Channel};
use crate::cli::{Failure, Global};
use crate::config::Config;
use crate::model::ChannelName;
use crate::store::{DisabledChannel, Store};

/// A channel that a person named.
pub(super) struct Named {
    pub name: ChannelName,
    pub channel: Box<dyn Channel>,
    settings: channel::Settings,
}

impl Named {
    /// Sets up the channel `name` as it is configured.
    pub fn of(config: &Config, name: &str) -> Result<Self, Failure> {
        let parsed: Option<ChannelName> = name.parse().ok();
        let found = parsed.and_then(|name| config.channels.get_key_value(&name));
        let (name, settings) = found.ok_or_else(|| unknown(config, name))?;
        let channel = channel::build(settings.clone(), &config.fetch.allow_private)
            .map_err(|why| Failure::usage(format!("error: channel `{name}`: {why}")))?;
        Ok(Self { name: name.clone(), channel, settings: settings.clone() })
    }

    /// Since when and why the channel is switched off, if it still is with the settings it has now.
    pub async fn disabled(
        &self,
        global: &Global,
        config: &Config,
    ) -> Result<Option<DisabledChannel>, Failure> {
        let database = global.database(Some(config))?;
        if !database.exists() {
            return Ok(None);
        }
        let store = Store::open(&database).await?;
        Ok(store.sync_channels(vec![(self.name.clone(), self.settings.digest())]).await?.pop())
    }
}

fn unknown(config: &Config, name: &str) -> Failure {
    let failure = Failure::usage(format!("error: {} has no channel `{name}`", config.path.display()));
    let names: Vec<String> = config.channels.keys().map(|name| format!("`{name}`")).collect();
    match names.is_empty() {
        true => failure.hint("a channel is a table [channels.NAME.KIND], as in [channels.ops.webhook]"),
        false => failure.hint(format!("it has {}", names.join(", "))),
    }
}
