//! The chain of the source, and what of the archive's own chain seals it.

use serde::{Deserialize, Serialize};

use crate::archive::zip::Files;
use crate::model::Digest;
use crate::store::{Entry, Seal, Store};

use super::Error;
use super::scope::Scope;
use super::seal::{self, Witness};

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
    /// What was said about a head behind that seal or an earlier one.
    pub(super) witness: Option<Witnessed>,
}

/// A seal of the archive's chain.
#[derive(Serialize)]
pub(super) struct Sealed {
    /// The number of its entry.
    pub(super) entry: i64,
    /// The head of the archive's chain behind the last of its lines.
    pub(super) head: String,
}

/// What was signed or timestamped: the head of the archive's chain behind so many of its lines.
#[derive(Serialize)]
pub(super) struct Witnessed {
    pub(super) entries: u64,
    pub(super) head: String,
    /// The number of the seal before it that covers the first version asked for.
    pub(super) seal: i64,
    pub(super) signed: bool,
    pub(super) timestamped: bool,
}

/// Adds the chain's files, and what witnesses said of it.
pub(super) async fn add(
    files: &mut Files,
    store: &Store,
    scope: &Scope<'_>,
    entries: &[Entry],
    seal: Option<Seal>,
) -> Result<Proof, Error> {
    let text: String = entries.iter().flat_map(|entry| [entry.line.as_str(), "\n"]).collect();
    files.insert(SOURCE.to_owned(), text.into_bytes());
    let head = entries.last().map_or(Digest::ZERO, |entry| entry.head).to_string();
    let mut proof = Proof { entries: entries.len() as u64, head, seal: None, witness: None };
    if seal.is_none() {
        return Ok(proof);
    }
    let archive = store.chain(None).await?;
    let covers: Vec<u64> =
        archive.iter().map(|entry| covered(&entry.line, scope.source.id.as_str())).collect();
    let latest = covers.iter().rposition(|entries| *entries > 0);
    let mut shown: Vec<usize> = latest.into_iter().collect();
    let needed = scope.stands[*scope.asked.start()].lines.start as u64 + 1;
    if let Some((sealed, witness)) = witness(&archive, &covers, needed) {
        files.extend(witness.files().into_iter().map(|(name, content)| (name.to_owned(), content)));
        shown.push(sealed);
        proof.witness = Some(Witnessed {
            entries: witness.entries,
            seal: archive[sealed].id,
            signed: witness.signature.is_some(),
            timestamped: witness.timestamp.is_some(),
            head: witness.head,
        });
    }
    let text: String =
        archive.iter().enumerate().map(|(i, entry)| shown_line(entry, shown.contains(&i))).collect();
    files.insert(ARCHIVE.to_owned(), text.into_bytes());
    let sealed = latest.and_then(|i| archive.get(i)).zip(archive.last());
    proof.seal = sealed.map(|(seal, last)| Sealed { entry: seal.id, head: last.head.to_string() });
    Ok(proof)
}

#[derive(Deserialize)]
struct SealLine {
    kind: String,
    content: Heads,
}

#[derive(Deserialize)]
struct Heads {
    heads: Vec<Head>,
}

#[derive(Deserialize)]
struct Head {
    source: String,
    entries: u64,
}

#[derive(Deserialize)]
struct WitnessLine {
    kind: String,
    content: Witness,
}

/// How many entries of a source's chain a line seals; 0 if it is no seal, or not of this source.
fn covered(line: &str, source: &str) -> u64 {
    let read = serde_json::from_str::<SealLine>(line).ok().filter(|line| line.kind == "seal");
    let heads = read.map(|line| line.content.heads).unwrap_or_default();
    heads.iter().find(|head| head.source == source).map_or(0, |head| head.entries)
}

/// The first witness of so many entries: the seal that covers them, and what was said after it.
fn witness(archive: &[Entry], covers: &[u64], needed: u64) -> Option<(usize, Witness)> {
    let sealed = covers.iter().position(|entries| *entries >= needed)?;
    let said =
        archive[sealed..].iter().filter_map(|entry| serde_json::from_str::<WitnessLine>(&entry.line).ok());
    let mut said = said.filter(|line| line.kind == seal::KIND).map(|line| line.content);
    Some((sealed, said.find(|witness| witness.entries > sealed as u64)?))
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
