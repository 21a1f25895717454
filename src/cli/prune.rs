//! `fineprint prune`

use clap::Parser;
use serde::Serialize;

use crate::clock::{Clock as _, SystemClock};
use crate::store::{Pruned, Store};

use super::context::must_exist;
use super::print::{count, json_line, minute};
use super::{Failure, Format, Global, exit};

/// Take away the pages that `[store]` no longer wants kept
///
/// Which those are is said by `keep`, `pages_for` and `disputed_for` under `[store]`; without them none. Only contents
/// go: every look, every text and every digest stays, the chain holds, and `fineprint verify` tells what was pruned
/// from what is missing. The room is used again by what comes.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint prune --dry-run    what would go
  fineprint prune              take it away; `watch` may go on meanwhile")]
pub(super) struct Args {
    /// Only say what would go
    #[arg(long)]
    dry_run: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let config = global.config()?;
    let path = global.database(Some(&config))?;
    must_exist(&path)?;
    let (store, now) = (Store::open_to_read(&path).await?, SystemClock.now());
    let doomed = store.prunable(config.retention, now).await?;
    if !args.dry_run {
        store.prune(config.retention, now).await?;
    }
    report(&doomed, &args)?;
    Ok(exit::DONE)
}

fn report(doomed: &[Pruned], args: &Args) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut out = anstream::stdout().lock();
    for of in doomed {
        match args.format {
            Format::Json => json_line(&mut out, &Line::new(of, args.dry_run))?,
            Format::Text => {
                let (from, to) = (minute(of.received.0), minute(of.received.1));
                let pages = count(of.pages, "page");
                writeln!(
                    out,
                    "{}: {pages} received {from} to {to}, {} kB",
                    of.source,
                    of.bytes.div_ceil(1000)
                )?;
            }
        }
    }
    if args.format == Format::Text {
        let (pages, bytes) = doomed.iter().fold((0, 0), |(p, b), of| (p + of.pages, b + of.bytes));
        let verb = if args.dry_run { "would be pruned" } else { "pruned" };
        match pages {
            0 => writeln!(
                out,
                "nothing to prune: `keep`, `pages_for` and `disputed_for` under [store] want it all"
            )?,
            _ => writeln!(out, "{} {verb}, {:.1} MB", count(pages, "page"), bytes as f64 / 1e6)?,
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct Line<'a> {
    source: &'a crate::model::SourceId,
    pages: u64,
    first_received: jiff::Timestamp,
    last_received: jiff::Timestamp,
    bytes: u64,
    pruned: bool,
}

impl<'a> Line<'a> {
    fn new(of: &'a Pruned, dry_run: bool) -> Self {
        let (first_received, last_received) = of.received;
        Self {
            source: &of.source,
            pages: of.pages,
            first_received,
            last_received,
            bytes: of.bytes,
            pruned: !dry_run,
        }
    }
}
