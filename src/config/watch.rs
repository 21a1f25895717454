//! `kind = "api"` and `[source.watch]`: an API that one calls oneself.

use super::access::is_head;
use super::source::is_token;
use super::value::{Refusal, Table, Value, any_of, refusal};
use crate::answer;
use crate::model::{Request, Watch};

const MAX_HEADERS: usize = 50;
const MAX_PATHS: usize = 20;
const MAX_LIMITS: usize = 50;
/// Longest accepted path, in bytes.
const MAX_PATH: usize = 200;

/// What is watched of an API's answer; `None` for a page.
pub(super) fn read(table: &Table<'_>, request: &Request) -> Option<Watch> {
    let watch = table.get("watch");
    if !is_api(table) {
        if let Some(watch) = watch {
            watch.refuse(refusal("only the answer of an API is watched so", "`kind = \"api\"` beside it"));
        }
        return None;
    }
    for key in ["select", "remove"] {
        if let Some(value) = table.get(key) {
            value.refuse(refusal("an API's answer has no such parts", "`watch.headers` and `watch.json`"));
        }
    }
    if let Some(value) = table.get("browser") {
        value.refuse(refusal("an API's answer is no page", "no such key"));
    }
    let Some(watch) = watch.and_then(|value| value.table(&["headers", "json", "at_least"])) else {
        return Some(Watch::default());
    };
    let headers: Vec<String> = list(&watch, "headers", MAX_HEADERS, header);
    let json: Vec<String> = list(&watch, "json", MAX_PATHS, path);
    if let Some(value) = watch.get("json").filter(|_| is_head(request)) {
        value.refuse(refusal("HEAD brings no body", "another method"));
    }
    let at_least = watch.get("at_least").map(|value| limits(&value, &headers, &json)).unwrap_or_default();
    Some(Watch { headers, json, at_least })
}

fn is_api(table: &Table<'_>) -> bool {
    const KINDS: [&str; 2] = ["page", "api"];
    let kind = table.get("kind").and_then(|value| {
        value.read(|text| {
            let refused = || refusal(format!("`{text}` is no kind of source"), any_of(&KINDS));
            KINDS.iter().find(|kind| **kind == text).ok_or_else(refused)
        })
    });
    kind == Some(&"api")
}

fn list(table: &Table<'_>, key: &str, max: usize, read: fn(&str) -> Result<String, Refusal>) -> Vec<String> {
    let members = table.get(key).and_then(|value| value.one_or_many(max)).unwrap_or_default();
    let mut list: Vec<String> = members.iter().filter_map(|member| member.read(read)).collect();
    let mut seen = std::collections::HashSet::new();
    // Named twice is watched once.
    list.retain(|name| seen.insert(name.clone()));
    list
}

fn header(text: &str) -> Result<String, Refusal> {
    let name = text.to_ascii_lowercase();
    match is_token(&name) {
        true => Ok(name),
        false => Err(refusal(format!("`{text}` is not the name of a header"), "letters, digits and `-`")),
    }
}

fn path(text: &str) -> Result<String, Refusal> {
    let accepted = "a path as in `$.data[*].id` (JSONPath, RFC 9535)";
    if text.len() > MAX_PATH {
        return Err(refusal(format!("a path of {} bytes", text.len()), format!("at most {MAX_PATH}")));
    }
    // Each `..` goes through all that the one before found: what a hostile answer makes of two has no bound.
    if text.matches("..").count() > 1 {
        return Err(refusal(format!("`{text}` has `..` more than once"), "it at most once"));
    }
    match answer::is_path(text) {
        true => Ok(text.to_owned()),
        false => Err(refusal(format!("`{text}` is not a path"), accepted)),
    }
}

/// What the watched numbers must not fall below.
fn limits(value: &Value<'_>, headers: &[String], json: &[String]) -> Vec<(String, f64)> {
    let mut limits = Vec::new();
    for (name, value) in value.named(MAX_LIMITS).unwrap_or_default() {
        let lower = name.get_ref().to_ascii_lowercase();
        let known = json.iter().find(|path| path == name.get_ref());
        match known.or_else(|| headers.iter().find(|header| **header == lower)) {
            Some(known) => limits.extend(value.number().map(|least| (known.clone(), least))),
            None => value.refuse(refusal(
                format!("`{}` is not watched", name.get_ref()),
                "a header or path that stands under `headers` or `json`",
            )),
        }
    }
    limits
}
