//! What a failing API says for itself.

use serde_json::Value;

use crate::model::Snapshot;

/// Longer messages are cut, in characters.
const LONGEST: usize = 200;
/// A longer body is no message, in bytes.
const LARGEST: usize = 64 * 1024;
/// Where APIs put it, most telling first (RFC 9457 has `detail` and `title`).
const KEYS: [&str; 6] = ["message", "detail", "error_description", "title", "error", "code"];

/// The words in which an answer says why it failed, in one line; `None` where it gives none.
pub fn message(page: &Snapshot) -> Option<String> {
    let body = Some(&page.body).filter(|body| body.len() <= LARGEST)?;
    let said = match serde_json::from_slice::<Value>(body) {
        Ok(json) => said(&json)?,
        Err(_) if page.content_type().is_some_and(|kind| kind.starts_with("text/plain")) => {
            String::from_utf8_lossy(body).into_owned()
        }
        Err(_) => return None,
    };
    let words = said.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    let cut = line.char_indices().nth(LONGEST).map(|(end, _)| format!("{}…", &line[..end]));
    Some(cut.unwrap_or(line)).filter(|line| !line.is_empty())
}

/// The first of the keys that has words, here or one level below `error` or `errors`.
fn said(json: &Value) -> Option<String> {
    let inner = json.get("error").filter(|inner| inner.is_object());
    let inner = inner.or_else(|| json.get("errors")?.get(0));
    let at = |json: &Value| KEYS.iter().find_map(|key| json.get(key)?.as_str().map(str::to_owned));
    inner.and_then(at).or_else(|| at(json))
}
