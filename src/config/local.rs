//! `[channels.NAME.command]`, `apprise`, `file` and `stdout`: channels by way of this machine.

use std::path::PathBuf;
use std::time::Duration;

use super::chat::{template, with_template};
use super::secret::is_variable;
use super::value::{Table, Value, any_of, refusal};
use crate::channel::{Settings, Shape, apprise as relay, command as program, file as log, stdout as out};
use crate::model::Secret;

/// Most arguments of a program, and most variables of its environment.
const MAX_ARGUMENTS: usize = 100;
/// Seconds that a program may run at most: a delivery as a whole is cut off after two minutes.
const LONGEST: u32 = 100;

/// `[channels.NAME.command]`
pub(super) fn command(settings: &Value<'_>) -> Option<Settings> {
    let table = settings.table(&["program", "args", "env", "timeout"])?;
    let program =
        table.require("program", "\"/usr/local/bin/on-change\"").and_then(|value| program_of(&value));
    let arguments = table.get("args").map(|value| arguments(&value));
    let environment = table.get("env").map(|value| environment(&value)).unwrap_or_default();
    let timeout = timeout(&table, program::Settings::TIMEOUT);
    Some(Settings::Command(program::Settings {
        program: program?,
        arguments: arguments.unwrap_or_else(|| Some(Vec::new()))?,
        environment,
        timeout: timeout?,
    }))
}

/// A program: a path, relative to the configuration, or a name without a slash, which is found on the `PATH`.
pub(super) fn program_of(value: &Value<'_>) -> Option<PathBuf> {
    let text = value.text()?;
    Some(if text.contains('/') { value.context.folder.join(text) } else { PathBuf::from(text) })
}

fn arguments(value: &Value<'_>) -> Option<Vec<String>> {
    value.array(MAX_ARGUMENTS)?.iter().map(|value| value.text().map(str::to_owned)).collect()
}

/// Variables by name; their values may be secrets.
pub(super) fn environment(value: &Value<'_>) -> Vec<(String, Secret)> {
    let mut environment = Vec::new();
    for (name, value) in value.named(MAX_ARGUMENTS).unwrap_or_default() {
        let name = *name.get_ref();
        if !is_variable(name) || name.starts_with("FINEPRINT_") {
            let accepted = "letters, digits and `_`, not beginning with `FINEPRINT_`";
            value.refuse(refusal(format!("`{name}` is not a name for a variable"), accepted));
        }
        environment.extend(value.secret().map(|secret| (name.to_owned(), secret)));
    }
    environment
}

/// How long a program may run.
pub(super) fn timeout(table: &Table<'_>, usual: Duration) -> Option<Duration> {
    let Some(value) = table.get("timeout") else { return Some(usual) };
    value.read(|text| {
        let accepted = format!("a time from 1 to {LONGEST} seconds, as in `30s`");
        let seconds = text.strip_suffix('s').and_then(|number| number.trim_end().parse().ok());
        let seconds = seconds.filter(|seconds| (1..=LONGEST).contains(seconds));
        let refused = || refusal(format!("`{text}` is not a time for this"), accepted);
        seconds.map(|seconds| Duration::from_secs(seconds.into())).ok_or_else(refused)
    })
}

/// `[channels.NAME.apprise]`
pub(super) fn apprise(settings: &Value<'_>) -> Option<Settings> {
    let table = settings.table(&["urls", "program", "limit", "timeout", "template", "template_file"])?;
    let urls = table.require("urls", "\"${APPRISE_URL}\"").and_then(|value| urls(&value));
    let program = table.get("program").map(|value| program_of(&value));
    let limit = table.get("limit").map(|value| value.integer(500..=100_000));
    let timeout = timeout(&table, relay::Settings::TIMEOUT);
    let template = template(&table)?;
    let apprise = relay::Settings {
        program: program.unwrap_or_else(|| Some(PathBuf::from(relay::Settings::PROGRAM)))?,
        urls: urls?,
        limit: limit.map_or(Some(relay::Settings::LIMIT), |limit| limit.map(|n| n as usize))?,
        timeout: timeout?,
        template: None,
    };
    with_template(Settings::Apprise(apprise), template)
}

/// Addresses in Apprise's notation: `SCHEME://…`, in one word.
fn urls(value: &Value<'_>) -> Option<Vec<Secret>> {
    let members = value.one_or_many(MAX_ARGUMENTS)?;
    if members.is_empty() {
        value.refuse(refusal("nowhere to send to", "at least one address"));
        return None;
    }
    let url = |value: &Value<'_>| {
        let url = value.secret()?;
        let scheme = url.reveal().split_once("://").map(|(scheme, _)| scheme);
        let is_scheme = scheme.is_some_and(|s| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric()));
        if is_scheme && !url.reveal().contains([' ', ',']) {
            return Some(url);
        }
        let help = "write a space as %20 and a comma as %2C";
        value.refuse(refusal("not an address of Apprise's", "`SCHEME://…` in one word").help(help));
        None
    };
    let read: Vec<Option<Secret>> = members.iter().map(url).collect();
    read.into_iter().collect()
}

/// `[channels.NAME.file]`
pub(super) fn file(settings: &Value<'_>) -> Option<Settings> {
    let table = settings.table(&["path", "format", "template", "template_file"])?;
    let path = table.require("path", "\"notices.jsonl\"").and_then(|value| {
        let path = value.context.folder.join(value.text()?);
        Some(path)
    });
    let shape = shape(&table, Shape::Json);
    let template = template(&table)?;
    with_template(Settings::File(log::Settings { path: path?, shape: shape? }), template)
}

/// `[channels.NAME.stdout]`
pub(super) fn stdout(settings: &Value<'_>) -> Option<Settings> {
    let table = settings.table(&["format", "template", "template_file"])?;
    let shape = shape(&table, Shape::Text(None));
    let template = template(&table)?;
    with_template(Settings::Stdout(out::Settings { shape: shape? }), template)
}

/// What a notice looks like there; a template makes it text.
fn shape(table: &Table<'_>, usual: Shape) -> Option<Shape> {
    let Some(value) = table.get("format") else { return Some(usual) };
    let shape = value.read(|text| match text {
        "json" => Ok(Shape::Json),
        "text" => Ok(Shape::Text(None)),
        _ => Err(refusal(format!("`{text}` is not a format"), any_of(&["json", "text"]))),
    })?;
    let has_template = table.get("template").is_some() || table.get("template_file").is_some();
    if shape == Shape::Json && has_template {
        value.refuse(refusal("a template where the format is `json`", "`text`, or no template"));
        return None;
    }
    Some(shape)
}
