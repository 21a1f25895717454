//! What a bundle holds, for programs.

use jiff::Timestamp;
use serde_json::json;

use super::history::Stand;
use super::pages::Pages;
use super::proof::Proof;
use super::scope::Scope;
use super::texts::Text;
use super::{Error, Question};
use crate::archive::zip::Files;
use crate::model::Digest;

/// The form of bundles; another one gets another name.
const FORMAT: &str = "fineprint-bundle/1";

/// The manifest; `files` are all others but the list of digests.
pub(super) fn json(
    scope: &Scope<'_>,
    texts: &[Text],
    pages: &Pages,
    proof: &Proof,
    files: &Files,
    now: Timestamp,
) -> Result<Vec<u8>, Error> {
    let source = scope.source;
    let versions: Vec<_> = scope.stands.iter().zip(texts).map(|(stand, text)| version(stand, text)).collect();
    let file = |(path, content): (&'_ String, &Vec<u8>)| json!({ "path": path, "bytes": content.len(), "sha256": Digest::of(content).to_string() });
    let manifest = json!({
        "format": FORMAT,
        "made_by": concat!("fineprint/", env!("CARGO_PKG_VERSION")),
        "made_at": now,
        "source": { "id": source.id, "service": source.service, "terms": source.terms, "url": source.url },
        "question": question(scope.question),
        "in_force": scope.stands[scope.asked.clone()].iter().map(|stand| stand.version).collect::<Vec<_>>(),
        "versions": versions,
        "pages": pages.kept,
        "pages_not_kept": pages.gone,
        "chain": proof,
        "files": files.iter().map(file).collect::<Vec<_>>(),
    });
    let mut json = serde_json::to_vec_pretty(&manifest).map_err(|e| Error::io("manifest.json")(e.into()))?;
    json.push(b'\n');
    Ok(json)
}

fn question(question: Question) -> serde_json::Value {
    match question {
        Question::At(at) => json!({ "at": at }),
        Question::Between(since, until) => json!({ "since": since, "until": until }),
    }
}

fn version(stand: &Stand, text: &Text) -> serde_json::Value {
    json!({
        "number": stand.version,
        "first_seen": stand.first,
        "last_seen": stand.last,
        "looks": stand.looks,
        "widest_gap": stand.widest,
        "other_looks": stand.others,
        "replaced_at": stand.ended,
        "words": text.version.text.words(),
        "text": text.markdown,
        "text_json": text.json,
        "sha256": stand.text,
        "changes": text.changes.as_ref().map(|changes| json!({
            "from": changes.from, "summary": changes.summary, "patch": changes.patch, "markdown": changes.markdown,
        })),
    })
}
