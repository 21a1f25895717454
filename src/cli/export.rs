//! `fineprint export`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Parser;

use crate::clock::{Clock as _, SystemClock};
use crate::export::{self, Question, bundle};

use super::print::{instant, instant_from};
use super::{Failure, Global, exit, screen, selection};

/// Write down as evidence what a policy said at a time
///
/// A bundle holds the pages as received (WARC 1.1), the texts, what changed, every look, the part of the hash chain that
/// vouches for all of it, and a statement in plain words to be printed. It says itself how it is checked, without
/// fineprint: docs/export.md says more.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint export openai/usage-policies --at 2026-03-01                   what it said on that day
  fineprint export openai/usage-policies --since 2026-01-01 -o evidence    this year's versions, as a folder
  fineprint export openai/usage-policies                                   all there ever was
  fineprint verify openai-usage-policies-2026-03-01.zip                    is a bundle what was written?")]
pub(super) struct Args {
    /// The source: id, service, glob or address
    #[arg(value_name = "SOURCE")]
    source: String,
    /// What it said at this time: a date, at its end, or an RFC 3339 instant
    #[arg(long, value_name = "TIME", conflicts_with_all = ["since", "until"])]
    at: Option<String>,
    /// What it said from this time on: a date, from its beginning, or an RFC 3339 instant
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// What it said until this time: a date, to its end, or an RFC 3339 instant
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// A folder, or a file that ends in .zip [default: a zip file named after source and time]
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let now = SystemClock.now();
    let question = match &args.at {
        // Today ends later, and what it says until now is what is asked.
        Some(at) if instant_from(at)? <= now => Question::At(instant(at)?.min(now)),
        Some(_) => {
            return Err(Failure::usage("error: nobody knows what it will say: the time is in the future"));
        }
        None => Question::Between(
            args.since.as_deref().map(instant_from).transpose()?,
            args.until.as_deref().map(instant).transpose()?,
        ),
    };
    let store = global.archive().await?;
    let known = store.sources().await?;
    let source = selection::one(&known, &args.source)?;
    let witnesses = global.witnesses()?;
    let bundle = bundle(&store, source, question, &witnesses, now).await?;
    let path = args.output.unwrap_or_else(|| PathBuf::from(format!("{}.zip", bundle.name)));
    let bytes = export::write(&bundle, &path)?;
    let mut out = anstream::stdout().lock();
    for paragraph in &bundle.answer {
        writeln!(out, "{}", screen::wrapped(paragraph, 0, screen::width()))?;
    }
    writeln!(out, "\nWrote {} ({} kB, {} files).", path.display(), bytes.div_ceil(1000), bundle.files.len())?;
    writeln!(
        out,
        "To be written down elsewhere, SHA-256 of its {}:\n{}",
        export::SUMS,
        bundle.fingerprint()
    )?;
    Ok(exit::DONE)
}

impl From<export::Error> for Failure {
    fn from(error: export::Error) -> Self {
        match error {
            export::Error::Store(error) => error.into(),
            export::Error::Line { .. } | export::Error::Altered(_) => {
                Self::internal(format!("error: {error}"))
            }
            export::Error::Witness(_) => Self::unreachable(format!("error: {error}"))
                .hint("without [evidence] in the configuration a bundle needs no witness"),
            error => Self::usage(format!("error: {error}")),
        }
    }
}
