//! `fineprint try`

mod answer;
mod page;
mod report;

use std::io::Write as _;

use clap::Parser;

use crate::check::read;
use crate::extract::{self, Page, explain};
use crate::model::{Rules, Snapshot, Source};

use super::{Failure, Format, Global, exit, screen};
use report::Report;

/// Show what would be watched on a page, and what would be ignored
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint try https://openai.com/policies/usage-policies/
  fineprint try openai/usage-policies              a source, with the rules it is configured with
  fineprint try saved.html --select main           a file, and only what the selector matches
  fineprint try legal.html --select '#dpa .. #annex'
  fineprint try --browser https://example.com/terms      as Chromium shows it
  curl -s https://example.com/terms | fineprint try - --remove '.related, #changelog'

The page is fetched once, as a check would; nothing is stored. `select`, `remove` and `ignore` mean the same in sources.toml; \
few pages need them.")]
pub(super) struct Args {
    /// An address, a file (- is standard input), or a source of the configuration
    #[arg(value_name = "URL|FILE|SOURCE")]
    page: String,
    /// Read only what this CSS selector matches, or what stands between two: '#a .. #b'; can be given more than once
    #[arg(long, value_name = "CSS")]
    select: Vec<String>,
    /// Leave out what this CSS selector matches, or what stands between two; can be given more than once
    #[arg(long, value_name = "CSS")]
    remove: Vec<String>,
    /// Count words that match this regular expression for nothing; can be given more than once
    #[arg(long, value_name = "REGEX")]
    ignore: Vec<String>,
    /// Let a browser render the page first, as `browser = true` does
    #[arg(long)]
    browser: bool,
    /// Show all of the text instead of its outline
    #[arg(long)]
    full: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let got = page::get(global, &args.page, args.browser).await?;
    if let Some(source) = got.source.as_ref().filter(|source| source.watch.is_some()) {
        return api(source, &got.snapshot, &args);
    }
    let given = Rules { select: args.select, remove: args.remove, ignore: args.ignore };
    let rules = if given.is_empty() { got.rules } else { given };
    let page = Page::from(&got.snapshot);
    let explained = explain(&page, &rules).map_err(|error| match error {
        extract::Error::Selector(_) | extract::Error::Pattern { .. } => {
            Failure::usage(format!("error: {error}"))
        }
        _ => Failure::unreachable(format!("error: {error}")),
    })?;
    for selector in &explained.unmatched {
        writeln!(anstream::stderr(), "warning: nothing on the page matches `{selector}`")?;
    }
    let report = Report::new(&got.snapshot, &explained, &got.pins);
    let mut out = anstream::stdout().lock();
    match args.format {
        Format::Json => super::print::json_line(&mut out, &report.json())?,
        Format::Text => out.write_all(report.text(screen::width(), args.full).as_bytes())?,
    }
    Ok(if report.objection.is_none() { exit::DONE } else { exit::UNREADABLE })
}

/// Shows what would be watched of an API's answer.
fn api(source: &Source, snapshot: &Snapshot, args: &Args) -> Result<u8, Failure> {
    let reading = read::read(source, snapshot).map_err(|e| Failure::usage(format!("error: {e}")))?;
    for missing in &reading.unmatched {
        writeln!(anstream::stderr(), "warning: the answer has no `{missing}`")?;
    }
    let watch = source.watch.as_ref().cloned().unwrap_or_default();
    let mut out = anstream::stdout().lock();
    Ok(answer::print(&mut out, (args.format, screen::width()), snapshot, &reading, &watch)?)
}
