//! `[channels.NAME.slack]` and the other chats.

use url::Url;

use super::text::http_url;
use super::value::{Table, Value, refusal};
use crate::channel::{Hook, Settings, github, matrix, ntfy, telegram};
use crate::model::Secret;

/// Largest accepted template, in bytes.
const MAX_TEMPLATE: usize = 64 * 1024;
/// Most labels of an issue (GitHub: 100).
const MAX_LABELS: usize = 100;

/// A chat that knows its sender by the address it posts to.
pub(super) fn hook(settings: &Value<'_>, kind: fn(Hook) -> Settings) -> Option<Settings> {
    let table = settings.table(&["url", "template", "template_file"])?;
    let url = secret_url(&table);
    let template = template(&table);
    with_template(kind(Hook::new(url?)), template?)
}

/// `[channels.NAME.telegram]`
pub(super) fn telegram(settings: &Value<'_>) -> Option<Settings> {
    let table = settings.table(&["token", "chat", "thread", "server", "template", "template_file"])?;
    let chat = table.require("chat", "\"-1001234567890\"").and_then(|value| {
        value.read(|text| {
            let name = text.strip_prefix('@').is_some_and(|name| is_name(name, "_"));
            let number = text.strip_prefix('-').unwrap_or(text);
            let number =
                !number.is_empty() && number.len() < 20 && number.bytes().all(|b| b.is_ascii_digit());
            let accepted = "a chat's number, or `@` and the name of a public channel";
            let refused = || refusal("not a chat", accepted);
            (name || number).then(|| text.to_owned()).ok_or_else(refused)
        })
    });
    let token = token(table.require("token", "\"${TELEGRAM_TOKEN}\""));
    let thread = table.get("thread").map(|value| value.integer(1..=u32::MAX));
    let server = server(&table, Some(telegram::Settings::SERVER));
    let template = template(&table)?;
    let thread = thread.map_or(Some(None), |read| read.map(Some))?;
    let chat = telegram::Settings { token: token?, chat: chat?, thread, server: server?, template: None };
    with_template(Settings::Telegram(chat), template)
}

/// `[channels.NAME.matrix]`
pub(super) fn matrix(settings: &Value<'_>) -> Option<Settings> {
    let table = settings.table(&["server", "token", "room", "template", "template_file"])?;
    let room = table.require("room", "\"!abc:example.org\"").and_then(|value| {
        value.read(|text| {
            let help = "an alias `#…` won't do: the room's settings show its id under Advanced";
            let refused = || refusal("not a room's id", "an id that begins with `!`").help(help);
            let fits = text.starts_with('!') && text.len() <= 255;
            fits.then(|| text.to_owned()).ok_or_else(refused)
        })
    });
    let server = server(&table, None);
    let token = token(table.require("token", "\"${MATRIX_TOKEN}\""));
    let template = template(&table)?;
    let room = matrix::Settings { server: server?, token: token?, room: room?, template: None };
    with_template(Settings::Matrix(room), template)
}

/// `[channels.NAME.ntfy]`
pub(super) fn ntfy(settings: &Value<'_>) -> Option<Settings> {
    let table = settings.table(&["server", "topic", "token", "template", "template_file"])?;
    let topic = table.require("topic", "\"${NTFY_TOPIC}\"").and_then(|value| {
        let topic = value.secret()?;
        if is_name(topic.reveal(), "-_") && topic.reveal().len() <= 64 {
            return Some(topic);
        }
        value.refuse(refusal("not a topic", "letters, digits, `-` and `_`, at most 64"));
        None
    });
    let token = table.get("token").map(|value| token(Some(value)));
    let server = server(&table, Some(ntfy::Settings::SERVER));
    let template = template(&table)?;
    let token = token.map_or(Some(None), |read| read.map(Some))?;
    let topic = ntfy::Settings { server: server?, topic: topic?, token, template: None };
    with_template(Settings::Ntfy(topic), template)
}

/// `[channels.NAME.github]`
pub(super) fn github(settings: &Value<'_>) -> Option<Settings> {
    let table = settings.table(&["repository", "token", "labels", "server", "template", "template_file"])?;
    let repository = table.require("repository", "\"owner/name\"").and_then(|value| {
        value.read(|text| {
            let refused = || refusal("not a repository", "`owner/name`");
            let fits = text
                .split_once('/')
                .is_some_and(|(owner, name)| is_name(owner, "-_.") && is_name(name, "-_."));
            fits.then(|| text.to_owned()).ok_or_else(refused)
        })
    });
    let token = token(table.require("token", "\"${GITHUB_TOKEN}\""));
    let labels = table.get("labels").and_then(|value| value.one_or_many(MAX_LABELS)).unwrap_or_default();
    let labels = labels.iter().filter_map(|label| label.text().map(str::to_owned)).collect();
    let server = server(&table, Some(github::Settings::SERVER));
    let template = template(&table)?;
    let github =
        github::Settings { repository: repository?, token: token?, labels, server: server?, template: None };
    with_template(Settings::GitHub(github), template)
}

/// A secret that can stand in a header and in a path.
fn token(value: Option<Value<'_>>) -> Option<Secret> {
    let value = value?;
    let token = value.secret()?;
    if token.reveal().bytes().all(|b| b.is_ascii_graphic() && !b"/?#%".contains(&b)) {
        return Some(token);
    }
    value.refuse(refusal("not a token", "letters, digits and signs without spaces"));
    None
}

/// The address under `server`, or the usual one.
fn server(table: &Table<'_>, usual: Option<&str>) -> Option<Url> {
    match (table.get("server"), usual) {
        (Some(value), _) => value.read(http_url),
        (None, Some(usual)) => Url::parse(usual).ok(),
        (None, None) => {
            table.require("server", "\"https://matrix.example.org\"");
            None
        }
    }
}

/// Letters, digits and `signs`, at least one.
fn is_name(text: &str, signs: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || signs.contains(c))
}

/// The address under `url`, which may be a secret.
pub(super) fn secret_url(table: &Table<'_>) -> Option<Url> {
    let value = table.require("url", "\"https://…\"")?;
    let url = value.secret()?;
    http_url(url.reveal()).map_err(|refusal| value.refuse(refusal)).ok()
}

/// A template and where it stands: under `template`, or in the file that `template_file` names. `None` where it is
/// wrong, `Some(None)` where there is none.
pub(super) fn template<'a>(table: &Table<'a>) -> Option<Option<(Value<'a>, String)>> {
    match (table.get("template"), table.get("template_file")) {
        (Some(_), Some(file)) => {
            file.refuse(refusal("both `template` and `template_file`", "one of them"));
            None
        }
        (Some(inline), None) => {
            let text = inline.lines(MAX_TEMPLATE)?.to_owned();
            Some(Some((inline, text)))
        }
        (None, Some(file)) => {
            let text = file.file(MAX_TEMPLATE)?;
            Some(Some((file, text)))
        }
        (None, None) => Some(None),
    }
}

/// The settings with the operator's form, which is tried here.
pub(super) fn with_template(settings: Settings, template: Option<(Value<'_>, String)>) -> Option<Settings> {
    let Some((value, source)) = template else { return Some(settings) };
    match settings.with_template(&source) {
        Ok(settings) => Some(settings),
        Err(fault) => {
            let help = "docs/channels.md lists what a template can name";
            let found = format!("the template can't be used: {fault}");
            value.refuse(refusal(found, "a template that prints a sample notice").help(help));
            None
        }
    }
}
