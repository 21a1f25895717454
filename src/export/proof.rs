//! The chain of the source, and what of the archive's own chain seals it.

use serde::Serialize;

use crate::archive::zip::Files;
use crate::model::Digest;
use crate::store::{Entry, KnownSource, Seal, Store};

use super::Error;

/// The lines of the source's chain, one a line.
pub(super) const SOURCE: &str = "chain/source.jsonl";
/// The lines of the archive's own chain; those that are about other things are stood for by their digests.
pub(super) const ARCHIVE: &str = "chain/archive.jsonl";

/// What a bundle proves.
#[derive(Serialize)]
pub(super) struct Proof {
    /// How many entries the source's chain has.
    pub(super) entries: u64,
    /// Its head.
    pub(super) head: String,
    /// The seal that covers it.
    pub(super) seal: Option<Sealed>,
}

/// A seal of the archive's chain.
#[derive(Serialize)]
pub(super) struct Sealed {
    /// The number of its entry.
    pub(super) entry: i64,
    /// The head of the archive's chain behind the last of its lines.
    pub(super) head: String,
}

/// Adds the chain's files.
pub(super) async fn add(
    files: &mut Files,
    store: &Store,
    source: &KnownSource,
    entries: &[Entry],
    seal: Option<Seal>,
) -> Result<Proof, Error> {
    let text: String = entries.iter().flat_map(|entry| [entry.line.as_str(), "\n"]).collect();
    files.insert(SOURCE.to_owned(), text.into_bytes());
    let head = entries.last().map_or(Digest::ZERO, |entry| entry.head).to_string();
    let mut proof = Proof { entries: entries.len() as u64, head, seal: None };
    if seal.is_some() {
        let archive = store.chain(None).await?;
        let quoted = serde_json::Value::from(source.id.as_str()).to_string();
        let shown = archive.iter().rposition(|entry| is_seal_of(&entry.line, &quoted));
        let text: String =
            archive.iter().enumerate().map(|(i, entry)| shown_line(entry, Some(i) == shown)).collect();
        files.insert(ARCHIVE.to_owned(), text.into_bytes());
        let sealed = shown.and_then(|i| archive.get(i)).zip(archive.last());
        proof.seal = sealed.map(|(seal, last)| Sealed { entry: seal.id, head: last.head.to_string() });
    }
    Ok(proof)
}

/// Whether a line is a seal that names the source, given as it stands in JSON. Only the line itself can tell; another
/// that looks like one would not verify.
fn is_seal_of(line: &str, source: &str) -> bool {
    line.contains("\"kind\":\"seal\"") && line.contains(&format!("{{\"source\":{source},"))
}

fn shown_line(entry: &Entry, is_shown: bool) -> String {
    if is_shown {
        return format!("{}\n", entry.line);
    }
    let withheld = Digest::of(entry.line.as_bytes()).to_string();
    format!("{{\"withheld\":\"{withheld}\"}}\n")
}

impl Proof {
    /// What is to be compared with what somebody else holds.
    pub(super) fn head_in_words(&self) -> String {
        match &self.seal {
            Some(seal) => seal.head.clone(),
            None => self.head.clone(),
        }
    }
}
