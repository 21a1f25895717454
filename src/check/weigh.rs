//! A page and what is known of its source → what is recorded: pure, the same for live checks and imports.

use jiff::Timestamp;

use super::{answer, read};
use crate::diff::{self, Diff};
use crate::effective;
use crate::extract::{self, Page, Reading};
use crate::judge::{self, Memory, Verdict};
use crate::model::{Cause, Change, Check, Digest, NoticeId, Outcome, Snapshot, Source, Text, Version};
use crate::notice;
use crate::schedule;
use crate::store::{NewVersion, Record, State};
use crate::topics;

/// What a page is known by, without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// The digest of its body.
    pub digest: Digest,
    /// Its skeleton, if it is to be compared with one: the page isn't that of the last look to the byte.
    pub skeleton: Option<Digest>,
}

/// What is known of a source before a look.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// The latest version.
    pub latest: Option<Version>,
    /// The digest of the last page that was accepted.
    pub body_digest: Option<Digest>,
    /// The skeleton of a page that showed the text of the latest version.
    pub skeleton: Option<Digest>,
    /// What the judge remembers.
    pub memory: Vec<u8>,
    /// How many looks in a row brought no policy.
    pub failures: u32,
    /// How many second looks there were in a row.
    pub looks: u32,
}

impl Known {
    /// What the archive knows.
    pub fn new(state: State, latest: Option<Version>) -> Self {
        let State { body_digest, skeleton, memory, failures, looks, .. } = state;
        Self { latest, body_digest, skeleton, memory, failures, looks }
    }

    /// What a page is known by.
    pub fn marks(&self, source: &Source, page: &Snapshot) -> Marks {
        let digest = page.digest();
        let is_new = self.body_digest != Some(digest);
        let known = self.skeleton.filter(|_| is_new && source.watch.is_none());
        let skeleton = known.and_then(|_| extract::skeleton(&Page::from(page), &source.rules));
        Marks { digest, skeleton }
    }

    /// Whether a page is the one of the last look, or differs from one that showed the latest version in nothing that can
    /// be read, and thus says nothing new.
    ///
    /// Between looks that brought something else the judge has to see it too: it ends what was held. And so where words
    /// that change at most looks come to rest.
    pub(super) fn has_seen(&self, page: Marks) -> bool {
        let is_same = self.body_digest == Some(page.digest);
        let reads_alike = page.skeleton.is_some() && page.skeleton == self.skeleton;
        self.looks == 0 && (is_same || reads_alike) && !Memory::from_bytes(&self.memory).is_waiting()
    }

    /// Takes in what a look brought, as the archive does when it is recorded.
    pub fn learn(&mut self, record: &Record) {
        let outcome = record.check.outcome;
        let accepted = outcome.is_accepted();
        if let Some(new) = &record.version {
            let (number, text, cause) = (new.number, new.text.clone(), new.cause);
            // Another reading is of the page that was seen then.
            let before = self.latest.as_ref().filter(|_| cause == Cause::Extractor);
            let seen_at = before.map_or(record.check.at, |before| before.seen_at);
            let source = record.check.source.clone();
            self.latest = Some(Version { source, number, seen_at, text, cause });
            self.skeleton = None;
        }
        self.skeleton = record.skeleton.or(self.skeleton);
        if accepted {
            self.body_digest = record.digest.or(self.body_digest);
        }
        self.memory = record.memory.clone().unwrap_or_else(|| std::mem::take(&mut self.memory));
        self.failures = if outcome.is_readable() { 0 } else { self.failures.saturating_add(1) };
        self.looks = if accepted { 0 } else { self.looks.saturating_add(1) };
    }
}

