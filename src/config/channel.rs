//! `[channels.NAME.KIND]`: who is told; what stands beside it in `[channels.NAME]` is read by `policy`.

use super::policy;
use super::text::http_url;
use super::timing::Channels;
use super::value::{Table, Value, refusal};
use crate::channel::Settings;
use crate::channel::webhook::{self, InvalidSecret};
use crate::model::{ChannelName, Secret};

/// The kinds of channels, each a table.
const KINDS: [&str; 1] = ["webhook"];

const MAX_CHANNELS: usize = 100;
const MAX_SECRETS: usize = 10;

/// Reads `[channels]`.
pub(super) fn read(root: &Table<'_>) -> Channels {
    let members = root.get("channels").and_then(|value| value.named(MAX_CHANNELS)).unwrap_or_default();
    let mut channels = Channels::new();
    for (name, value) in members {
        match name.get_ref().parse::<ChannelName>() {
            Ok(name) => {
                channels.insert(name, channel(&value));
            }
            Err(_) => {
                let accepted = "a name in a-z, 0-9, `-`, `_`, `.`, at most 100 bytes";
                value.refuse(refusal(format!("`{}` is not a channel name", name.get_ref()), accepted));
            }
        }
    }
    channels
}

fn channel(value: &Value<'_>) -> Option<Settings> {
    let table = value.table(&[&KINDS[..], &policy::KEYS].concat())?;
    let Some(webhook) = table.get("webhook") else {
        let name = &value.key;
        // What else stands there was refused already.
        if table.has_only(&policy::KEYS) {
            table.refuse(format!("`{name}`: a channel of no kind"), format!("expected `[{name}.webhook]`"));
        }
        return None;
    };
    webhook_of(&webhook.table(&["url", "secret", "secrets"])?).map(Settings::Webhook)
}

fn webhook_of(table: &Table<'_>) -> Option<webhook::Settings> {
    let url = table.require("url", "\"https://…\"").and_then(|value| {
        let url = value.secret()?;
        http_url(url.reveal()).map_err(|refusal| value.refuse(refusal)).ok()
    });
    let members = match (table.get("secret"), table.get("secrets")) {
        (Some(_), Some(several)) => {
            several.refuse(refusal("both `secret` and `secrets`", "one of them"));
            None
        }
        (None, Some(several)) => several.array(MAX_SECRETS),
        // Not signed: some receivers know their senders by the address alone.
        (None, None) => return Some(webhook::Settings::new(url?)),
        (Some(one), None) => Some(vec![one]),
    }?;
    if members.is_empty() {
        table.refuse("no secret to sign with".into(), "expected at least one in `secrets`".into());
        return None;
    }
    let secrets: Vec<Secret> = members.iter().filter_map(signing_secret).collect();
    Some(webhook::Settings { secrets, ..webhook::Settings::new(url?) })
}

/// A secret that can be signed with, as Standard Webhooks has them.
fn signing_secret(value: &Value<'_>) -> Option<Secret> {
    let secret = value.secret()?;
    match webhook::Key::parse(&secret) {
        Ok(_) => Some(secret),
        Err(error) => {
            let found = match error {
                InvalidSecret::Prefix => "a secret without `whsec_`".to_owned(),
                InvalidSecret::Encoding => "a secret that is not base64".to_owned(),
                InvalidSecret::Length(bytes) => format!("a secret of {bytes} bytes"),
            };
            let accepted = "`whsec_` and the base64 of 24 to 64 bytes";
            let help = "make one: echo whsec_$(openssl rand -base64 32)";
            value.refuse(refusal(found, accepted).help(help));
            None
        }
    }
}
