//! `${NAME}` and `${file:PATH}`: values that stay out of the file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::Env;
use super::value::{Refusal, Value, refusal};
use crate::model::Secret;

/// Largest accepted secret file, in bytes.
const MAX_FILE: u64 = 64 * 1024;

impl Value<'_> {
    /// Its text with `${NAME}` taken from the environment and `${file:PATH}` from a file; `$$` is a dollar.
    pub(super) fn secret(&self) -> Option<Secret> {
        self.read(|text| {
            let secret = expand(text, self.context.env, self.context.folder)?;
            if secret.reveal().chars().any(char::is_control) {
                return Err(refusal("a line break or control character in the value", "one line of text"));
            }
            Ok(secret)
        })
    }

    /// The same of a text that may have several lines, at most `max` bytes of it.
    pub(super) fn secret_text(&self, max: usize) -> Option<Secret> {
        let expanded = expand(self.lines(max)?, self.context.env, self.context.folder);
        expanded.map_err(|refusal| self.refuse(refusal)).ok()
    }
}

/// Replaces every reference; what was looked up is secret wherever it turns up. No error repeats a value.
fn expand(text: &str, env: Env<'_>, folder: &Path) -> Result<Secret, Refusal> {
    let (mut out, mut parts) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let reference = after.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let Some((name, after)) = reference else {
            return Err(refusal(
                "a `$` that begins no `${NAME}`",
                "`${NAME}`, `${file:PATH}`, or `$$` for a dollar",
            ));
        };
        let value = look_up(name, env, folder)?;
        out.push_str(&value);
        parts.push(value);
        rest = after;
    }
    out.push_str(rest);
    Ok(Secret::made_of(out, parts))
}

fn look_up(name: &str, env: Env<'_>, folder: &Path) -> Result<String, Refusal> {
    if let Some(path) = name.strip_prefix("file:") {
        return read_file(&folder.join(path)).map_err(|why| {
            refusal(format!("`${{file:{path}}}` {why}"), "a readable file of one line, at most 64 KiB")
        });
    }
    if !is_variable(name) {
        return Err(refusal("a `${…}` that names no variable", "letters, digits and `_`, or `file:PATH`"));
    }
    match env(name) {
        Some(value) if !value.trim().is_empty() => Ok(value),
        Some(_) => Err(refusal(format!("the environment variable `{name}` is empty"), "a value in it")),
        None => Err(refusal(format!("the environment variable `{name}` is not set"), "it to hold the value")
            .help(format!("set {name} where fineprint runs, or use `${{file:PATH}}`"))),
    }
}

/// Whether `name` can be a variable's.
pub(super) fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The contents without the line break that editors and `echo` leave at the end.
fn read_file(path: &Path) -> Result<String, String> {
    let mut text = Vec::new();
    // One byte more than accepted tells a file that is too large, even one that never ends.
    File::open(path)
        .and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut text))
        .map_err(|e| format!("can't be read: {e}"))?;
    if text.len() as u64 > MAX_FILE {
        return Err("is larger than 64 KiB".into());
    }
    let text = String::from_utf8(text).map_err(|_| "is not UTF-8 text".to_owned())?;
    let line = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if line.is_empty() { Err("is empty".into()) } else { Ok(line.to_owned()) }
}
