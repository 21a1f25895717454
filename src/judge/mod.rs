//! A text and what is known of its source → a verdict: pure.
//!
//! The question is never "is the page different?" but "did the policy change, and is this the policy?".
//! [`judge`] compares words, not markup; it remembers which clauses were seen before, so that a page that flips
//! between two texts is one story; and where something looks wrong it holds its tongue until a second look.
//! Doubt speaks in the end: what stays is told.

mod difference;
mod memory;
mod restless;
mod spelling;
mod usable;
mod wording;

pub use memory::Memory;

use jiff::{SignedDuration, Timestamp};

use crate::model::Text;
use difference::Difference;
use memory::Hold;

/// A text with less than this share of the words of the version before is held for a second look: a page that
/// loaded in half looks like this, and so does a page that was replaced.
const SHRUNK: f64 = 0.4;
/// A text with less than this share of the words, and hardly any running text, is not the policy any more.
const GONE: f64 = 0.25;
/// A text that keeps less than this share of the words of the version before in whole clauses may be another document:
/// the page of another address, or of another language.
const KEPT: f64 = 0.1;
/// How many looks more another document must stay, …
const OTHER_LOOKS: u32 = 1;
/// … and one in another language: servers guess a reader's language, differently from day to day.
const OTHER_LANGUAGE_LOOKS: u32 = 3;
/// How many looks more, and how long, a shrunken text must stay before it is told: what fails to load at one look fails at
/// those within the next minutes, too.
const SHRUNK_LOOKS: u32 = 2;
const SHRUNK_TIME: SignedDuration = SignedDuration::from_hours(1);
/// How many looks more a text that only lost clauses must stay: one clause that failed to load looks like this too.
const REMOVAL_LOOKS: u32 = 1;
/// How many looks more, and how long, a text that only brings back clauses seen before must stay, and one that only lost
/// clauses, its title among them. Pages flip between two texts while servers disagree, and load without their upper part
/// for days; a revert that lasts is news.
const RETURN_LOOKS: u32 = 8;
const RETURN_TIME: SignedDuration = SignedDuration::from_hours(72);
/// How many looks more, and how long, a page may show suspicious texts that are never twice the same before it is told
/// all the same: one line that changes at every look must not silence what changed with it.
const DOUBTS: u32 = 6;
const DOUBT_TIME: SignedDuration = SignedDuration::from_hours(48);

/// What changes at most looks is passed over if at least this share of the words before is still there beside it.
const BESIDE: f64 = 0.75;

/// One look at a source.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The text of the page.
    pub text: &'a Text,
    /// When the page was fetched.
    pub at: Timestamp,
}

/// What a look means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The first text of a source.
    First,
    /// The same policy; what differs all the same and doesn't count, for people.
    Unchanged(Option<String>),
    /// Not the policy; why, for people.
    Unusable(String),
    /// Changed, but to be looked at again before anything is said; why.
    Held(String),
    /// The policy changed; why it is told now.
    Changed(String),
}

/// Judges a look against the latest version and what is remembered of the source; `memory` is brought up to date.
pub fn judge(look: Look<'_>, latest: Option<&Text>, memory: &mut Memory) -> Verdict {
    if let Some(reason) = usable::objection(&look) {
        return Verdict::Unusable(reason);
    }
    let Some(latest) = latest else { return Verdict::First };
    let latest = &*latest.compared_with(look.text);
    if is_same(latest, look.text) {
        // Nearly every look ends here, and costs next to nothing.
        memory.hold = None;
        memory.restless.look(&[]);
        return Verdict::Unchanged(None);
    }
    let difference = Difference::between(latest, look.text);
    if look.text.in_scripts && !latest.in_scripts && !difference.is_none() {
        return Verdict::Unusable("the page is empty without its scripts, and was not before".to_owned());
    }
    if let Some(sameness) = sameness(&difference, memory) {
        memory.hold = None;
        memory.restless.look(&[]);
        return Verdict::Unchanged(sameness.map(str::to_owned));
    }
    if difference.remaining() < SHRUNK
        && let Some(reason) = usable::replacement(look.text)
    {
        return Verdict::Unusable(reason);
    }
    if difference.remaining() < GONE && !usable::is_policy_like(look.text) {
        return Verdict::Unusable(
            "the policy is gone from the page: an index or an error is in its place".to_owned(),
        );
    }
    if memory.restless.look(&difference.spots()) && difference.kept() >= BESIDE {
        memory.hold = None;
        return Verdict::Unchanged(Some("only words that change at most looks differ".to_owned()));
    }
    let suspicion = suspicion(&difference, is_another_language(latest, look.text), memory);
    if let Some(suspicion) = &suspicion
        && !memory.has_stayed(difference.fingerprint, suspicion, look.at)
    {
        return Verdict::Held(suspicion.why.to_owned());
    }
    memory.remember(&difference);
    Verdict::Changed(suspicion.map_or("new words".to_owned(), |s| format!("{}; it stayed", s.why)))
}

