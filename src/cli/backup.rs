//! `fineprint backup`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Parser;

use crate::store::Store;

use super::context::must_exist;
use super::{Failure, Global, exit};

/// Copy the archive to a file, also while `watch` runs
///
/// The copy is the archive as it is at this moment, in one file. It takes its name only when it is complete and on
/// disk, in place of an earlier backup of that name; and it is verified, for a backup that can't be trusted is none.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint backup /backups/fineprint.db
  fineprint backup \"/backups/fineprint-$(date +%F).db\"

To go back, stop fineprint and put the backup where the archive was.
It ends with code 4 if the copy was made and is not intact.")]
pub(super) struct Args {
    /// Where to
    #[arg(value_name = "FILE")]
    to: PathBuf,
    /// Don't verify the copy
    #[arg(long)]
    no_verify: bool,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let from = global.database_for_reading()?;
    must_exist(&from)?;
    let bytes = Store::backup(&from, &args.to).await?;
    let mut out = anstream::stdout().lock();
    writeln!(out, "{}: {:.1} MB", args.to.display(), bytes as f64 / 1e6)?;
    if args.no_verify {
        return Ok(exit::DONE);
    }
    let verified = match Store::verify(&args.to).await {
        // Nothing to follow yet: its first writer brings it up to date.
        Err(crate::store::Error::Older { .. }) => return Ok(exit::DONE),
        verified => verified?,
    };
    if verified.is_intact() {
        writeln!(out, "verified: {} entries, {} contents", verified.entries, verified.contents)?;
        return Ok(exit::DONE);
    }
    Err(Failure::internal(format!(
        "error: the copy is not intact, and neither is the archive: {}",
        first(&verified)
    ))
    .hint("`fineprint verify` says what is damaged; `fineprint repair` saves what it can"))
}

fn first(verified: &crate::store::Verified) -> String {
    let first = verified.findings.first().map(|finding| finding.to_string()).unwrap_or_default();
    crate::diff::render::escape::terminal(&first).into_owned()
}
