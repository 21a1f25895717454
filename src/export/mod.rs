//! A bundle: what the archive knows of a policy at a time, in files that anybody can read and check without fineprint.
//!
//! - `history`: what the chain says, look by look;
//! - `scope`: which part of the history answers the question;
//! - `pages`: the pages as received, as WARC; `texts`: the texts and what changed between them;
//! - `proof`: the chain, so that nothing can have been left out or altered; [`seal()`] has its head witnessed;
//! - `statement`: one page in plain words; `manifest`: the same for programs;
//! - `write`: a folder or a zip file; `check`: is a bundle what was written?

mod check;
mod error;
mod history;
mod manifest;
mod pages;
mod proof;
mod scope;
mod seal;
mod statement;
mod texts;
mod words;
mod write;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::archive::witness;
use crate::archive::zip::Files;
use crate::model::Digest;
use crate::store::{KnownSource, Store};

pub use check::{Checked, check};
pub use error::Error;
pub use seal::{Sealed, seal};
pub use write::write;

use history::{Line, stands};
use scope::Scope;

/// What a bundle is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// What the policy said at a time.
    At(Timestamp),
    /// What became of it in a time; open at an end that isn't given.
    Between(Option<Timestamp>, Option<Timestamp>),
}

/// Who witnesses a bundle, and how they may be reached.
#[derive(Debug, Clone, Default)]
pub struct Witnesses {
    /// Who.
    pub settings: witness::Settings,
    /// Networks in which an authority may be although they are not public.
    pub allow_private: Vec<ipnet::IpNet>,
}

/// Files that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// What it may be called: `larkwing-acceptable-use-policy-2026-03-01`.
    pub name: String,
    /// The files by their paths.
    pub files: Files,
    /// The answer in a few sentences, as the statement begins.
    pub answer: Vec<String>,
}

/// The list of the files' digests, in the form of `sha256sum`.
pub const SUMS: &str = "SHA256SUMS";
/// The signature of [`SUMS`] (Ed25519, 64 bytes), and the public key that it was made with (PEM).
const SIGNATURE: &str = "SHA256SUMS.sig";
const SIGNER: &str = "signer.pem";
/// The answer of a timestamp authority about [`SUMS`] (RFC 3161, TimeStampResp).
const TIMESTAMP: &str = "SHA256SUMS.tsr";

impl Bundle {
    /// SHA-256 of [`SUMS`], which stands for every byte of every file: to be written down elsewhere.
    pub fn fingerprint(&self) -> Digest {
        Digest::of(self.files.get(SUMS).map_or(&[], Vec::as_slice))
    }
}

/// Puts together what the archive knows of a source.
///
/// What was recorded since the last seal is sealed first, so that the proof reaches to the present.
///
/// # Errors
/// If the archive can't be read or doesn't reach back to the time in question, or if a witness that is configured
/// can't be had: a bundle without its timestamp would look like one that never needed any.
pub async fn bundle(
    store: &Store,
    source: &KnownSource,
    question: Question,
    witnesses: &Witnesses,
    now: Timestamp,
) -> Result<Bundle, Error> {
    let seal = store.seal(now).await?;
    let entries = store.chain(Some(&source.id)).await?;
    let lines: Vec<Line> = entries
        .iter()
        .map(|entry| serde_json::from_str(&entry.line).map_err(|why| Error::Line { entry: entry.id, why }))
        .collect::<Result<_, _>>()?;
    let stands = stands(&lines);
    let scope = Scope::of(source, question, &lines, &stands)?;
    let mut files = Files::new();
    let texts = texts::add(&mut files, store, &scope).await?;
    let pages = pages::add(&mut files, store, &scope, now).await?;
    files.insert("looks.csv".to_owned(), scope.csv());
    let proof = proof::add(&mut files, store, &scope, &entries, seal).await?;
    let statement = statement::Statement::new(&scope, &texts, &pages, &proof, now);
    let answer = statement.answer.clone();
    files.insert("statement.html".to_owned(), statement.html().into_bytes());
    files.insert("verify.py".to_owned(), include_bytes!("verify.py").to_vec());
    files.insert("README.txt".to_owned(), readme(&scope, &proof).into_bytes());
    if let Some(key) = &witnesses.settings.key {
        files.insert(SIGNER.to_owned(), key.public_pem().into_bytes());
    }
    let manifest = manifest::json(&scope, &texts, &pages, &proof, &files, now)?;
    files.insert("manifest.json".to_owned(), manifest);
    let sums = sums(&files);
    let witnessed = witnesses.settings.witness(&sums, &witnesses.allow_private).await?;
    files.insert(SUMS.to_owned(), sums);
    files.extend(witnessed.signature.map(|(signature, _)| (SIGNATURE.to_owned(), signature)));
    files.extend(witnessed.timestamp.map(|(answer, _)| (TIMESTAMP.to_owned(), answer)));
    Ok(Bundle { name: scope.name(), files, answer })
}

/// One line a file, in the order of their names, as `sha256sum` writes them.
fn sums(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let line = |(name, content): (&String, &Vec<u8>)| format!("{}  {name}\n", Digest::of(content));
    files.iter().filter(|(name, _)| is_summed(name)).map(line).collect::<String>().into_bytes()
}

/// What vouches for the list can't stand in it.
fn is_summed(name: &str) -> bool {
    !name.starts_with(SUMS)
}

fn readme(scope: &Scope<'_>, proof: &proof::Proof) -> String {
    let source = scope.source;
    include_str!("README.txt")
        .replace("{title}", &words::line(&format!("{} · {}", source.service, source.terms)))
        .replace("{url}", &words::line(&source.url))
        .replace("{head}", &proof.head_in_words())
}
