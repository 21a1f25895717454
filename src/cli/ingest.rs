//! `fineprint ingest`

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Parser;
use jiff::Timestamp;

use crate::archive::warc::{Capture, Input, Place, Response, in_time_order};
use crate::import::{Names, Sighting};
use crate::model::Source;

use super::import::report::report;
use super::import::{Desk, Options};
use super::{Failure, Global, media, print, selection};

/// Take in a page that was saved elsewhere: in a browser, by a script, by somebody else
///
/// It is judged as if it had been fetched at the time given, and kept with a note that it was not: the archive, exports
/// and statements say `ingest`. What is no later than the source's last check is passed over, for history is only
/// appended to. Of a web archive the captures of the source's address are taken, at their own dates.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint ingest --source openai/usage-policies --at 2026-03-01T09:30:00Z saved.html
  fineprint ingest --source openai/usage-policies --at 2026-03-01T09:30:00Z --note 'saved by Ann in Firefox' saved.html
  fineprint ingest --source openai/usage-policies capture.warc.gz")]
pub(super) struct Args {
    /// The source that it is a page of: id, service, glob or address
    #[arg(long, value_name = "SOURCE")]
    source: String,
    /// When it was saved: an RFC 3339 instant, or a date, at its beginning; a web archive says so itself
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// By whom and how it was saved, kept with it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// What the page is [default: as its name ends: .html, .pdf, .docx, .md, .txt, .json, .xml, .rss, .atom]
    #[arg(long, value_name = "MEDIA-TYPE")]
    content_type: Option<String>,
    /// The page; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    options: Options,
}

/// The largest page that is taken in, as from a web archive.
const MAX_PAGE: u64 = 64 << 20;
/// A note is a line or two.
const MAX_NOTE: usize = 1_000;

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let at = args.at.as_deref().map(print::instant_from).transpose()?;
    if args.note.as_ref().is_some_and(|note| note.len() > MAX_NOTE) {
        return Err(Failure::usage(format!("error: the note is longer than {MAX_NOTE} bytes")));
    }
    let is_archive = is_archive(&args.file);
    let bytes = if is_archive { Vec::new() } else { read(&args.file)? };
    let desk = Desk::open(global).await?;
    let known = desk.known().await?;
    let names = desk.names().await?;
    let id = &selection::one(&known, &args.source)?.id;
    let source = names.named(id).expect("what is known has a name");
    let via = via(&args);
    if is_archive {
        let folder = desk.database.parent().unwrap_or(Path::new(".")).to_owned();
        let ordered =
            tokio::task::block_in_place(|| in_time_order(vec![Input::File(args.file.clone())], &folder));
        ordered.faults.iter().for_each(|fault| desk.warn(fault));
        let captures = ordered.strands.iter().map(|strand| strand.captures()).sum();
        let of_source = |capture: &Capture| Names::is_at(&source, &capture.target);
        let sighting = |capture| Sighting { source: Some(Arc::clone(&source)), capture, via: via.clone() };
        let strand = ordered.strands.into_iter().flatten();
        let strand = strand.filter(|capture| capture.as_ref().map_or(true, of_source));
        let strand = strand.map(|capture| capture.map(sighting));
        let tally = desk.run(names, vec![strand], captures, &args.options).await?;
        return report(&tally, "capture", ordered.faults.len() as u64);
    }
    let at = at.ok_or_else(|| {
        Failure::usage("error: nothing says when the page was saved").hint("give --at 2026-03-01T09:30:00Z")
    })?;
    let capture = capture(&args, &source, at, bytes)?;
    let sighting = Sighting { source: Some(source), capture, via };
    let strand = std::iter::once(Ok::<_, std::convert::Infallible>(sighting));
    let tally = desk.run(names, vec![strand], 1, &args.options).await?;
    report(&tally, "page", 0)
}

/// Told by the first bytes, for a page may have any name.
fn is_archive(file: &Path) -> bool {
    let mut start = Vec::new();
    let read = std::fs::File::open(file).and_then(|file| file.take(5).read_to_end(&mut start));
    let name = file.to_string_lossy();
    let packed = name.ends_with(".warc.gz") || name.ends_with(".warc.zst");
    file.as_os_str() != "-" && read.is_ok() && (start == b"WARC/" || packed)
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::usage(format!("error: cannot read {}: {error}", file.display()));
    let mut bytes = Vec::new();
    let from: Box<dyn std::io::Read> = match file.as_os_str() == "-" {
        true => Box::new(std::io::stdin()),
        false => Box::new(std::fs::File::open(file).map_err(failed)?),
    };
    from.take(MAX_PAGE + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_PAGE {
        return Err(Failure::usage(format!("error: {} is longer than 64 MiB", file.display())));
    }
    Ok(bytes)
}

fn capture(args: &Args, source: &Source, at: Timestamp, bytes: Vec<u8>) -> Result<Capture, Failure> {
    let media_type = match &args.content_type {
        Some(media_type) => media_type.as_str(),
        None => media::of(&args.file).ok_or_else(|| {
            Failure::usage(format!("error: the name {} doesn't say what the page is", args.file.display()))
                .hint("give --content-type text/html")
        })?,
    };
    let headers = vec![("content-type".to_owned(), media_type.to_owned())];
    let response = Response { status: 200, headers, body: bytes.into() };
    let place = Place { archive: args.file.display().to_string().into(), record: 0, offset: 0 };
    Ok(Capture { target: source.url.clone(), date: at, response, place })
}

/// What stands in the archive as having fetched it; of the path only the name, for folders say whose machine it was.
fn via(args: &Args) -> String {
    let name = args.file.file_name().unwrap_or(args.file.as_os_str()).to_string_lossy();
    let name = if name == "-" { "standard input".into() } else { name };
    match &args.note {
        Some(note) => format!("ingest {name} ({})", note.trim()),
        None => format!("ingest {name}"),
    }
}
