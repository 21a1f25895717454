//! Doubted looks, as lines of the log.

use std::io::{self, Write};

use serde_json::{Value, json as value};

use crate::cli::print::{count, minute};
use crate::cli::screen;
use crate::store::{Doubt, KnownSource};

pub(super) fn text(
    out: &mut impl Write,
    doubt: &Doubt,
    source: &KnownSource,
    width: usize,
) -> io::Result<()> {
    let dim = anstyle::Style::new().dimmed();
    let title = screen::fit(&format!("{} · {}", source.service, source.terms), width.saturating_sub(28));
    writeln!(out, "{}  {dim}{:<8}{dim:#}  {title}", minute(doubt.check.at), doubt.check.outcome)?;
    writeln!(out, "{}", screen::wrapped(&said(doubt), 4, width))?;
    writeln!(out, "    {dim}{} {}{}{dim:#}", source.id, super::LOOK, doubt.look)
}

/// Why, for how long, and what came of it.
fn said(doubt: &Doubt) -> String {
    let why = doubt.check.detail.as_deref().unwrap_or("no reason was recorded");
    let looks = count(doubt.looks.into(), "look");
    match doubt.ended {
        Some((at, outcome)) => format!("{why} ({looks}, until {} UTC: {outcome})", minute(at)),
        None => format!("{why} ({looks}, and it lasts)"),
    }
}

/// The keys are stable.
pub(super) fn json(doubt: &Doubt, source: &KnownSource) -> Value {
    value!({
        "id": format!("{}{}", super::LOOK, doubt.look),
        "source": source.id,
        "service": source.service,
        "terms": source.terms,
        "url": source.url,
        "at": doubt.check.at,
        "outcome": doubt.check.outcome,
        "announced": false,
        "why": doubt.check.detail,
        "looks": doubt.looks,
        "until": doubt.ended.map(|(at, _)| at),
        "ended": doubt.ended.map(|(_, outcome)| outcome),
    })
}
