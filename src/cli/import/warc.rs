//! `fineprint import warc`

use std::path::{Path, PathBuf};

use clap::Parser;

use crate::archive::warc::{Input, in_time_order};
use crate::cli::{Failure, Global};
use crate::import::from_warc;

use super::report::report;
use super::{Desk, Options};

/// Web archives: .warc, .warc.gz or .warc.zst
///
/// The captures of each address are judged one after another in the order of their dates, as if they had been checked
/// then. An address that is no source becomes one. Captures no later than a source's last check are passed over, so
/// that the same archives can be imported again.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint import warc history/*.warc.gz
  zstd -dc pages.warc.zst | fineprint import warc -")]
pub(super) struct Args {
    /// The archives; - is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    for file in args.files.iter().filter(|f| f.as_os_str() != "-") {
        std::fs::metadata(file)
            .map_err(|e| Failure::usage(format!("error: cannot read {}: {e}", file.display())))?;
    }
    let desk = Desk::open(global).await?;
    let folder = desk.database.parent().unwrap_or(Path::new(".")).to_owned();
    let inputs = args.files.into_iter().map(input).collect();
    let ordered = tokio::task::block_in_place(|| in_time_order(inputs, &folder));
    ordered.faults.iter().for_each(|fault| desk.warn(fault));
    let captures = ordered.strands.iter().map(|s| s.captures()).sum();
    let strands: Vec<_> = ordered.strands.into_iter().map(from_warc).collect();
    let tally = desk.run(desk.names().await?, strands, captures, &args.options).await?;
    report(&tally, "capture", ordered.faults.len() as u64)
}

fn input(file: PathBuf) -> Input {
    match file.as_os_str() == "-" {
        true => Input::Stream { name: "<stdin>".into(), from: Box::new(std::io::stdin()) },
        false => Input::File(file),
    }
}
