//! What the chain of a source says: every look, and how long each version stood.

use jiff::Timestamp;
use serde::Deserialize;

use crate::model::{Cause, Outcome};

/// An entry of a source's chain, as far as a bundle needs it; docs/evidence.md says what a line holds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Line {
    pub(super) id: i64,
    pub(super) at: Timestamp,
    pub(super) kind: String,
    pub(super) outcome: Option<Outcome>,
    pub(super) status: Option<u16>,
    pub(super) body: Option<String>,
    pub(super) detail: Option<String>,
    pub(super) page: Option<PageLine>,
    pub(super) last: Option<PageLine>,
    pub(super) version: Option<VersionLine>,
}

/// A page that is kept, by its digests.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct PageLine {
    pub(super) id: i64,
    pub(super) fetched_at: Timestamp,
    pub(super) body: String,
}

/// A version, by its digest.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct VersionLine {
    pub(super) number: u32,
    pub(super) seen_at: Timestamp,
    pub(super) cause: Cause,
    pub(super) text: String,
}

impl Line {
    /// Whether somebody looked at the page: another reading of a stored one is no look.
    pub(super) fn is_look(&self) -> bool {
        let read_again = self.version.as_ref().is_some_and(|version| version.cause == Cause::Extractor);
        self.kind == "check" && !read_again
    }

    /// Whether a look found the policy, and not something else or nothing.
    pub(super) fn is_accepted(&self) -> bool {
        self.is_look() && self.outcome.is_some_and(Outcome::is_accepted)
    }

    /// The digest of the body that came.
    pub(super) fn body(&self) -> Option<&str> {
        self.body.as_deref().or(self.page.as_ref().map(|page| page.body.as_str()))
    }
}

/// How long the policy stood as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stand {
    /// The version; where the page was read again in another way, the latest reading.
    pub(super) version: u32,
    /// The SHA-256 of its text.
    pub(super) text: String,
    /// When it was first seen.
    pub(super) first: Timestamp,
    /// When it was last found unchanged.
    pub(super) last: Timestamp,
    /// How often it was looked at and found so, the first time included.
    pub(super) looks: u64,
    /// The longest time between two of these looks.
    pub(super) widest: Option<(Timestamp, Timestamp)>,
    /// How often a look brought something else or nothing meanwhile: error pages, pages that waited for a second look.
    pub(super) others: u64,
    /// When the next version was first seen.
    pub(super) ended: Option<Timestamp>,
    /// Its lines: from the one that brought it to before the one that brought the next.
    pub(super) lines: std::ops::Range<usize>,
}

/// The stands of a history, oldest first.
pub(super) fn stands(lines: &[Line]) -> Vec<Stand> {
    let mut stands: Vec<Stand> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        match (&line.version, stands.last_mut()) {
            (Some(version), Some(stand)) if version.cause == Cause::Extractor => {
                (stand.version, stand.text) = (version.number, version.text.clone());
            }
            (Some(version), before) => {
                if let Some(before) = before {
                    before.ended = Some(line.at);
                }
                stands.push(Stand::begun(version, i));
            }
            (None, Some(stand)) if line.is_accepted() => stand.look(line.at),
            (None, Some(stand)) if line.is_look() => stand.others += 1,
            _ => {}
        }
        if let Some(stand) = stands.last_mut() {
            stand.lines.end = i + 1;
        }
    }
    stands
}

impl Stand {
    fn begun(version: &VersionLine, line: usize) -> Self {
        Self {
            version: version.number,
            text: version.text.clone(),
            first: version.seen_at,
            last: version.seen_at,
            looks: 1,
            widest: None,
            others: 0,
            ended: None,
            lines: line..line + 1,
        }
    }

    fn look(&mut self, at: Timestamp) {
        let gap = (self.last, at);
        let length = |(from, to): (Timestamp, Timestamp)| to.duration_since(from);
        if self.widest.is_none_or(|widest| length(gap) > length(widest)) {
            self.widest = Some(gap);
        }
        (self.last, self.looks) = (at, self.looks + 1);
    }
}

/// The last look that found the policy until a time, and the first one after it.
pub(super) fn around(lines: &[Line], at: Timestamp) -> (Option<&Line>, Option<&Line>) {
    let before = lines.iter().rfind(|line| line.is_accepted() && line.at <= at);
    let after = lines.iter().find(|line| line.is_accepted() && line.at > at);
    (before, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(hour: i64, outcome: &str, version: Option<(u32, &str)>) -> Line {
        let at = format!("2026-03-0{}T{:02}:00:00.000Z", 1 + hour / 24, hour % 24);
        let mut line = serde_json::json!({ "id": hour, "at": at, "kind": "check", "outcome": outcome });
        if let Some((number, cause)) = version {
            line["version"] = serde_json::json!({ "number": number, "seen_at": at, "cause": cause, "text": format!("t{number}") });
        }
        serde_json::from_value(line).unwrap()
    }

    #[test]
    fn a_version_stands_from_its_first_sight_to_its_last() {
        let lines = [
            line(0, "failed", None),
            line(1, "first", Some((1, "publisher"))),
            line(2, "unchanged", None),
            line(5, "not_modified", None),
            line(6, "held", None),
            line(7, "unusable", None),
            line(8, "unchanged", Some((2, "extractor"))),
            line(9, "changed", Some((3, "publisher"))),
        ];
        let shown: Vec<_> = stands(&lines)
            .into_iter()
            .map(|s| {
                let hour = |at: Timestamp| at.strftime("%H").to_string();
                let widest = s.widest.map(|(a, b)| format!("{}–{}", hour(a), hour(b)));
                format!(
                    "{} {} {}–{} ×{} widest {widest:?} others {} {:?}",
                    s.version,
                    s.text,
                    hour(s.first),
                    hour(s.last),
                    s.looks,
                    s.others,
                    s.lines
                )
            })
            .collect();
        assert_eq!(
            shown,
            ["2 t2 01–05 ×3 widest Some(\"02–05\") others 2 1..7", "3 t3 09–09 ×1 widest None others 0 7..8"]
        );
        let (before, after) = around(&lines, lines[4].at);
        assert_eq!((before.unwrap().id, after.unwrap().id), (5, 9));
    }
}
