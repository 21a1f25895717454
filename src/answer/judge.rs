//! Whether an answer is news yet.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::parts::{Parts, Status};
use crate::judge::Verdict;
use crate::model::{Digest, Text};

/// How many looks more another answer must stay: servers behind one address disagree for a moment, and one call fails.
const LOOKS: u32 = 1;
/// How many looks more, and how long, a failure must stay that often passes by itself.
const PASSING_LOOKS: u32 = 3;
const PASSING_TIME: SignedDuration = SignedDuration::from_hours(1);
/// After so many looks in a row that differ from what is known and from each other, the last one is told all the same.
const DOUBTS: u32 = 6;

/// What is remembered between looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// An answer that waits for another look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waiting: Option<Waiting>,
    /// What the API last showed while it worked, kept while it doesn't: what is lost in between is lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_fine: Option<Parts>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Waiting {
    /// Stands for the answer.
    what: String,
    /// How many looks more it was seen at.
    looks: u32,
    since: Timestamp,
    /// How many looks more there were, of whatever answers.
    doubts: u32,
}

impl Hold {
    /// Reads it back; what can't be read is as good as none.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    /// As bytes; at most some 1 MB, of an API that fails and showed as much as is watched at most.
    pub fn to_bytes(&self) -> Vec<u8> {
        if *self == Self::default() { Vec::new() } else { serde_json::to_vec(self).unwrap_or_default() }
    }

    /// What the API showed when it last worked, if it doesn't at present.
    pub fn last_fine(&self) -> Option<&Parts> {
        self.last_fine.as_ref()
    }

    /// Whether the answer was seen at enough looks, for long enough; counts this look.
    fn has_stayed(&mut self, status: Status, what: String, at: Timestamp) -> bool {
        let waiting = match self.waiting.take() {
            Some(before) if before.what == what => {
                Waiting { looks: before.looks + 1, doubts: before.doubts + 1, ..before }
            }
            before => {
                let doubts = before.map_or(0, |before| before.doubts + 1);
                Waiting { what, looks: 0, since: at, doubts }
            }
        };
        let (looks, time) = match status.may_pass() {
            true => (PASSING_LOOKS, PASSING_TIME),
            false => (LOOKS, SignedDuration::ZERO),
        };
        let stayed = waiting.looks >= looks && at.duration_since(waiting.since) >= time;
        let told = stayed || waiting.doubts >= DOUBTS && !status.may_pass();
        self.waiting = Some(waiting).filter(|_| !told);
        told
    }
}

/// Judges an answer against the latest version; `hold` is brought up to date.
///
/// Watching begins with an answer that works: a wrong key must not pass for the way things are.
pub fn judge(text: &Text, latest: Option<&Text>, at: Timestamp, hold: &mut Hold) -> Verdict {
    let answer = Parts::of(text);
    let status = answer.status;
    let Some(latest) = latest else {
        return match status.is_fine() {
            true => Verdict::First,
            false => Verdict::Unusable(format!("the API answers {status}")),
        };
    };
    let known = Parts::of(latest);
    if known == answer || !status.is_fine() && known.status == status {
        hold.waiting = None;
        return Verdict::Unchanged(None);
    }
    if !hold.has_stayed(status, what(text, status), at) {
        return Verdict::Held(held(&known, &answer));
    }
    match (known.status.is_fine(), status.is_fine()) {
        (true, false) => hold.last_fine = Some(known),
        (_, true) => hold.last_fine = None,
        (false, false) => {}
    }
    Verdict::Changed("the API answers otherwise; it stayed".to_owned())
}

/// What stands for an answer: of one that fails its status, of outages that they are.
fn what(text: &Text, status: Status) -> String {
    match status.code {
        500..=599 => "5xx".to_owned(),
        _ if !status.is_fine() => status.to_string(),
        _ => Digest::of(text.to_markdown().as_bytes()).to_string(),
    }
}

fn held(known: &Parts, answer: &Parts) -> String {
    match known.status == answer.status {
        true => "the API shows something else".to_owned(),
        false => format!("the API answers {} where it was {}", answer.status, known.status),
    }
}
