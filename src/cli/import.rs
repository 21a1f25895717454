//! `fineprint import`

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use crate::archive::warc::{Input, in_time_order};
use crate::clock::{Clock as _, SystemClock};
use crate::diff::render::escape;
use crate::import::{Import, Tally};
use crate::model::Keep;
use crate::store::Store;

use super::print::count;
use super::{Failure, Global, exit};

/// Bring history in from elsewhere
#[derive(Debug, Parser)]
pub(super) struct Args {
    #[command(subcommand)]
    from: From,
}

#[derive(Debug, Subcommand)]
enum From {
    Warc(Warc),
}

/// Web archives: .warc, .warc.gz or .warc.zst
///
/// The captures of each address are judged one after another in the order of their dates, as if they had been checked
/// then. An address that is no source becomes one. Captures no later than a source's last check are passed over, so
/// that the same archives can be imported again.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint import warc history/*.warc.gz
  zstd -dc pages.warc.zst | fineprint import warc -")]
struct Warc {
    /// The archives; - is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Which captures to keep: the first and last of each version and the disputed ones, or all of them
    /// [default: `store.keep` of the configuration, or versions]
    #[arg(long, value_enum, value_name = "WHICH")]
    keep: Option<Kept>,
    /// Tell the sources' channels of the changes found; otherwise they are only recorded
    #[arg(long)]
    notify: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Kept {
    /// The first and the last of each version, and the disputed ones
    Versions,
    /// Every one
    All,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let From::Warc(args) = args.from;
    let config = global.config_if_any()?;
    let database = global.database(config.as_ref())?;
    for file in args.files.iter().filter(|f| f.as_os_str() != "-") {
        std::fs::metadata(file)
            .map_err(|e| Failure::usage(format!("error: cannot read {}: {e}", file.display())))?;
    }
    let store = Store::open(&database).await?;
    let _lock = store.lock("import", SystemClock.now())?;
    let bar = ProgressBar::new_spinner().with_message("scanning");
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    let folder = database.parent().unwrap_or(std::path::Path::new(".")).to_owned();
    let inputs = args.files.into_iter().map(input).collect();
    let ordered = tokio::task::block_in_place(|| in_time_order(inputs, &folder));
    ordered.faults.iter().for_each(|fault| warn(&bar, fault));
    bar.set_length(ordered.strands.iter().map(|s| s.captures()).sum());
    bar.set_style(
        ProgressStyle::with_template("{bar:30} {pos}/{len} captures, {eta} left").expect("a fixed template"),
    );
    let configured = config.as_ref().map(|c| c.retention.keep).unwrap_or_default();
    let keep = match args.keep {
        Some(Kept::All) => Keep::All,
        Some(Kept::Versions) => Keep::Versions,
        None => configured,
    };
    let (sources, routes) = config.map(|c| (c.sources, c.routes)).unwrap_or_default();
    let progress = |capture: Result<&_, &crate::archive::warc::Error>| {
        bar.inc(1);
        if let Err(error) = capture {
            warn(&bar, error);
        }
    };
    let (now, notify) = (SystemClock.now(), args.notify);
    let import =
        Import { store: &store, sources: &sources, routes: &routes, now, keep, notify, progress: &progress };
    let tally = import.run(ordered.strands).await?;
    bar.finish_and_clear();
    report(&tally, ordered.faults.len() as u64)
}

/// Says what is wrong with a record; it may quote what it found there.
fn warn(bar: &ProgressBar, error: &impl std::fmt::Display) {
    let line = error.to_string();
    bar.suspend(|| eprintln!("warning: {}", escape::terminal(&line)));
}

fn input(file: PathBuf) -> Input {
    match file.as_os_str() == "-" {
        true => Input::Stream { name: "<stdin>".into(), from: Box::new(std::io::stdin()) },
        false => Input::File(file),
    }
}

fn report(tally: &Tally, faults: u64) -> Result<u8, Failure> {
    let of = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    let mut out = anstream::stdout().lock();
    writeln!(
        out,
        "imported {}: {}, {}",
        count(of(&tally.recorded), "capture"),
        count(of(&tally.first), "first version"),
        count(of(&tally.changed), "change")
    )?;
    for (n, what) in [
        (of(&tally.sources), "address that was no source and became one"),
        (of(&tally.known), "capture passed over: no later than what was recorded before"),
        (of(&tally.future), "capture passed over: dated in the future"),
        (of(&tally.passed_over), "redirect or other answer without a page passed over"),
        (of(&tally.unreadable) + faults, "record could not be read; see the warnings"),
    ] {
        if n > 0 {
            writeln!(out, "  {n} × {what}")?;
        }
    }
    let all_read = of(&tally.unreadable) + faults == 0;
    Ok(if all_read { exit::DONE } else { exit::UNREADABLE })
}
