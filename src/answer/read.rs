//! An answer as received → what is watched of it.

use jsonpath_rust::JsonPath as _;
use serde_json::Value;

use super::parts::{Parts, Status};
use crate::extract::{Ignore, Reading};
use crate::model::{Clause, Digest, Snapshot, Watch};

/// Counts up whenever the same answer may give another text.
const VERSION: u32 = 1;
/// A larger body is not read as JSON, in bytes: what a query holds of it is many times as large. No list of models is.
const LARGEST: usize = 4 * 1024 * 1024;
/// Values beyond so many, over all paths, are left out, and the text says so.
const MOST_VALUES: usize = 5_000;
/// A longer value is cut, in characters.
const LONGEST_VALUE: usize = 200;

/// How answers are read: another way is known to be one, so that texts read differently are never compared.
pub fn reading(watch: &Watch, ignore: &[String]) -> String {
    let chosen = serde_json::to_vec(&(&watch.headers, &watch.json, ignore)).unwrap_or_default();
    format!("a{VERSION}+{}", &Digest::of(&chosen).to_string()[..12])
}

/// Whether a text is a path of JSON values.
pub fn is_path(text: &str) -> bool {
    jsonpath_rust::parser::parse_json_path(text).is_ok()
}

/// Reads what is watched of an answer; `unmatched` names what it doesn't have, if it is one that should have it.
pub fn read(page: &Snapshot, watch: &Watch, ignore: &Ignore) -> Reading {
    let fine = (200..300).contains(&page.status);
    let body = (!watch.json.is_empty()).then(|| json(&page.body));
    let lacks_json = fine && body == Some(None);
    let headers: Vec<(String, String)> =
        watch.headers.iter().filter_map(|name| kept(name, &header(page, name)?, ignore)).collect();
    let mut left = MOST_VALUES;
    let json = |path: &String| {
        let values = body.as_ref().and_then(Option::as_ref).map(|body| values(body, path, ignore, &mut left));
        (path.clone(), values.unwrap_or_default())
    };
    let json: Vec<(String, Vec<String>)> = watch.json.iter().map(json).collect();
    let parts = Parts { status: Status { code: page.status, lacks_json }, headers, json };
    let unmatched = if fine { unmatched(&parts, watch) } else { Vec::new() };
    Reading { text: parts.to_text(), unmatched, skeleton: None }
}

fn json(body: &[u8]) -> Option<Value> {
    if body.len() > LARGEST { None } else { serde_json::from_slice(body).ok() }
}

/// The values of a header, in one line.
fn header(page: &Snapshot, name: &str) -> Option<String> {
    let values = page.headers.iter().filter(|(n, _)| n == name).map(|(_, value)| value.trim());
    let values: Vec<&str> = values.collect();
    (!values.is_empty()).then(|| line(&values.join(", ")))
}

/// A header without what is to be ignored.
fn kept(name: &str, value: &str, ignore: &Ignore) -> Option<(String, String)> {
    let mut clause = Clause::paragraph(value);
    ignore.cut(&mut clause).then(|| (name.to_owned(), clause.text))
}

/// What stands at a path, sorted; what is beyond all bounds is said in the last line.
fn values(body: &Value, path: &str, ignore: &Ignore, left: &mut usize) -> Vec<String> {
    // The configuration has been read, so that it is a path; a query of values can't fail.
    let found = body.query(path).unwrap_or_default();
    let mut values: Vec<String> = found
        .into_iter()
        .filter_map(|value| {
            let mut clause = Clause::paragraph(line(&match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            }));
            ignore.cut(&mut clause).then_some(clause.text)
        })
        .collect();
    values.sort_unstable();
    let all = values.len();
    values.truncate(*left);
    *left -= values.len();
    if values.len() < all {
        values.push(format!("… more than {MOST_VALUES} values are not watched"));
    }
    values
}

/// One line of text that isn't too long.
fn line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let text = words.join(" ");
    match text.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn unmatched(parts: &Parts, watch: &Watch) -> Vec<String> {
    let headers = watch.headers.iter().filter(|name| !parts.headers.iter().any(|(has, _)| has == *name));
    let paths = parts.json.iter().filter(|(_, values)| values.is_empty()).map(|(path, _)| path);
    headers.chain(paths).cloned().collect()
}
