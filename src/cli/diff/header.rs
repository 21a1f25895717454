//! What stands above a diff: whose text, between when and when, how serious.

use std::collections::HashMap;

use serde_json::{Value, json as value};

use super::Pair;
use crate::cli::print::minute;
use crate::cli::{log, screen};
use crate::diff::Diff;
use crate::diff::render::escape;
use crate::model::{Cause, Change, NoticeId, Summary, Version};
use crate::notice;

pub(super) struct Header<'a> {
    pub(super) pair: &'a Pair<'a>,
    /// The recorded changes between the versions, oldest first.
    pub(super) changes: &'a [Change],
    pub(super) diff: &'a Diff,
    /// What a machine wrote about the changes, by their ids.
    pub(super) written: &'a HashMap<NoticeId, Summary>,
}

impl<'a> Header<'a> {
    /// For a terminal.
    pub(super) fn text(&self, width: usize, color: bool) -> String {
        let source = self.pair.source;
        // Each line on its own: a pager may start anywhere.
        let style = |style: anstyle::Style, text: String| {
            let style = if color { style } else { anstyle::Style::new() };
            text.lines().map(|line| format!("{style}{line}{style:#}\n")).collect::<String>()
        };
        let dim = anstyle::Style::new().dimmed();
        let line = |text: &str| screen::wrapped(text, 0, width);
        let mut out =
            style(anstyle::Style::new().bold(), line(&format!("{} · {}", source.service, source.terms)));
        out += &style(dim, line(&format!("{}  {}", source.id, source.url)));
        out += &style(dim, line(&self.versions()));
        let severity = self.severity().map_or(anstyle::Style::new(), |(_, style)| style);
        out += &style(severity, line(&self.summary()));
        self.reasons().for_each(|why| out += &style(dim, bulleted(&why, width)));
        self.written().for_each(|said| out += &style(dim, line(&said)));
        out
    }

    /// For a ticket.
    pub(super) fn markdown(&self) -> String {
        let source = self.pair.source;
        let title = escape::markdown(&format!("{} · {}", source.service, source.terms));
        format!(
            "## {title}\n\n<{}>  \n{}  \n{}\n",
            source.url,
            escape::markdown(&self.versions()),
            escape::markdown(&self.summary())
        ) + &self.reasons().map(|why| format!("- {}\n", escape::markdown(&why))).collect::<String>()
            + &self.written().map(|said| format!("\n_{}_\n", escape::markdown(&said))).collect::<String>()
    }

    /// For a page.
    pub(super) fn html(&self) -> String {
        let source = self.pair.source;
        let line = |class: &str, text: &str| format!("<p class=\"{class}\">{}</p>\n", escape::html(text));
        format!(
            "<header>\n<h1>{}</h1>\n{}{}{}</header>\n",
            escape::html(&format!("{} · {}", source.service, source.terms)),
            page(&source.url),
            line("when", &self.versions()),
            line("what", &self.summary())
                + &self.reasons().map(|why| line("why", &why)).collect::<String>()
                + &self.written().map(|said| line("machine", &said)).collect::<String>()
        )
    }

    /// For programs: the source, both versions, the changes as `log` prints them, and the diff.
    pub(super) fn json(&self, diff: Value) -> Value {
        let source = self.pair.source;
        let version = |v: &Version| value!({ "number": v.number, "seen_at": v.seen_at, "cause": v.cause, "words": v.text.words() });
        let line =
            |change: &'a Change| log::Line::new(change, source).with_summary(self.written.get(&change.id));
        let changes: Vec<_> = self.changes.iter().map(line).collect();
        let mut json = value!({
            "source": source.id,
            "service": source.service,
            "terms": source.terms,
            "url": source.url,
            "from": version(&self.pair.before),
            "to": version(&self.pair.after),
            "changes": changes,
            "diff": diff,
        });
        if self.pair.before.source != self.pair.after.source {
            json["against"] = value!(self.pair.after.source);
        }
        json
    }

    /// `version 3, seen 2026-03-01 06:00 → version 4, seen 2026-05-01 06:00 UTC`
    fn versions(&self) -> String {
        let is_one = self.pair.before.source == self.pair.after.source;
        let whose = |v: &Version| if is_one { String::new() } else { format!("{} ", v.source) };
        let version = |v: &Version| format!("{}version {}, seen {}", whose(v), v.number, minute(v.seen_at));
        let mut line = format!("{} → {} UTC", version(&self.pair.before), version(&self.pair.after));
        if self.pair.after.cause == Cause::Extractor {
            line.push_str(" (the page is the same: it was read in another way)");
        }
        line
    }

    /// `critical · 3 clauses reworded, 1 added under “Suspension” · 32 words added, 23 removed`
    fn summary(&self) -> String {
        let (before, after) = (&self.pair.before.text, &self.pair.after.text);
        let mut parts: Vec<String> = self.severity().map(|(name, _)| name).into_iter().collect();
        parts.push(match self.changes {
            [one] if self.is_whole(one) => one.summary.clone(),
            _ => notice::summary_line(self.diff, before, after),
        });
        let (added, removed) = (self.diff.words_added(after), self.diff.words_removed(before));
        match (added, removed) {
            (0, 0) => {}
            (added, 0) => parts.push(format!("{} added", words(added))),
            (0, removed) => parts.push(format!("{} removed", words(removed))),
            (added, removed) => parts.push(format!("{} added, {removed} removed", words(added))),
        }
        if self.changes.len() > 1 {
            parts.push(format!("{} changes in a row", self.changes.len()));
        }
        if let Some(date) = self.changes.iter().rev().find_map(|change| change.effective) {
            parts.push(format!("in force from {date}, says the text"));
        }
        if !self.changes.is_empty() && self.changes.iter().all(notice::is_undated) {
            parts.push(notice::UNDATED.to_owned());
        }
        if let [one] = self.changes
            && !one.announced
        {
            parts.push(format!("told to no one: {}", one.why));
        }
        parts.join(" · ")
    }

    /// Why the change is that serious, and why it is about what it is about; of several changes `log` says it.
    fn reasons(&self) -> impl Iterator<Item = String> {
        let reasons = match self.changes {
            [one] if self.is_whole(one) => &one.reasons[..],
            _ => &[],
        };
        reasons.iter().map(|reason| notice::reason(reason))
    }

    /// What a machine wrote, a line a change.
    fn written(&self) -> impl Iterator<Item = String> {
        self.changes.iter().filter_map(|change| self.written.get(&change.id)).map(log::machine_line)
    }

    /// The gravest of the changes.
    fn severity(&self) -> Option<(String, anstyle::Style)> {
        let gravest = self.changes.iter().map(|change| change.severity).max()?;
        Some((gravest.to_string(), log::style(gravest)))
    }

    fn is_whole(&self, change: &Change) -> bool {
        change.from == self.pair.before.number && change.to == self.pair.after.number
    }
}

/// The way to the page itself.
fn page(url: &str) -> String {
    let shown = escape::html(url);
    match url.starts_with("https://") || url.starts_with("http://") {
        true => format!("<p class=\"where\"><a href=\"{shown}\" rel=\"noreferrer\">{shown}</a></p>\n"),
        false => format!("<p class=\"where\">{shown}</p>\n"),
    }
}

/// A line of a list, wrapped behind its bullet.
fn bulleted(text: &str, width: usize) -> String {
    screen::wrapped(text, 4, width).replacen("    ", "  · ", 1)
}

fn words(n: u64) -> String {
    crate::cli::print::count(n, "word")
}
