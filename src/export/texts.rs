//! The texts of the versions, and what changed between them.

use crate::archive::zip::Files;
use crate::diff::{compare, render};
use crate::model::{Digest, Version};
use crate::store::Store;

use super::Error;
use super::scope::Scope;

/// A version and the files that hold it.
pub(super) struct Text {
    pub(super) version: Version,
    /// Its words, for people.
    pub(super) markdown: String,
    /// Its words as they were recorded: the chain has the SHA-256 of this file.
    pub(super) json: String,
    /// What changed since the version before, if that is in the bundle.
    pub(super) changes: Option<Changes>,
}

/// What changed between two versions.
pub(super) struct Changes {
    pub(super) from: u32,
    /// One line.
    pub(super) summary: String,
    /// A patch.
    pub(super) patch: String,
    /// Clause by clause.
    pub(super) markdown: String,
}

/// Adds the versions' files; what the archive has must be what the chain has.
pub(super) async fn add(files: &mut Files, store: &Store, scope: &Scope<'_>) -> Result<Vec<Text>, Error> {
    let mut texts: Vec<Text> = Vec::new();
    for stand in scope.stands {
        let altered = || Error::Altered(stand.version);
        let version = store.version(&scope.source.id, stand.version).await?.ok_or_else(altered)?;
        let json = serde_json::to_vec(&version.text).map_err(|_| altered())?;
        if Digest::of(&json).to_string() != stand.text {
            return Err(altered());
        }
        let name = format!("texts/version-{}", stand.version);
        let (markdown, json_name) = (format!("{name}.md"), format!("{name}.json"));
        files.insert(markdown.clone(), version.text.to_markdown().into_bytes());
        files.insert(json_name.clone(), json);
        let changes = texts.last().map(|before| changes(files, &before.version, &version));
        texts.push(Text { version, markdown, json: json_name, changes });
    }
    Ok(texts)
}

fn changes(files: &mut Files, before: &Version, after: &Version) -> Changes {
    let diff = compare(&before.text, &after.text);
    let name = format!("changes/{}-to-{}", before.number, after.number);
    let (patch, markdown) = (format!("{name}.diff"), format!("{name}.md"));
    let names = [before, after].map(|v| format!("version-{}.md\t{}", v.number, v.seen_at));
    let unified = render::unified(&before.text, &after.text, (&names[0], &names[1]), 3);
    files.insert(patch.clone(), unified.into_bytes());
    files.insert(markdown.clone(), render::markdown(&before.text, &after.text, &diff).into_bytes());
    let summary = crate::notice::summary_line(&diff, &before.text, &after.text);
    Changes { from: before.number, summary, patch, markdown }
}