/// Weighs a page: reads it, judges it against the latest version, and composes what is recorded and told.
///
/// The page comes with what it is known by. `next_check` is when the schedule says to look again, if this look brings
/// nothing special.
pub fn weigh(
    source: &Source,
    known: &Known,
    (snapshot, marks): (Snapshot, Marks),
    next_check: Timestamp,
) -> Record {
    // The words of a page are in its bytes; an API's answer has a status and headers, too.
    let is_page = source.watch.is_none();
    if is_page && known.has_seen(marks) && (200..300).contains(&snapshot.status) {
        let record = of(source, &snapshot, Outcome::Unchanged, None, next_check);
        return Record { digest: Some(marks.digest), seen: Some(snapshot), ..record };
    }
    let weighed = match (read::read(source, &snapshot), &source.watch) {
        (Ok(Reading { text, unmatched, .. }), Some(watch)) => {
            answer::weigh((source, watch), known, snapshot, (text, unmatched), next_check)
        }
        (Ok(Reading { text, unmatched, skeleton }), None) => {
            let is_latest = known.latest.as_ref().is_some_and(|latest| latest.text == text);
            let record = judged(source, known, snapshot, text, next_check);
            let shows_latest = is_latest || record.version.is_some();
            // A page that isn't the policy says nothing about the rules for it.
            let warning = record
                .check
                .outcome
                .is_accepted()
                .then(|| warning(&unmatched, "nothing on the page matches"));
            Record { warning, skeleton: skeleton.filter(|_| shows_latest), ..record }
        }
        (Err(error), _) => unusable(source, known, snapshot, error.to_string(), next_check),
    };
    Record { digest: Some(marks.digest), ..weighed }
}

fn judged(source: &Source, known: &Known, snapshot: Snapshot, text: Text, next_check: Timestamp) -> Record {
    let mut memory = Memory::from_bytes(&known.memory);
    let latest = known.latest.as_ref().map(|v| &v.text);
    let seen = judge::Look { status: snapshot.status, text: &text, at: snapshot.fetched_at };
    let verdict = judge::judge(seen, latest, &mut memory);
    let mut record = match verdict {
        Verdict::Unusable(reason) => unusable(source, known, snapshot, reason, next_check),
        Verdict::Held(reason) => held(source, known, snapshot, reason, next_check),
        Verdict::Unchanged(slight) => unchanged(source, snapshot, slight, next_check),
        Verdict::First => first(source, snapshot, text, next_check),
        Verdict::Changed(why) => changed(source, known, snapshot, text, why, next_check),
    };
    let memory = memory.to_bytes();
    record.memory = (memory != known.memory).then_some(memory);
    record
}

/// What is wrong with rules that match nothing, for people.
pub(super) fn warning(unmatched: &[String], what: &str) -> Option<String> {
    let named: Vec<String> = unmatched.iter().map(|entry| format!("`{entry}`")).collect();
    (!named.is_empty()).then(|| format!("{what} {}", named.join(", ")))
}

fn of(source: &Source, page: &Snapshot, outcome: Outcome, detail: Option<String>, next: Timestamp) -> Record {
    let (at, status) = (page.fetched_at, Some(page.status));
    let check = Check { source: source.id.clone(), at, outcome, status, detail };
    Record { validators: page.validators(), ..Record::new(check, next) }
}

/// How many pages in a row that are disputed or unusable are all kept as evidence.
const ALL_KEPT: u32 = 50;
/// Of those that follow every so many: a page that fails for a year would fill the archive.
const SOME_KEPT: u32 = 24;

/// Whether a page is kept that so many pages before it in a row were no more the policy than it is.
fn is_kept(looks: u32) -> bool {
    looks < ALL_KEPT || looks.is_multiple_of(SOME_KEPT)
}

/// A page that isn't the policy: it is kept as evidence, and looked at again sooner than the schedule says.
pub(super) fn unusable(
    source: &Source,
    known: &Known,
    page: Snapshot,
    reason: String,
    next_check: Timestamp,
) -> Record {
    let failures = known.failures.saturating_add(1);
    let retry_after = crate::fetch::retry_after(&page, page.fetched_at);
    let next = schedule::after_failure(&source.schedule, &source.id, failures, retry_after, page.fetched_at);
    // A page of the past that is imported puts nothing off.
    let next = if next_check > page.fetched_at { next } else { next_check };
    let record = of(source, &page, Outcome::Unusable, Some(reason), next);
    Record { keep: is_kept(known.looks).then_some(page), ..record }
}

/// A page that waits for a second look, kept as evidence.
pub(super) fn held(
    source: &Source,
    known: &Known,
    page: Snapshot,
    reason: String,
    next_check: Timestamp,
) -> Record {
    let next = schedule::second_look(known.looks, page.fetched_at).min(next_check);
    let record = of(source, &page, Outcome::Held, Some(reason), next);
    Record { keep: is_kept(known.looks).then_some(page), ..record }
}

