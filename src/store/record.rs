//! What a check found, written in one transaction.
//!
//! A change and its notices stand or fall together: there is no other way into the tables of changes, notices
//! and deliveries than [`Store::record`].

use jiff::Timestamp;
use rusqlite::{Connection, named_params, params};

use super::checks::Brought;
use super::columns::{Coded as _, ms};
use super::error::{Fault, Query};
use super::sightings::{self, PreparedSighting};
use super::snapshots::{self, PreparedSnapshot};
use super::versions::{self, PreparedVersion};
use super::{Error, Store, chain, changes, checks, outbox, pins, sources};
use crate::model::{
    Cause, Change, ChannelName, Check, Digest, Notice, NoticeId, Outcome, PinState, Snapshot, Text,
    Validators,
};

/// Everything a check found; [`Record::new`] is one that found nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The check itself.
    pub check: Check,
    /// The digest of the body received, which is that of the page kept or seen.
    pub digest: Option<Digest>,
    /// The skeleton of the page, where that shows the text of the latest version, or of the one that comes with it; `None`
    /// leaves it as it is unless a version comes.
    pub skeleton: Option<Digest>,
    /// The page, where it is kept as evidence: of a new version, or of a disputed look.
    pub keep: Option<Snapshot>,
    /// The page, where it is the policy as known: kept until the next look, so that the last sight of every version
    /// is evidence too.
    pub seen: Option<Snapshot>,
    /// The version read from the page.
    pub version: Option<NewVersion>,
    /// What differs from the version before.
    pub change: Option<Change>,
    /// What people are told.
    pub notices: Vec<Notice>,
    /// Who is told.
    pub channels: Vec<ChannelName>,
    /// Who is told of single notices instead.
    pub routed: Vec<(NoticeId, Vec<ChannelName>)>,
    /// The judge's memory; `None` leaves it as it is.
    pub memory: Option<Vec<u8>>,
    /// The server's validators; kept only if the page was accepted.
    pub validators: Validators,
    /// When to look again.
    pub next_check: Timestamp,
    /// Since when the source is told to be degraded; `None` leaves it as it is.
    pub degraded: Option<Option<Timestamp>>,
    /// How all pinned clauses of the source stand; `None` leaves it as it is.
    pub pins: Option<Vec<PinState>>,
    /// Since when the source is told to be blind; `None` leaves it as it is.
    pub blind: Option<Option<Timestamp>>,
    /// How many looks in a row were had by a browser, this one included; `None` leaves it as it is.
    pub rendered: Option<u32>,
    /// What is wrong with the source's rules; `None` leaves it as it is.
    pub warning: Option<Option<String>>,
}

/// A version that is about to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct NewVersion {
    /// One more than the latest version's.
    pub number: u32,
    /// The text.
    pub text: Text,
    /// Why there is a new version. One whose cause is the extractor may come without a page: then it is another
    /// reading of the latest version's.
    pub cause: Cause,
    /// How it was read from the page, so that another way of reading is known to be one.
    pub reading: String,
}

impl Record {
    /// A check that found nothing to keep and no one to tell.
    pub fn new(check: Check, next_check: Timestamp) -> Self {
        Self {
            check,
            digest: None,
            skeleton: None,
            keep: None,
            seen: None,
            version: None,
            change: None,
            notices: Vec::new(),
            channels: Vec::new(),
            routed: Vec::new(),
            memory: None,
            validators: Validators::default(),
            next_check,
            degraded: None,
            pins: None,
            blind: None,
            rendered: None,
            warning: None,
        }
    }
}

impl Record {
    /// Has the page kept for good, whether or not it showed anything new.
    pub fn keep_all(&mut self) {
        self.keep = self.keep.take().or(self.seen.take());
    }
}

impl Store {
    /// Writes a check and everything it found in one transaction: all of it is stored when this returns, or
    /// nothing is.
    ///
    /// A version that doesn't follow the latest one is refused. A notice that is stored already is not queued
    /// again, so that a repeated record is never a second delivery. For a channel that is disabled the delivery
    /// is dead from the start, where it is listed and can be retried.
    pub async fn record(&self, record: Record) -> Result<(), Error> {
        consistent(&record).map_err(|fault| fault.at(self.path()))?;
        let brings_contents = record.keep.is_some() || record.seen.is_some() || record.version.is_some();
        let prepared = if brings_contents {
            self.read(move |db| Prepared::new(db, record)).await?
        } else {
            Prepared { record, page: None, seen: None, version: None }
        };
        self.write(move |db| write(db, prepared)).await
    }
}

/// A record whose contents are digested and compressed, away from the one thread that writes.
struct Prepared {
    record: Record,
    page: Option<(PreparedSnapshot, Timestamp)>,
    seen: Option<PreparedSighting>,
    version: Option<PreparedVersion>,
}

impl Prepared {
    fn new(db: &Connection, mut record: Record) -> Query<Self> {
        let source = sources::key(db, &record.check.source)?;
        // Whoever weighed the page has its digest: another pass over a page of megabytes would be for nothing.
        let known = record.digest;
        let digest = |page: &Snapshot| known.unwrap_or_else(|| page.digest());
        let page = |page: Snapshot| {
            let (fetched_at, digest) = (page.fetched_at, digest(&page));
            Ok::<_, Fault>((snapshots::prepare(db, source, page, digest)?, fetched_at))
        };
        let page = record.keep.take().map(page).transpose()?;
        let version = record.version.take().map(|new| versions::prepare(db, source, new)).transpose()?;
        let seen = |page: Snapshot| sightings::prepare(db, source, &page, digest(&page));
        let seen = record.seen.take().map(seen).transpose()?;
        Ok(Self { record, page, seen, version })
    }
}

