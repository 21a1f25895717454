//! `[browser]`, and `browser` of a source: pages that need scripts.

use crate::fetch::browser::Settings;
use crate::model::Rendering;

use super::text::{duration, size};
use super::value::{Table, Value, refusal};

/// Reads `[browser]`.
pub(super) fn read(root: &Table<'_>) -> Settings {
    let mut browser = Settings::default();
    let keys = ["path", "sandbox", "pages", "memory", "timeout"];
    let Some(table) = root.get("browser").and_then(|value| value.table(&keys)) else { return browser };
    browser.path =
        table.get("path").and_then(|value| value.text().map(|path| value.context.folder.join(path)));
    if let Some(sandbox) = table.get("sandbox").and_then(|value| value.boolean()) {
        browser.sandbox = sandbox;
    }
    if let Some(pages) = table.get("pages").and_then(|value| value.integer(1..=32)) {
        browser.pages = pages as usize;
    }
    if let Some(bytes) = table.get("memory").and_then(|value| value.read(memory)) {
        browser.memory = bytes;
    }
    if let Some(time) = table.get("timeout").and_then(|value| value.read(duration)) {
        browser.timeout = time;
        browser.settle = browser.settle.min(time * 2 / 3);
        browser.patience = browser.patience.min(time / 3);
    }
    browser
}

/// A Chromium with less can't show anything.
fn memory(text: &str) -> Result<u64, super::value::Refusal> {
    const LEAST: u64 = 64 * 1024 * 1024;
    let accepted = "a size from 64 MiB to 1 GiB, as in `512 MiB`";
    match size(text) {
        Ok(bytes) if bytes >= LEAST => Ok(bytes),
        _ => Err(refusal(format!("`{text}` is no size that fits"), accepted)),
    }
}

/// `true`, `false` or `"auto"`.
pub(super) fn rendering(value: &Value<'_>) -> Option<Rendering> {
    if value.is_boolean() {
        return value.boolean().map(|always| if always { Rendering::Always } else { Rendering::Never });
    }
    value.read(|text| match text {
        "auto" => Ok(Rendering::Auto),
        _ => Err(refusal(format!("`{text}` is neither"), "true, false or \"auto\"")),
    })
}
