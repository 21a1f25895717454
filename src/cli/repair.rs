//! `fineprint repair`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Parser;

use crate::clock::{Clock as _, SystemClock};
use crate::diff::render::escape;
use crate::store::Store;

use super::context::must_exist;
use super::print::count;
use super::{Failure, exit};

/// Make a new archive of what can be read of a damaged one
///
/// The damaged file is only read: keep it. What is lost or was altered is listed, and written into the new archive's
/// own chain, where `fineprint verify` tells it. A backup that verifies is better than any repair.
#[derive(Debug, Parser)]
#[command(after_help = "Example:
  fineprint repair fineprint.db repaired.db

It ends with code 3 if not everything could be saved.
Of a file whose very first page is damaged nothing can be saved: that page says where everything else is.")]
pub(super) struct Args {
    /// The damaged archive
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// Where the new one goes
    #[arg(value_name = "NEW")]
    new: PathBuf,
}

pub(super) async fn run(args: Args) -> Result<u8, Failure> {
    must_exist(&args.old)?;
    let repaired = Store::repair(&args.old, &args.new, SystemClock.now()).await?;
    let mut out = anstream::stdout().lock();
    writeln!(out, "{}: {} saved", args.new.display(), count(repaired.rows, "row"))?;
    for lost in &repaired.lost {
        writeln!(out, "lost: {}", escape::terminal(lost))?;
    }
    for finding in &repaired.verified.findings {
        writeln!(out, "damaged: {}", escape::terminal(&finding.to_string()))?;
    }
    if repaired.verified.more > 0 {
        writeln!(out, "… and {} more", repaired.verified.more)?;
    }
    let verdict = match repaired.is_complete() {
        true => "everything is as it was recorded",
        false => "what is lost or damaged is on record in the new archive; keep the old one",
    };
    writeln!(out, "{verdict}")?;
    Ok(if repaired.is_complete() { exit::DONE } else { exit::UNREADABLE })
}
