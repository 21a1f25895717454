//! `[evidence]`: who witnesses what is recorded.

use super::text::http_url;
use super::value::{Table, refusal};
use crate::archive::witness::{Key, Settings};

/// A key in PEM has some 120 bytes; this leaves room for comments.
const MAX_KEY: usize = 16 << 10;

/// Reads `[evidence]`.
pub(super) fn read(root: &Table<'_>) -> Settings {
    let Some(table) = root.get("evidence").and_then(|value| value.table(&["key", "timestamp"])) else {
        return Settings::default();
    };
    let key = table.get("key").and_then(|value| {
        let pem = value.file(MAX_KEY)?;
        Key::from_pem(&pem)
            .map_err(|error| value.refuse(refusal("a file that holds no key", error.to_string())))
            .ok()
    });
    let timestamp = table.get("timestamp").and_then(|value| value.read(http_url));
    Settings { key, timestamp }
}
