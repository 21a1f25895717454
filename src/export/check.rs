//! Is a bundle what was written? The same that verify.py does with every byte, and with the chain.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;

use crate::archive::witness::{Token, verifies};
use crate::archive::zip::{self, Files};
use crate::model::Digest;

use super::{Error, SIGNATURE, SIGNER, SUMS, TIMESTAMP, proof, sums};

/// What was found in a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// How many files the list of digests has.
    pub files: usize,
    /// How many entries of the page's chain were followed.
    pub entries: usize,
    /// SHA-256 of the list.
    pub fingerprint: Digest,
    /// Whether it is signed; with which key, signer.pem in the bundle says.
    pub signed: bool,
    /// When an authority says that it was there; its own signature is for `openssl ts -verify` to check.
    pub timestamp: Option<Timestamp>,
    /// What is not as it was written, for people.
    pub problems: Vec<String>,
}

/// Larger bundles aren't read: they would fill the memory, and a zip file can't be larger.
const MAX_BUNDLE: u64 = 4 << 30;

/// Checks the bundle in a folder or a zip file.
///
/// # Errors
/// If it can't be read. What was altered is no error but a problem, except where nothing of a zip file can be believed.
pub fn check(path: &Path) -> Result<Checked, Error> {
    let mut problems = Vec::new();
    let files = if path.is_dir() { folder(path)? } else { zipped(path, &mut problems)? };
    let given = files.get(SUMS).map_or(&[][..], Vec::as_slice);
    if given != sums(&files) {
        problems.extend(differences(given, &files));
    }
    let entries = chain(&files, &mut problems);
    let signature = files.get(SIGNATURE);
    if signature.is_some_and(|signature| !is_signed(&files, given, signature)) {
        problems.push(format!("{SIGNATURE} is not a signature of {SUMS} with the key in {SIGNER}"));
    }
    if signature.is_none() && files.contains_key(SIGNER) {
        problems.push(format!("{SIGNATURE} is missing"));
    }
    let timestamp = files.get(TIMESTAMP).map(|answer| Token::read(answer, Digest::of(given), None));
    let timestamp =
        timestamp.and_then(|token| token.map_err(|e| problems.push(format!("{TIMESTAMP}: {e}"))).ok());
    let count = String::from_utf8_lossy(given).lines().count();
    Ok(Checked {
        files: count,
        entries,
        fingerprint: Digest::of(given),
        signed: signature.is_some(),
        timestamp: timestamp.map(|token| token.at),
        problems,
    })
}

fn is_signed(files: &Files, message: &[u8], signature: &[u8]) -> bool {
    let pem = files.get(SIGNER).and_then(|pem| str::from_utf8(pem).ok());
    pem.is_some_and(|pem| verifies(pem, message, signature))
}

/// Every file below a folder by its path; those that a desktop leaves behind, such as `.DS_Store`, don't count.
fn folder(path: &Path) -> Result<Files, Error> {
    let (mut files, mut folders, mut bytes) = (Files::new(), vec![path.to_owned()], 0);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(Error::io(&folder))? {
            let file = entry.map_err(Error::io(&folder))?.path();
            let name = file.strip_prefix(path).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            let metadata = fs::symlink_metadata(&file).map_err(Error::io(&file))?;
            let is_hidden = file.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if metadata.is_dir() {
                folders.push(file);
            } else if metadata.is_file() && !is_hidden {
                bytes += metadata.len();
                if bytes > MAX_BUNDLE {
                    return Err(Error::Zip { path: path.to_owned(), source: zip::Error::TooLarge });
                }
                files.insert(name, fs::read(&file).map_err(Error::io(&file))?);
            }
        }
    }
    Ok(files)
}

fn zipped(path: &Path, problems: &mut Vec<String>) -> Result<Files, Error> {
    if fs::metadata(path).map_err(Error::io(path))?.len() > MAX_BUNDLE {
        return Err(Error::Zip { path: path.to_owned(), source: zip::Error::TooLarge });
    }
    let bytes = fs::read(path).map_err(Error::io(path))?;
    match zip::read(&bytes) {
        Ok(files) => {
            let inner =
                |(name, content): (String, Vec<u8>)| (name.split_once('/')?.1.to_owned(), content).into();
            Ok(files.into_iter().filter_map(inner).collect())
        }
        Err(error) => {
            problems.push(format!(
                "{error}; if another program made this zip file, unpack it and check the folder"
            ));
            Ok(Files::new())
        }
    }
}