/// Whether the clauses say the same, letter for letter.
fn is_same(latest: &Text, text: &Text) -> bool {
    latest.clauses.iter().map(|c| &c.text).eq(text.clauses.iter().map(|c| &c.text))
}

/// Whether it is the same policy all the same, and what differs that doesn't count.
fn sameness(difference: &Difference<'_>, memory: &Memory) -> Option<Option<&'static str>> {
    if difference.is_none() {
        Some(difference.respelled.then_some("only how a date or an address is written differs"))
    } else if difference.is_slight(memory) {
        Some(Some("only headings or short lines around the text differ"))
    } else if difference.is_only_recut() {
        Some(Some("the same words, cut into paragraphs in another way"))
    } else {
        None
    }
}

/// Why a text is looked at again, and how long it must stay to be told.
struct Suspicion {
    why: &'static str,
    looks: u32,
    time: SignedDuration,
}

fn suspicion(difference: &Difference<'_>, other_language: bool, memory: &Memory) -> Option<Suspicion> {
    if difference.kept() < KEPT && other_language {
        let why = "the page is in another language";
        return Some(Suspicion { why, looks: OTHER_LANGUAGE_LOOKS, time: SignedDuration::ZERO });
    }
    if difference.remaining() < SHRUNK {
        let why = "most of the text is missing";
        return Some(Suspicion { why, looks: SHRUNK_LOOKS, time: SHRUNK_TIME });
    }
    if difference.is_cut_off() {
        let why = "the page ends in the middle of a clause";
        return Some(Suspicion { why, looks: SHRUNK_LOOKS, time: SHRUNK_TIME });
    }
    if difference.added.iter().any(|c| !memory.has_seen(c.key)) {
        if difference.kept() < KEPT {
            let why = "hardly a clause is left of the policy: this may be another document";
            return Some(Suspicion { why, looks: OTHER_LOOKS, time: SignedDuration::ZERO });
        }
        return None;
    }
    if difference.has_lost_its_title() {
        let why = "the title is missing: the page may not have loaded whole";
        return Some(Suspicion { why, looks: RETURN_LOOKS, time: RETURN_TIME });
    }
    if difference.added.is_empty() {
        let why = "clauses are missing and none is new";
        return Some(Suspicion { why, looks: REMOVAL_LOOKS, time: SignedDuration::ZERO });
    }
    let why = "an earlier text is back";
    Some(Suspicion { why, looks: RETURN_LOOKS, time: RETURN_TIME })
}

/// Whether both texts declare their language, and not the same; regions don't count.
fn is_another_language(before: &Text, after: &Text) -> bool {
    let primary = |text: &Text| text.language.split(['-', '_']).next().unwrap_or_default().to_owned();
    let (before, after) = (primary(before), primary(after));
    !before.is_empty() && !after.is_empty() && before != after
}

impl Memory {
    /// Whether a suspicious text was seen at enough looks, for long enough; counts this look.
    fn has_stayed(&mut self, fingerprint: u64, suspicion: &Suspicion, at: Timestamp) -> bool {
        let hold = match self.hold {
            None => Hold::new(fingerprint, at),
            Some(hold) => {
                let doubts = hold.doubts.saturating_add(1);
                match hold.fingerprint == fingerprint {
                    true => Hold { looks: hold.looks.saturating_add(1), doubts, ..hold },
                    false => Hold { fingerprint, looks: 0, since: at, doubts, ..hold },
                }
            }
        };
        self.hold = Some(hold);
        let same = hold.looks >= suspicion.looks && at.duration_since(hold.since) >= suspicion.time;
        let long =
            hold.doubts >= DOUBTS && at.duration_since(hold.doubted_since) >= suspicion.time.max(DOUBT_TIME);
        same || long
    }

    fn remember(&mut self, difference: &Difference<'_>) {
        self.hold = None;
        self.restless.settle();
        let keys = |clauses: &[difference::Clause]| clauses.iter().map(|c| c.key).collect::<Vec<_>>();
        self.forget(&keys(&difference.added));
        self.add(&keys(&difference.removed));
    }
}

#[cfg(test)]
mod tests;
