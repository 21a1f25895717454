//! The notice that an API answers otherwise.

use super::changed::{changed, headed};
use super::wording::capitalised;
use crate::diff::Diff;
use crate::model::{Change, Notice, Source, Text, Topic};

/// The notice that an API answers otherwise than it did; its id is the change's. What is lost is said first, in the
/// words of the change's reasons: counts of clauses say nothing about an API.
pub fn access_changed(source: &Source, change: &Change, before: &Text, after: &Text, diff: &Diff) -> Notice {
    let line = format!("{} · {}: {}", source.service, source.terms, change.summary);
    let prefix = format!("{}: ", Topic::AccessLimits);
    // The first says how serious it is.
    let lines = change.reasons.iter().skip(1).map(|line| line.strip_prefix(&prefix).unwrap_or(line));
    let lines: Vec<String> = lines.map(|line| format!("{}.", capitalised(line))).collect();
    Notice {
        subject: headed(change.severity, &change.topics, &line),
        summary: lines.join(" "),
        ..changed(source, change, before, after, diff)
    }
}
