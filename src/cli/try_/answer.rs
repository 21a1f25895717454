//! What is said of an API that was tried.

use std::io::{self, Write};

use serde_json::json;

use crate::answer::{self, Parts};
use crate::cli::print::{count, json_line};
use crate::cli::screen::wrapped;
use crate::cli::{Format, exit};
use crate::extract::Reading;
use crate::model::{Snapshot, Watch};

/// Prints what would be watched of an answer, and what it doesn't have; the code says whether it can be watched.
pub(super) fn print(
    out: &mut impl Write,
    (format, width): (Format, usize),
    page: &Snapshot,
    reading: &Reading,
    watch: &Watch,
) -> io::Result<u8> {
    let parts = Parts::of(&reading.text);
    let fine = parts.status.is_fine();
    let said = answer::message(page).filter(|_| !fine);
    let verdict = match (fine, &said) {
        (true, _) => "usable: this API can be watched".to_owned(),
        (false, None) => format!("not usable: the API answers {}", parts.status),
        (false, Some(said)) => format!("not usable: the API answers {}; it says “{said}”", parts.status),
    };
    match format {
        Format::Json => json_line(
            out,
            &json!({
                "url": page.url,
                "final_url": page.final_url,
                "status": page.status,
                "content_type": page.content_type(),
                "usable": fine,
                "objection": (!fine).then_some(&verdict),
                "kept": reading.text.to_markdown(),
                "unmatched": reading.unmatched,
                "headers": page.headers.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            }),
        )?,
        Format::Text => text(out, width, page, &parts, watch, &verdict, &reading.text.to_markdown())?,
    }
    Ok(if fine { exit::DONE } else { exit::UNREADABLE })
}

fn text(
    out: &mut impl Write,
    width: usize,
    page: &Snapshot,
    parts: &Parts,
    watch: &Watch,
    verdict: &str,
    watched: &str,
) -> io::Result<()> {
    let (bold, dim) = (anstyle::Style::new().bold(), anstyle::Style::new().dimmed());
    let values: usize = parts.json.iter().map(|(_, values)| values.len()).sum();
    let kind = page.content_type().unwrap_or("no content type");
    let facts = [
        ("API", page.final_url.to_string()),
        ("answer", format!("HTTP {}, {kind}, {} bytes", page.status, page.body.len())),
        (
            "watched",
            format!(
                "the status, {}, {} at {}",
                count(parts.headers.len() as u64, "header"),
                count(values as u64, "value"),
                count(watch.json.len() as u64, "path")
            ),
        ),
        ("verdict", verdict.to_owned()),
    ];
    for (name, said) in facts {
        writeln!(out, "{dim}{name:<9}{dim:#} {}", wrapped(&said, 10, width).trim_start())?;
    }
    writeln!(out, "\n{bold}Watched{bold:#}")?;
    for line in watched.lines() {
        writeln!(out, "{}", wrapped(line, 2, width))?;
    }
    let others: Vec<&str> = page.headers.iter().map(|(name, _)| name.as_str()).collect();
    let mut others: Vec<&str> =
        others.into_iter().filter(|name| !watch.headers.iter().any(|w| w == name)).collect();
    others.dedup();
    writeln!(out, "\n{bold}Other headers of the answer{bold:#}")?;
    writeln!(out, "{}", wrapped(&others.join(", "), 2, width))
}
