//! `fineprint show`

use std::io::{IsTerminal as _, Write as _};

use clap::Parser;

use crate::extract::{self, Page};
use crate::model::{Shown, Text};
use crate::store::{KnownSource, Store, VersionInfo};

use super::{Failure, Global, exit, media, pager, screen, selection};

/// Show the policy text as of a version or a date
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint show openai/usage-policies                    the latest text
  fineprint show openai/usage-policies@3                  version 3
  fineprint show openai/usage-policies --at 2026-03-01    as it stood on that day
  fineprint show openai/usage-policies --raw > page.html  the page it was read from

Of a page that holds several contracts, or editions of one, and shows a single one, as tabs do, that one is printed, and a \
line on standard error says so; --whole prints all that is watched.")]
pub(super) struct Args {
    /// The source, with @VERSION if it isn't the latest: id, service, glob or address
    #[arg(value_name = "SOURCE[@VERSION]")]
    source: String,
    /// As it stood at this time: a date or an RFC 3339 instant
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// The page as received instead of its text
    #[arg(long)]
    raw: bool,
    /// All that is watched, what the page itself doesn't show as well
    #[arg(long)]
    whole: bool,
    /// Print long output as it is
    #[arg(long)]
    no_pager: bool,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let store = global.archive().await?;
    let (name, number) = split(&args.source)?;
    let known = store.sources().await?;
    let source = selection::one(&known, name)?;
    let versions = store.versions(&source.id).await?;
    let found = match (number, &args.at) {
        (Some(_), Some(_)) => return Err(Failure::usage("error: give either @VERSION or --at, not both")),
        (Some(number), None) => versions.iter().find(|version| version.number == number),
        (None, Some(at)) => {
            let at = super::print::instant(at)?;
            versions.iter().rfind(|version| version.seen_at <= at)
        }
        (None, None) => versions.last(),
    };
    let Some(version) = found else {
        let which = match (number, &args.at) {
            (Some(number), _) => format!("version {number}"),
            (None, Some(at)) => format!("version at {at}"),
            (None, None) => "version".to_owned(),
        };
        return Err(super::diff::no_version(&store, source, &which).await?);
    };
    match args.raw {
        true => write_raw(&page(&store, version).await?, source, version.number)?,
        false => print(&text(&store, source, version, args.whole).await?, !args.no_pager)?,
    }
    hint_at_lost_pins(&store, source, version).await
}

async fn text(
    store: &Store,
    source: &KnownSource,
    version: &VersionInfo,
    whole: bool,
) -> Result<String, Failure> {
    let Some(read) = store.version(&source.id, version.number).await? else { return Ok(String::new()) };
    let mut text = read.text;
    let shown = if whole { None } else { shown(store, version, &text).await? };
    let Some(shown) = shown else { return Ok(text.to_markdown()) };
    let title = screen::fit(&shown.title, screen::width());
    writeln!(
        anstream::stderr(),
        "note: of the {} documents side by side on this page it shows “{title}”; all are watched, and --whole prints them",
        shown.of
    )?;
    let clauses = text.clauses.into_iter().enumerate().filter(|(clause, _)| shown.shows(*clause));
    text.clauses = clauses.map(|(_, clause)| clause).collect();
    Ok(text.to_markdown())
}

/// What the page shows of a text, if not all: as noted when it was read, or else by reading the page again.
async fn shown(store: &Store, version: &VersionInfo, text: &Text) -> Result<Option<Shown>, Failure> {
    if !extract::lacks_note(text, &version.reading) {
        return Ok(text.shown.clone());
    }
    let page = store.snapshot(version.snapshot).await?;
    Ok(page.and_then(|page| extract::shown_by(&Page::from(&page), text)))
}

async fn page(store: &Store, version: &VersionInfo) -> Result<Vec<u8>, Failure> {
    let page = store.snapshot(version.snapshot).await?;
    page.map(|page| page.body.to_vec())
        .ok_or_else(|| Failure::usage("error: the page of this version is not kept any more"))
}

/// On the latest version, says which pinned clauses aren't in it.
async fn hint_at_lost_pins(
    store: &Store,
    source: &KnownSource,
    version: &VersionInfo,
) -> Result<u8, Failure> {
    let lost = store.lost_pins().await?;
    for (_, pin) in lost.iter().filter(|(id, pin)| *id == source.id && pin.version == version.number) {
        let pinned = screen::fit(&format!("“{}”", pin.text), screen::width());
        writeln!(anstream::stderr(), "warning: pinned clause {}: {pinned}", pin.sight)?;
    }
    Ok(exit::DONE)
}

/// Into a file or a pipe the text goes as it is; on a terminal nothing in it may act, and its lines are folded.
fn print(text: &str, paged: bool) -> std::io::Result<()> {
    if !std::io::stdout().is_terminal() {
        return std::io::stdout().lock().write_all(text.as_bytes());
    }
    let line = |line: &str| {
        let indent = line.len() - line.trim_start_matches(' ').len();
        format!("{}\n", screen::wrapped(line, indent, screen::measure()))
    };
    pager::print(&text.lines().map(line).collect::<String>(), paged)
}

/// A file that is no text isn't thrown at a terminal, where it may act.
fn write_raw(body: &[u8], source: &KnownSource, number: u32) -> Result<(), Failure> {
    if let Some(ending) = media::binary_ending(body).filter(|_| std::io::stdout().is_terminal()) {
        let id = &source.id;
        return Err(Failure::usage("error: the page is no text that a terminal could show")
            .hint(format!("write it to a file: fineprint show {id}@{number} --raw > page.{ending}")));
    }
    Ok(std::io::stdout().lock().write_all(body)?)
}

/// `id@3` → the id and the number; an address may hold an @ of its own.
fn split(source: &str) -> Result<(&str, Option<u32>), Failure> {
    match source.rsplit_once('@') {
        Some((name, "latest")) => Ok((name, None)),
        Some((name, number)) if !name.contains("://") || number.bytes().all(|b| b.is_ascii_digit()) => {
            let number = number.parse().map_err(|_| {
                Failure::usage(format!("error: `{number}` is not a version"))
                    .hint("versions are counted from 1; for a date use --at")
            })?;
            Ok((name, Some(number)))
        }
        _ => Ok((source, None)),
    }
}
