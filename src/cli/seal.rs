//! `fineprint seal`

use std::io::Write as _;

use clap::Parser;

use crate::clock::{Clock as _, SystemClock};
use crate::export::{Sealed, seal};

use super::{Failure, Global, exit};

/// Seal what was recorded, so that nobody can say it was made up later
///
/// Prints one number, the head of the archive's own hash chain, which stands for everything recorded until now: whoever
/// is given it can be shown any of it later. With a key or a timestamp authority in `[evidence]` the head is signed and
/// timestamped as well, and `fineprint export` adds that to its bundles. Once a day is enough; no daemon has to stop.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint seal                                             sign and timestamp, as [evidence] says
  fineprint seal | mail -s 'archive head' notary@example.com    or give the head to somebody")]
pub(super) struct Args {}

pub(super) async fn run(global: &Global, _: Args) -> Result<u8, Failure> {
    let witnesses = global.witnesses()?;
    let store = global.archive().await?;
    let Some(Sealed { entries, head, signed, timestamp }) =
        seal(&store, &witnesses, SystemClock.now()).await?
    else {
        return Err(Failure::usage("error: nothing is recorded yet").hint("`fineprint check` looks now"));
    };
    let mut out = anstream::stdout().lock();
    writeln!(out, "{head}")?;
    let count = if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") };
    let mut err = anstream::stderr().lock();
    writeln!(err, "the head of the archive's own chain, {count} long")?;
    if signed {
        writeln!(err, "signed with the key of [evidence]")?;
    }
    if let Some(at) = timestamp {
        writeln!(err, "timestamped for {at}")?;
    }
    Ok(exit::DONE)
}
