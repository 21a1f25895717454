//! `[channels.NAME.KIND]`: who is told; what stands beside it in `[channels.NAME]` is read by `policy`.

use super::chat::{github, hook, matrix, ntfy, secret_url, telegram};
use super::http::http;
use super::local::{apprise, command, file, stdout};
use super::mail::email;
use super::policy;
use super::timing::Channels;
use super::value::{Table, Value, refusal};
use crate::channel::Settings;
use crate::channel::webhook::{self, InvalidSecret};
use crate::model::{ChannelName, Secret};

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
    let kinds: Vec<(&str, Value<'_>)> =
        KINDS.iter().filter_map(|kind| Some((*kind, table.get(kind)?))).collect();
    match kinds.as_slice() {
        [(kind, settings)] => of_kind(kind, settings),
        [_, (_, second), ..] => {
            let accepted = "one kind; each kind is a channel with a name of its own";
            second.refuse(refusal("a channel of two kinds", accepted));
            None
        }
        [] => {
            let name = &value.key;
            // What else stands there was refused already.
            if table.has_only(&policy::KEYS) {
                let example = format!("expected a table like `[{name}.webhook]` or `[{name}.slack]`");
                table.refuse(format!("`{name}`: a channel of no kind"), example);
            }
            None
        }
    }
}

/// The kinds of channels, as their tables are called.
const KINDS: [&str; 15] = [
    "webhook",
    "slack",
    "discord",
    "teams",
    "mattermost",
    "telegram",
    "matrix",
    "ntfy",
    "github",
    "http",
    "email",
    "apprise",
    "command",
    "file",
    "stdout",
];

fn of_kind(kind: &str, settings: &Value<'_>) -> Option<Settings> {
    match kind {
        "slack" => hook(settings, Settings::Slack),
        "discord" => hook(settings, Settings::Discord),
        "teams" => hook(settings, Settings::Teams),
        "mattermost" => hook(settings, Settings::Mattermost),
        "telegram" => telegram(settings),
        "matrix" => matrix(settings),
        "ntfy" => ntfy(settings),
        "github" => github(settings),
        "http" => http(settings),
        "email" => email(settings),
        "apprise" => apprise(settings),
        "command" => command(settings),
        "file" => file(settings),
        "stdout" => stdout(settings),
        _ => webhook_of(&settings.table(&["url", "secret", "secrets"])?).map(Settings::Webhook),
    }
}

fn webhook_of(table: &Table<'_>) -> Option<webhook::Settings> {
    let url = secret_url(table);
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
