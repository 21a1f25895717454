//! `fineprint review show`

use std::io::{self, Write};

use clap::Parser;

use super::list::{Line, standing};
use super::named;
use crate::cli::print::{json_line, minute};
use crate::cli::{Failure, Format, exit, log, screen};
use crate::model::{Deed, Review, Reviewed};
use crate::store::{KnownSource, Store};

/// Show a change and the whole history of its review
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// The id of the change, or its beginning
    id: String,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) async fn run(store: &Store, args: Args) -> Result<u8, Failure> {
    let reviewed = named(store, &args.id).await?;
    let known = store.sources().await?;
    let source = known.iter().find(|source| source.id == reviewed.change.source).ok_or_else(|| {
        Failure::internal(format!("error: the source of {} is missing", reviewed.change.id))
    })?;
    let out = &mut anstream::stdout().lock();
    match args.format {
        Format::Json => json_line(out, &Line::new(&reviewed, source))?,
        Format::Text => text(out, &reviewed, source)?,
    }
    Ok(exit::DONE)
}

fn text(out: &mut impl Write, reviewed: &Reviewed, source: &KnownSource) -> io::Result<()> {
    let (change, width) = (&reviewed.change, screen::measure());
    let (bold, dim) = (anstyle::Style::new().bold(), anstyle::Style::new().dimmed());
    let style = log::style(change.severity);
    let title = screen::wrapped(&format!("{} · {}", source.service, source.terms), 0, width);
    writeln!(out, "{bold}{title}{bold:#}")?;
    let about = format!("{} {} UTC {}", change.id, minute(change.at), source.url);
    writeln!(out, "{dim}{}{dim:#}", screen::wrapped(&about, 0, width))?;
    let what = screen::wrapped(&format!("{} · {}", change.severity, change.summary), 0, width);
    writeln!(out, "{style}{what}{style:#}")?;
    writeln!(out, "{}\n", screen::wrapped(&standing(reviewed), 0, width))?;
    for review in &reviewed.history {
        let did = format!("{} UTC  {}", minute(review.at), deed(review));
        writeln!(out, "{}", screen::wrapped(&did, 0, width))?;
        if let Some(note) = &review.note {
            writeln!(out, "{}", screen::wrapped(note, 4, width))?;
        }
    }
    if reviewed.history.is_empty() {
        writeln!(out, "nobody has said anything yet")?;
    }
    writeln!(out, "\n{dim}fineprint diff {}{dim:#}", change.id)
}

fn deed(review: &Review) -> String {
    match (&review.deed, &review.assignee) {
        (Deed::Assigned, Some(to)) => format!("{} assigned it to {to}", review.by),
        (deed, _) => format!("{} {deed}", review.by),
    }
}