/// Which files differ from the list, in words.
fn differences(given: &[u8], files: &Files) -> Vec<String> {
    let expected = sums(files);
    let (given, expected) = (String::from_utf8_lossy(given), String::from_utf8_lossy(&expected));
    let name = |line: &str| line.split_once("  ").map_or(line, |(_, name)| name).to_owned();
    let mut names: Vec<String> =
        given.lines().filter(|line| !expected.lines().any(|l| l == *line)).map(name).collect();
    names.extend(expected.lines().filter(|line| !given.lines().any(|l| l == *line)).map(name));
    names.sort();
    names.dedup();
    if names.is_empty() {
        return vec![format!("{SUMS} is not in its form")];
    }
    names
        .iter()
        .map(|name| format!("{name} is not what {SUMS} says, or is missing from one of the two"))
        .collect()
}

#[derive(Deserialize)]
struct Manifest {
    source: Source,
    chain: Chain,
}

#[derive(Deserialize)]
struct Source {
    id: String,
}

#[derive(Deserialize)]
struct Chain {
    entries: usize,
    head: String,
    seal: Option<Seal>,
}

#[derive(Deserialize)]
struct Seal {
    entry: i64,
    head: String,
}

/// A seal's entry.
#[derive(Deserialize)]
struct SealLine {
    id: i64,
    content: Heads,
}

#[derive(Deserialize)]
struct Heads {
    heads: Vec<Head>,
}

#[derive(Deserialize)]
struct Head {
    source: String,
    entries: usize,
    head: String,
}

/// Follows both chains; how many entries the page's has.
fn chain(files: &Files, problems: &mut Vec<String>) -> usize {
    let read = files.get("manifest.json").and_then(|bytes| serde_json::from_slice::<Manifest>(bytes).ok());
    let Some(Manifest { source, chain }) = read else {
        problems.push("manifest.json is missing or cannot be read".to_owned());
        return 0;
    };
    let heads = heads(files, proof::SOURCE);
    if heads.len() != chain.entries || heads.last().unwrap_or(&Digest::ZERO).to_string() != chain.head {
        problems.push(format!("{} does not lead to the head that the manifest names", proof::SOURCE));
    }
    if let Some(seal) = chain.seal {
        let archive = self::heads(files, proof::ARCHIVE);
        if archive.last().map(Digest::to_string).as_ref() != Some(&seal.head) {
            problems.push(format!("{} does not lead to the head that the manifest names", proof::ARCHIVE));
        }
        let lines =
            lines(files, proof::ARCHIVE).filter_map(|line| serde_json::from_str::<SealLine>(line).ok());
        let shown = lines.filter(|line| line.id == seal.entry).flat_map(|line| line.content.heads);
        let covers = |head: &Head| {
            let there = head.entries.checked_sub(1).and_then(|last| heads.get(last));
            there.is_some_and(|there| there.to_string() == head.head)
        };
        if !shown.into_iter().any(|head| head.source == source.id && covers(&head)) {
            problems.push("the seal does not cover the chain of this page".to_owned());
        }
    }
    heads.len()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withheld {
    withheld: String,
}

/// The heads behind each line of a chain's file.
fn heads(files: &Files, name: &str) -> Vec<Digest> {
    let mut head = Digest::ZERO;
    let next = |line: &str| {
        let withheld =
            serde_json::from_str(line).ok().and_then(|Withheld { withheld }| withheld.parse().ok());
        head = match withheld {
            Some(digest) => head.then_digest(digest),
            None => head.then(line.as_bytes()),
        };
        head
    };
    lines(files, name).map(next).collect()
}

fn lines<'f>(files: &'f Files, name: &str) -> impl Iterator<Item = &'f str> + use<'f> {
    let text = files.get(name).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default();
    text.split_terminator('\n')
}