/// The policy as it was known.
pub(super) fn unchanged(
    source: &Source,
    page: Snapshot,
    slight: Option<String>,
    next_check: Timestamp,
) -> Record {
    let record = of(source, &page, Outcome::Unchanged, slight, next_check);
    Record { seen: Some(page), ..record }
}

/// The first version of a source.
pub(super) fn first(source: &Source, page: Snapshot, text: Text, next_check: Timestamp) -> Record {
    let version = NewVersion { number: 1, text, cause: Cause::Publisher, reading: read::reading(source) };
    let record = of(source, &page, Outcome::First, None, next_check);
    Record { version: Some(version), keep: Some(page), ..record }
}

fn changed(
    source: &Source,
    known: &Known,
    page: Snapshot,
    text: Text,
    why: String,
    next_check: Timestamp,
) -> Record {
    changed_so(source, known, page, text, (why, next_check), |change| change)
}

/// A change and its notice; `describe` has the last word on what it is about.
pub(super) fn changed_so(
    source: &Source,
    known: &Known,
    page: Snapshot,
    text: Text,
    (why, next_check): (String, Timestamp),
    describe: impl FnOnce(Change) -> Change,
) -> Record {
    let Some(latest) = &known.latest else { return first(source, page, text, next_check) };
    let why = match &source.ways {
        Some(ways) if source.is_variant() => format!("{why}; told if {} stays as it is", ways.main),
        _ => why,
    };
    let diff = diff::compare(&latest.text, &text);
    let number = latest.number + 1;
    let change = describe(Change {
        previous_at: latest.seen_at,
        from: latest.number,
        announced: !source.is_variant(),
        why: why.clone(),
        ..described(source, number, page.fetched_at, &latest.text, &text, &diff)
    });
    let compose = if source.watch.is_some() { notice::access_changed } else { notice::changed };
    let told = change.announced.then(|| compose(source, &change, &latest.text, &text, &diff));
    let notices = told.into_iter().collect();
    let version = NewVersion { number, text, cause: Cause::Publisher, reading: read::reading(source) };
    let record = of(source, &page, Outcome::Changed, Some(why), next_check);
    Record { version: Some(version), change: Some(change), notices, keep: Some(page), ..record }
}

/// What differs between two texts, as a change that isn't announced yet.
fn described(source: &Source, to: u32, at: Timestamp, before: &Text, after: &Text, diff: &Diff) -> Change {
    let assessed = topics::assess(before, after, diff, &source.topics);
    let words = Digest::of(after.to_markdown().as_bytes()).to_string();
    let dates = effective::find(before, after, diff, at);
    Change {
        id: NoticeId::derive("chg", &[source.id.as_str(), &to.to_string(), &words]),
        source: source.id.clone(),
        from: to - 1,
        to,
        at,
        previous_at: at,
        severity: assessed.severity,
        topics: assessed.topics,
        reasons: assessed.reasons,
        effective: effective::main(&dates, at),
        dates,
        summary: notice::summary_line(diff, before, after),
        words_added: diff.words_added(after),
        words_removed: diff.words_removed(before),
        cause: Cause::Publisher,
        announced: false,
        why: String::new(),
    }
}

/// Another reading of the page of the latest version; `None` if the rules now in force find no policy in it.
pub(super) fn read_again(
    source: &Source,
    latest: &Version,
    page: &Snapshot,
    now: Timestamp,
) -> Option<Record> {
    let text = read::read_anew(source, page, now)?;
    let number = latest.number + 1;
    let detail = "the stored page was read again: a rule was edited or the extractor improved".to_owned();
    let diff = diff::compare(&latest.text, &text);
    let change = Change {
        cause: Cause::Extractor,
        previous_at: latest.seen_at,
        why: detail.clone(),
        ..described(source, number, now, &latest.text, &text, &diff)
    };
    let check = Check {
        source: source.id.clone(),
        at: now,
        outcome: Outcome::Unchanged,
        status: None,
        detail: Some(detail),
    };
    let differs = !diff.is_empty();
    let reading = read::reading(source);
    Some(Record {
        version: Some(NewVersion { number, text, cause: Cause::Extractor, reading }),
        change: differs.then_some(change),
        ..Record::new(check, now)
    })
}
