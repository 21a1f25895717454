//! `[store]`: where the archive is, and what of the pages it keeps.

use std::path::{Path, PathBuf};

use jiff::Span;

use super::value::{Refusal, Table, any_of, refusal};
use crate::model::{Keep, Retention};

/// The longest time that can be asked for, years.
const LONGEST: i16 = 1000;

/// What `[store]` says.
#[derive(Default)]
pub(super) struct Settings {
    pub(super) path: Option<PathBuf>,
    pub(super) retention: Retention,
}

/// Reads `[store]`; a relative path is relative to `folder`.
pub(super) fn read(root: &Table<'_>, folder: &Path) -> Settings {
    let keys = ["path", "keep", "pages_for", "disputed_for"];
    let Some(table) = root.get("store").and_then(|value| value.table(&keys)) else {
        return Settings::default();
    };
    let path = table.get("path").and_then(|value| value.read(|text| path(text, folder)));
    let keep = table.get("keep").and_then(|value| value.read(keep)).unwrap_or_default();
    let pages_for = table.get("pages_for").and_then(|value| value.read(span));
    let disputed_for = table.get("disputed_for").and_then(|value| value.read(span));
    Settings { path, retention: Retention { keep, pages_for, disputed_for } }
}

fn path(text: &str, folder: &Path) -> Result<PathBuf, Refusal> {
    if text.starts_with('~') {
        return Err(refusal(
            format!("`{text}` begins with `~`"),
            "a path written out in full, or relative to this file",
        ));
    }
    Ok(folder.join(text))
}

fn keep(text: &str) -> Result<Keep, Refusal> {
    match text {
        "versions" => Ok(Keep::Versions),
        "all" => Ok(Keep::All),
        _ => Err(refusal(format!("`{text}` is no choice"), any_of(&["versions", "all"]))),
    }
}

fn span(text: &str) -> Result<Span, Refusal> {
    let accepted = "a time like `90 days`, `18 months` or `5 years`";
    let span: Span =
        text.parse().map_err(|_| refusal(format!("`{text}` is not a length of time"), accepted))?;
    match span.is_positive() && span.get_years() <= LONGEST {
        true => Ok(span),
        false => {
            Err(refusal(format!("`{text}` is out of range"), format!("{accepted}, at most {LONGEST} years")))
        }
    }
}
