//! `fineprint verify`

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Parser;
use serde::Serialize;

use crate::diff::render::escape;
use crate::export;
use crate::store::{Store, Verified};

use super::context::must_exist;
use super::print::{count, json_line};
use super::{Failure, Format, Global, exit};

/// Check that everything recorded is still what it was
///
/// Follows the hash chain of every source, decodes every page and text and compares it with its digest, and has the
/// database check itself. Nothing is written, and a daemon may go on meanwhile. How a third party does the same with
/// other tools is described in docs/evidence.md.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint verify                  the archive
  fineprint verify copy.db          a copy of it
  fineprint verify bundle.zip       what `fineprint export` wrote, as a zip file or a folder
  fineprint verify --format json    for programs

It ends with code 4 if anything is not as it was recorded.")]
pub(super) struct Args {
    /// A copy of an archive, or a bundle [default: the archive]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let path = match args.file {
        Some(file) => file,
        None => global.database_for_reading()?,
    };
    must_exist(&path)?;
    if is_bundle(&path)? {
        return bundle(&path, args.format);
    }
    let verified = Store::verify(&path).await?;
    let mut out = anstream::stdout().lock();
    match args.format {
        Format::Json => json_line(&mut out, &Line::new(&verified))?,
        Format::Text => text(&mut out, &verified)?,
    }
    Ok(if verified.is_intact() { exit::DONE } else { exit::INTERNAL })
}

fn text(out: &mut impl std::io::Write, verified: &Verified) -> std::io::Result<()> {
    let Verified { entries, chains, contents, pruned, carried_over, findings, more, seal, on_record, .. } =
        verified;
    writeln!(
        out,
        "followed {} in {}, read {}",
        if *entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") },
        count(*chains, "chain"),
        count(*contents, "content")
    )?;
    if *pruned > 0 {
        writeln!(out, "  {} pruned on purpose: only the digests are left", count(*pruned, "content"))?;
    }
    if *carried_over > 0 {
        writeln!(
            out,
            "  up to entry {carried_over} recorded before there was a chain, and linked afterwards"
        )?;
    }
    if *on_record > 0 {
        writeln!(out, "  damaged before the archive was repaired, and on record since: {on_record}")?;
    }
    if let Some(seal) = seal {
        writeln!(out, "  the archive's own chain ends with {seal}")?;
    }
    for finding in findings {
        writeln!(
            out,
            "{}\n    {}\n    {}",
            plain(&finding.place),
            plain(&finding.what),
            plain(&finding.means)
        )?;
    }
    if *more > 0 {
        writeln!(out, "… and {more} more")?;
    }
    match verified.is_intact() {
        true => writeln!(out, "everything is as it was recorded"),
        false => writeln!(
            out,
            "the archive is damaged or was altered: keep this file, and restore a backup or see `fineprint repair`"
        ),
    }
}

/// A folder or a zip file; what is damaged at its first bytes is known by its name.
fn is_bundle(path: &Path) -> Result<bool, Failure> {
    let mut start = [0; 2];
    let zipped = path.extension().is_some_and(|extension| extension == "zip");
    Ok(path.is_dir() || zipped || (File::open(path)?.read(&mut start)? == 2 && &start == b"PK"))
}

fn bundle(path: &Path, format: Format) -> Result<u8, Failure> {
    let checked = export::check(path)?;
    let is_intact = checked.problems.is_empty();
    let mut out = anstream::stdout().lock();
    if format == Format::Json {
        let export::Checked { files, entries, fingerprint, signed, timestamp, problems } = &checked;
        let fingerprint = fingerprint.to_string();
        let line = serde_json::json!({ "intact": is_intact, "files": files, "entries": entries, "fingerprint": fingerprint, "signed": signed, "timestamp": timestamp, "problems": problems });
        json_line(&mut out, &line)?;
    } else {
        if checked.signed && is_intact {
            writeln!(out, "signed with the key in signer.pem")?;
        }
        if let Some(at) = checked.timestamp {
            writeln!(out, "timestamped for {at}; `openssl ts -verify` checks by whom")?;
        }
        checked.problems.iter().try_for_each(|problem| writeln!(out, "{}", plain(problem)))?;
        match is_intact {
            true => writeln!(
                out,
                "read {}, followed {}: everything is as it was written\nSHA-256 of {}: {}",
                count(checked.files as u64, "file"),
                if checked.entries == 1 {
                    "1 entry".to_owned()
                } else {
                    format!("{} entries", checked.entries)
                },
                export::SUMS,
                checked.fingerprint
            )?,
            false => writeln!(out, "the bundle is damaged or was altered: ask for it again")?,
        }
    }
    Ok(if is_intact { exit::DONE } else { exit::INTERNAL })
}

/// A damaged row may quote anything.
fn plain(text: &str) -> String {
    escape::terminal(text).to_string()
}

#[derive(Serialize)]
struct Line<'a> {
    intact: bool,
    entries: u64,
    chains: u64,
    contents: u64,
    pruned: u64,
    carried_over: u64,
    on_record: u64,
    seal: Option<String>,
    findings: Vec<Found<'a>>,
    more: u64,
}

#[derive(Serialize)]
struct Found<'a> {
    place: &'a str,
    what: &'a str,
    means: &'a str,
}

impl<'a> Line<'a> {
    fn new(verified: &'a Verified) -> Self {
        let found = |f: &'a crate::store::Finding| Found { place: &f.place, what: &f.what, means: &f.means };
        Self {
            intact: verified.is_intact(),
            entries: verified.entries,
            chains: verified.chains,
            contents: verified.contents,
            pruned: verified.pruned,
            carried_over: verified.carried_over,
            on_record: verified.on_record,
            seal: verified.seal.map(|seal| seal.to_string()),
            findings: verified.findings.iter().map(found).collect(),
            more: verified.more,
        }
    }
}
