//! `fineprint notices --show ID`

use std::io::{self, Write};

use serde::Serialize;

use super::{Line, progress, state};
use crate::cli::print::{json_line, minute};
use crate::cli::{Failure, Format, exit, screen};
use crate::clock::{Clock as _, SystemClock};
use crate::diff::render::escape;
use crate::model::{Delivery, Notice, Run};
use crate::store::{Attempt, Attempted, DeliveryFilter, Listing, Store};

/// Shows a notice and each of its deliveries with every attempt.
pub(super) async fn run(store: &Store, id: &str, format: Format) -> Result<u8, Failure> {
    let filter = DeliveryFilter { notice: id.to_owned(), ..DeliveryFilter::default() };
    let Listing { deliveries, unreadable } = store.listing(filter).await?;
    let Some(first) = deliveries.first().map(|delivery| delivery.notice.clone()) else {
        if let Some(damaged) = unreadable.first() {
            return Err(Failure::internal(format!("error: {}", damaged.why)));
        }
        return Err(Failure::usage(format!("error: there is no notice `{id}`"))
            .hint("`fineprint notices` lists what was queued for a channel"));
    };
    if deliveries.iter().any(|delivery| delivery.notice.id != first.id) {
        return Err(Failure::usage(format!("error: `{id}` is the beginning of more than one id"))
            .hint("write more of it"));
    }
    let out = &mut anstream::stdout().lock();
    if format == Format::Text {
        notice(out, &first)?;
    }
    for delivery in &deliveries {
        let attempts = store.attempts(delivery.id).await?;
        match format {
            Format::Json => json_line(out, &Shown::new(delivery, &attempts))?,
            Format::Text => text(out, delivery, &attempts)?,
        }
    }
    Ok(exit::DONE)
}

fn notice(out: &mut impl Write, notice: &Notice) -> io::Result<()> {
    let (bold, dim, width) =
        (anstyle::Style::new().bold(), anstyle::Style::new().dimmed(), screen::measure());
    writeln!(out, "{bold}{}{bold:#}", screen::wrapped(&notice.subject, 0, width))?;
    let about = format!("{} {} UTC {}", notice.id, minute(notice.at), notice.url);
    writeln!(out, "{dim}{}{dim:#}", screen::wrapped(&about, 0, width))?;
    writeln!(out)?;
    for line in notice.summary.lines() {
        writeln!(out, "{}", screen::wrapped(line, 0, width))?;
    }
    for excerpt in &notice.excerpts {
        let words = |run: &Run| match run {
            Run::Kept(text) => text.clone(),
            Run::Removed(text) => format!("[-{text}-]"),
            Run::Added(text) => format!("{{+{text}+}}"),
        };
        let runs: String = excerpt.runs.iter().map(words).collect();
        writeln!(out, "\n{dim}{}{dim:#}", screen::wrapped(&excerpt.path.join(" › "), 2, width))?;
        writeln!(out, "{}", screen::wrapped(&runs, 2, width))?;
    }
    if notice.cut > 0 {
        writeln!(out, "\n  … and {} more", notice.cut)?;
    }
    for folded in &notice.folded {
        let line = format!("{} {}", folded.id, folded.subject);
        writeln!(out, "{}", screen::wrapped(&line, 2, width))?;
    }
    writeln!(out, "\n{dim}{}{dim:#}\n", escape::terminal(&notice.more))
}

fn text(out: &mut impl Write, delivery: &Delivery, attempts: &[Attempt]) -> io::Result<()> {
    let (name, style) = state(delivery);
    let width = screen::measure();
    let how = progress(delivery, SystemClock.now());
    writeln!(
        out,
        "{style}{name}{style:#} {} {}",
        delivery.channel,
        screen::wrapped(&how, 0, width).trim_start()
    )?;
    for attempt in attempts {
        let took = attempt.took.as_millis();
        let line = format!("{} UTC, {took} ms: {}", minute(attempt.at), attempt.detail);
        writeln!(out, "{}", screen::wrapped(&line, 4, width))?;
    }
    Ok(())
}

/// A delivery with its notice and its attempts, as JSON; the keys are stable.
#[derive(Serialize)]
struct Shown<'a> {
    delivery: Line<'a>,
    attempts: Vec<Try<'a>>,
    notice: &'a Notice,
}

#[derive(Serialize)]
struct Try<'a> {
    at: jiff::Timestamp,
    took_ms: u64,
    outcome: &'static str,
    detail: &'a str,
}

impl<'a> Shown<'a> {
    fn new(delivery: &'a Delivery, attempts: &'a [Attempt]) -> Self {
        let attempt = |attempt: &'a Attempt| Try {
            at: attempt.at,
            took_ms: u64::try_from(attempt.took.as_millis()).unwrap_or(u64::MAX),
            outcome: match attempt.outcome {
                Attempted::Delivered => "delivered",
                Attempted::Retry { .. } => "retry",
                Attempted::Dead => "dead",
            },
            detail: &attempt.detail,
        };
        Self {
            delivery: Line::new(delivery),
            attempts: attempts.iter().map(attempt).collect(),
            notice: &delivery.notice,
        }
    }
}