/// The parts of a record must be about one source.
fn consistent(record: &Record) -> Query<()> {
    let source = &record.check.source;
    let pages = record.keep.iter().chain(&record.seen).map(|page| &page.source);
    let change = record.change.as_ref().map(|change| &change.source);
    match pages.chain(change).find(|other| *other != source) {
        Some(other) => Err(Fault::refused(format!("a check of `{source}` brings something of `{other}`"))),
        None => Ok(()),
    }
}

fn write(db: &Connection, prepared: Prepared) -> Query<()> {
    let record = &prepared.record;
    let source = sources::key(db, &record.check.source)?;
    let page = match prepared.page {
        Some((page, fetched_at)) => Some((snapshots::insert(db, source, page)?, fetched_at)),
        None => None,
    };
    let version = match prepared.version {
        Some(version) => Some(versions::insert(db, (source, &record.check.source), version, page)?),
        None => None,
    };
    let is_new = version.is_some() && page.is_some();
    let last = if is_new { sightings::settle(db, source, record.check.at)? } else { None };
    if let Some(seen) = prepared.seen {
        sightings::replace(db, source, seen)?;
    }
    let body = match (record.digest, page) {
        (Some(digest), None) => versions::body_if_latest(db, source, digest)?,
        _ => None,
    };
    let brought = Brought { snapshot: page.map(|(id, _)| id), last, version, body };
    let check = checks::insert(db, source, &record.check, record.digest, &brought)?;
    if let Some(change) = &record.change {
        changes::insert(db, source, change)?;
    }
    if let Some(pins) = &record.pins {
        pins::replace(db, source, pins)?;
    }
    for notice in &record.notices {
        let routed = record.routed.iter().find(|(id, _)| *id == notice.id);
        let channels = routed.map_or(&record.channels, |(_, channels)| channels);
        outbox::queue(db, notice, channels, record.check.at)?;
        // One that is stored already belongs to the check that brought it first.
        let sql = "UPDATE notices SET origin = ?2 WHERE id = ?1 AND origin IS NULL";
        db.prepare_cached(sql)?.execute(params![notice.id.as_str(), check])?;
    }
    chain::link(db, check)?;
    update_source(db, source, record, version)
}

fn update_source(db: &Connection, source: i64, record: &Record, version: Option<u32>) -> Query<()> {
    let sql = "
        UPDATE sources SET
            last_checked = :at,
            last_outcome = :outcome,
            last_detail = :detail,
            due_at = :next_check,
            last_readable = iif(:readable, :at, last_readable),
            last_changed = iif(:changed, :at, last_changed),
            unreadable_since = CASE WHEN :readable THEN NULL WHEN :at - due_at > :pause THEN :at
                ELSE coalesce(unreadable_since, :at) END,
            failures = CASE WHEN :readable THEN 0 WHEN :at - due_at > :pause THEN 1 ELSE failures + 1 END,
            looks = iif(:accepted, 0, looks + :second_look),
            etag = CASE WHEN :same_page THEN etag WHEN :accepted THEN :etag END,
            last_modified = CASE WHEN :same_page THEN last_modified WHEN :accepted THEN :last_modified END,
            validated_url = CASE WHEN :same_page THEN validated_url WHEN :accepted THEN :validated_url END,
            body_digest = iif(:accepted, coalesce(:digest, body_digest), body_digest),
            skeleton = coalesce(:skeleton, iif(:version IS NULL, skeleton, NULL)),
            memory = coalesce(:memory, memory),
            degraded_since = iif(:sets_degraded, :degraded, degraded_since),
            blind_since = iif(:sets_blind, :blind, blind_since),
            rendered = coalesce(:rendered, rendered),
            warning = iif(:sets_warning, :warning, warning),
            versions = coalesce(:version, versions)
        WHERE id = :source";
    let outcome = record.check.outcome;
    // A held page is not known to be the policy: its validators would make the second look a "304, not modified" that
    // settles nothing, and its digest would make it look familiar.
    let (readable, accepted) = (outcome.is_readable(), outcome.is_accepted());
    db.prepare_cached(sql)?.execute(named_params! {
        ":source": source,
        ":at": ms(record.check.at),
        ":outcome": outcome.code(),
        ":detail": record.check.detail,
        ":next_check": ms(record.next_check),
        ":pause": sources::PAUSE.as_millis() as i64,
        ":readable": readable,
        ":accepted": accepted,
        ":changed": outcome == Outcome::Changed,
        ":second_look": matches!(outcome, Outcome::Held | Outcome::Unusable),
        ":same_page": outcome == Outcome::NotModified,
        ":etag": record.validators.etag,
        ":last_modified": record.validators.last_modified,
        ":validated_url": record.validators.url.as_ref().map(|url| url.as_str()),
        ":digest": record.digest.map(|digest| digest.0),
        ":skeleton": record.skeleton.map(|digest| digest.0),
        ":memory": record.memory,
        ":sets_degraded": record.degraded.is_some(),
        ":degraded": record.degraded.flatten().map(ms),
        ":sets_blind": record.blind.is_some(),
        ":blind": record.blind.flatten().map(ms),
        ":rendered": record.rendered,
        ":sets_warning": record.warning.is_some(),
        ":warning": record.warning.as_ref().and_then(Option::as_deref),
        ":version": version,
    })?;
    Ok(())
}
