//! `fineprint import memento`

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use clap::Parser;
use url::Url;

use crate::cli::print::{self, count};
use crate::cli::{Failure, Global, selection};
use crate::clock::SystemClock;
use crate::fetch::Fetcher;
use crate::import::Names;
use crate::import::memento::{Archive, Mementos, Span};
use crate::model::Source;
use crate::store::KnownSource;

use super::report::report;
use super::{Desk, Options};

/// Mementos of an archive of the web, such as the Wayback Machine (RFC 7089)
///
/// Each memento is judged as if it had been fetched at its time, raw where the archive offers that. They become history
/// of the source at the address that the archive names as the original. The archive is asked for one thing at a time,
/// with a pause after each; an import that is interrupted goes on where it ended.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint import memento https://web.archive.org/web/timemap/link/https://openai.com/policies/usage-policies/
  fineprint import memento https://web.archive.org/web/timemap/link/ openai anthropic/usage-policy
  fineprint import memento https://archive.example/timegate/https://acme.example/terms --since 2024-01-01")]
pub(super) struct Args {
    /// A TimeMap, a TimeGate or a memento; or, before sources, what stands in front of their addresses
    #[arg(value_name = "URL")]
    url: Url,
    /// Ids, services, globs or addresses of sources
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Only mementos from this time on: a date, from its beginning, or an RFC 3339 instant
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only mementos before this time: a date, to its end, or an RFC 3339 instant
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Every memento; otherwise the first of each day
    #[arg(long)]
    all: bool,
    /// How long to leave the archive in peace after each answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 2)]
    pause: u16,
    #[command(flatten)]
    options: Options,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let since = args.since.as_deref().map(print::instant_from).transpose()?;
    let until = args.until.as_deref().map(print::instant).transpose()?;
    let span = Span { since, until, all: args.all };
    let desk = Desk::open(global).await?;
    let fetch = global.config_if_any()?.map(|config| config.fetch).unwrap_or_default();
    let clock = Arc::new(SystemClock);
    let fetcher = Fetcher::new(fetch, clock.clone()).map_err(|e| Failure::usage(format!("error: {e}")))?;
    let pause = Duration::from_secs(args.pause.into());
    let archive = Arc::new(Archive::new(fetcher, clock, pause));
    let mut names = desk.names().await?;
    let (mut strands, mut pages, mut known, mut unread) = (Vec::new(), 0, 0, 0);
    for (start, source) in starts(&desk, &names, &args).await? {
        desk.bar.set_message(format!("asking for {start}"));
        let mut listed = match archive.list(&start, &span).await {
            Ok(listed) => listed,
            // Of several sources some are never archived.
            Err(error) if source.is_some() => {
                desk.warn(&error);
                unread += 1;
                continue;
            }
            Err(error) => return Err(Failure::unreachable(format!("error: {error}"))),
        };
        listed.faults.iter().for_each(|fault| desk.warn(fault));
        unread += listed.faults.len() as u64;
        let source = source.unwrap_or_else(|| names.near(&listed.original));
        let last = desk.last_checked(&source.id).await?;
        let all = listed.mementos.len();
        listed.mementos.retain(|memento| last.is_none_or(|last| memento.at > last));
        known += (all - listed.mementos.len()) as u64;
        pages += listed.mementos.len() as u64;
        strands.push(Mementos::new(Arc::clone(&archive), source, listed));
    }
    // One after another: an archive is never asked for two things at a time.
    let strand = strands.into_iter().flatten();
    let tally = desk.run(names, vec![strand], pages, &args.options).await?;
    tally.known.fetch_add(known, Ordering::Relaxed);
    if archive.gives_no_raw() {
        desk.warn(&"the archive gives no raw mementos: what it adds to show them is in the pages");
    }
    let code = report(&tally, "memento", unread)?;
    if known > 0 && tally.recorded.load(Ordering::Relaxed) == 0 {
        let (earlier, are) = (count(known, "memento"), if known == 1 { "is" } else { "are" });
        eprintln!(
            "hint: {earlier} {are} earlier than the last check; history is only appended to, so import it before the first check, or into an archive of its own (--database)"
        );
    }
    Ok(code)
}

/// Where to ask, and about which source where that is known.
async fn starts(desk: &Desk, names: &Names, args: &Args) -> Result<Vec<(Url, Option<Arc<Source>>)>, Failure> {
    if args.sources.is_empty() {
        return Ok(vec![(args.url.clone(), None)]);
    }
    let known = desk.known().await?;
    let start = |known: &KnownSource| {
        let source = names.named(&known.id)?;
        // Joined as text: the address is a part of the path, as both the Wayback Machine and pywb have it.
        let url = format!("{}{}", args.url, source.url).parse().ok()?;
        Some((url, Some(source)))
    };
    Ok(selection::select(&known, &args.sources)?.into_iter().filter_map(start).collect())
}
