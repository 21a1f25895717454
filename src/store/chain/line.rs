//! Of which bytes an entry consists: one line of JSON with its keys in a fixed order, absent where there is nothing.
//!
//! Lines are for ever: they are made anew from the tables whenever the chain is verified, so a later column may enter
//! one only where it isn't NULL, and must be NULL in every row that was there before it.

use rusqlite::{Connection, Row};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::model::{Cause, Digest, Outcome, Severity};
use crate::store::columns::{self, Coded as _};
use crate::store::error::{Fault, Query};

/// What is hashed, and what else was read on the way to it.
#[derive(Debug, Clone)]
pub(in crate::store) struct Line {
    /// The line.
    pub(in crate::store) text: String,
    /// Whether it is more than the trace of a look.
    pub(in crate::store) brings_more: bool,
    /// The rows it vouches for besides its own.
    pub(in crate::store) vouches: Vec<TellTale>,
}

/// A row that an entry vouches for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::store) enum TellTale {
    Snapshot(i64),
    Version(i64, u32),
    Change(i64, u32),
    Notice(String),
    Review(i64),
}

impl std::fmt::Display for TellTale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Snapshot(id) => write!(f, "snapshot {id}"),
            Self::Version(source, number) => write!(f, "version {number} of source {source}"),
            Self::Change(source, to) => write!(f, "the change to version {to} of source {source}"),
            Self::Notice(id) => write!(f, "notice {id}"),
            Self::Review(id) => write!(f, "review {id}"),
        }
    }
}

#[derive(Serialize)]
struct CheckLine {
    id: i64,
    source: String,
    at: String,
    kind: &'static str,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<PageLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<PageLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<VersionLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<ChangeLine>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notices: Vec<NoticeLine>,
}

#[derive(Serialize)]
struct PageLine {
    id: i64,
    fetched_at: String,
    url: String,
    final_url: String,
    status: u16,
    headers: String,
    body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    received: Option<String>,
}

#[derive(Serialize)]
struct VersionLine {
    number: u32,
    seen_at: String,
    cause: Cause,
    reading: String,
    words: i64,
    page: i64,
    text: String,
}

#[derive(Serialize)]
struct ChangeLine {
    id: String,
    from: u32,
    to: u32,
    at: String,
    previous_at: String,
    severity: Severity,
    topics: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective: Option<String>,
    #[serde(skip_serializing_if = "names_no_day")]
    dates: String,
    summary: String,
    words_added: i64,
    words_removed: i64,
    cause: Cause,
    announced: bool,
    why: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<String>,
}

#[derive(Serialize)]
struct NoticeLine {
    id: String,
    queued_at: String,
    content: String,
}

#[derive(Serialize)]
struct EventLine<'a> {
    id: i64,
    source: Option<String>,
    at: String,
    kind: String,
    content: &'a RawValue,
}

/// Columns in the order in which [`check`] reads them.
pub(super) const CHECK: &str = "
    SELECT c.id, c.source, c.head, s.name, c.at, c.outcome, c.status, ifnull(c.digest, b.digest), c.detail,
        c.snapshot, c.last, c.version, c.body
    FROM checks c LEFT JOIN sources s ON s.id = c.source LEFT JOIN bodies b ON b.id = c.body";

/// Columns in the order in which [`event`] reads them.
pub(super) const EVENT: &str = "
    SELECT e.id, e.source, e.head, s.name, e.at, e.kind, e.content
    FROM events e LEFT JOIN sources s ON s.id = e.source";

/// The chain and the line of a check.
pub(super) fn of_check(db: &Connection, id: i64) -> Query<(i64, Line)> {
    let sql = format!("{CHECK} WHERE c.id = ?1");
    let mut query = db.prepare_cached(&sql)?;
    let mut rows = query.query([id])?;
    let row = rows.next()?.ok_or_else(|| Fault::corrupt(format!("check {id}"), "it is gone"))?;
    Ok((row.get(1)?, check(db, row, true)?))
}

/// The line of an event.
pub(super) fn of_event(db: &Connection, id: i64) -> Query<Line> {
    let sql = format!("{EVENT} WHERE e.id = ?1");
    let mut query = db.prepare_cached(&sql)?;
    let mut rows = query.query([id])?;
    let row = rows.next()?.ok_or_else(|| Fault::corrupt(format!("event {id}"), "it is gone"))?;
    event(row)
}

/// The line of a row of [`CHECK`]; `tells` is false where it is known to have brought no notice.
pub(super) fn check(db: &Connection, row: &Row<'_>, tells: bool) -> Query<Line> {
    let (id, source): (i64, i64) = (row.get(0)?, row.get(1)?);
    let version: Option<u32> = row.get(11)?;
    let mut vouches = Vec::new();
    let mut page = |id: Option<i64>| id.map(|id| page(db, id, &mut vouches)).transpose();
    let (first, last) = (page(row.get(9)?)?, page(row.get(10)?)?);
    let line = CheckLine {
        id,
        source: name(row)?,
        at: instant(row.get(4)?)?,
        kind: "check",
        outcome: Outcome::decode(row.get(5)?)?,
        status: row.get(6)?,
        body: body_digest(row)?,
        detail: row.get(8)?,
        page: first,
        last,
        version: version.map(|number| self::version(db, source, number, &mut vouches)).transpose()?,
        change: match version {
            Some(number) => change(db, source, number, &mut vouches)?,
            None => None,
        },
        notices: if tells { notices(db, id, &mut vouches)? } else { Vec::new() },
    };
    Ok(Line { text: json(&line)?, brings_more: !vouches.is_empty(), vouches })
}

/// The line of a row of [`EVENT`].
pub(super) fn event(row: &Row<'_>) -> Query<Line> {
    let (id, source): (i64, i64) = (row.get(0)?, row.get(1)?);
    let content: String = row.get(6)?;
    let content = serde_json::from_str(&content).map_err(|e| Fault::corrupt(format!("event {id}"), e))?;
    let source = if source == super::ARCHIVE { None } else { Some(name(row)?) };
    let line = EventLine { id, source, at: instant(row.get(4)?)?, kind: row.get(5)?, content };
    Ok(Line { text: json(&line)?, brings_more: true, vouches: Vec::new() })
}

fn page(db: &Connection, id: i64, vouches: &mut Vec<TellTale>) -> Query<PageLine> {
    let sql = "
        SELECT p.id, p.fetched_at, p.url, p.final_url, p.status, h.digest, b.digest, p.received, r.digest
        FROM snapshots p LEFT JOIN bodies h ON h.id = p.headers LEFT JOIN bodies b ON b.id = p.body
        LEFT JOIN bodies r ON r.id = p.received WHERE p.id = ?1";
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([id])?;
    let row = rows.next()?.ok_or_else(|| Fault::corrupt(format!("snapshot {id}"), "it is gone"))?;
    vouches.push(TellTale::Snapshot(id));
    let received: Option<i64> = row.get(7)?;
    Ok(PageLine {
        id: row.get(0)?,
        fetched_at: instant(row.get(1)?)?,
        url: row.get(2)?,
        final_url: row.get(3)?,
        status: row.get(4)?,
        headers: digest(row, 5)?,
        body: digest(row, 6)?,
        received: received.map(|_| digest(row, 8)).transpose()?,
    })
}

fn version(db: &Connection, source: i64, number: u32, vouches: &mut Vec<TellTale>) -> Query<VersionLine> {
    let sql = "
        SELECT v.number, v.seen_at, v.cause, v.reading, v.words, v.snapshot, t.digest
        FROM versions v LEFT JOIN bodies t ON t.id = v.text WHERE v.source = ?1 AND v.number = ?2";
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([source, number.into()])?;
    let row = rows.next()?.ok_or_else(|| Fault::corrupt(format!("version {number}"), "it is gone"))?;
    vouches.push(TellTale::Version(source, number));
    Ok(VersionLine {
        number: row.get(0)?,
        seen_at: instant(row.get(1)?)?,
        cause: Cause::decode(row.get(2)?)?,
        reading: row.get(3)?,
        words: row.get(4)?,
        page: row.get(5)?,
        text: digest(row, 6)?,
    })
}

/// The change that made a version, if there is one: a first version has none.
fn change(db: &Connection, source: i64, to: u32, vouches: &mut Vec<TellTale>) -> Query<Option<ChangeLine>> {
    let sql = "
        SELECT id, from_version, to_version, at, previous_at, severity, topics, effective, summary, words_added,
            words_removed, cause, announced, why, dates, iif(reasons_vouched IS NULL OR reasons = '[]', NULL, reasons)
        FROM changes WHERE source = ?1 AND to_version = ?2";
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([source, to.into()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    vouches.push(TellTale::Change(source, to));
    Ok(Some(ChangeLine {
        id: row.get(0)?,
        from: row.get(1)?,
        to: row.get(2)?,
        at: instant(row.get(3)?)?,
        previous_at: instant(row.get(4)?)?,
        severity: Severity::decode(row.get(5)?)?,
        topics: row.get(6)?,
        effective: row.get(7)?,
        summary: row.get(8)?,
        words_added: row.get(9)?,
        words_removed: row.get(10)?,
        cause: Cause::decode(row.get(11)?)?,
        announced: row.get(12)?,
        why: row.get(13)?,
        dates: row.get(14)?,
        reasons: row.get(15)?,
    }))
}

/// Lines from before days were read have none: they are hashed as they were.
fn names_no_day(dates: &str) -> bool {
    dates == "[]"
}

fn notices(db: &Connection, check: i64, vouches: &mut Vec<TellTale>) -> Query<Vec<NoticeLine>> {
    let sql = "SELECT id, queued_at, content FROM notices WHERE origin = ?1 ORDER BY id";
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([check])?;
    let mut notices = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, content): (String, String) = (row.get(0)?, row.get(2)?);
        vouches.push(TellTale::Notice(id.clone()));
        let content = Digest::of(content.as_bytes()).to_string();
        notices.push(NoticeLine { id, queued_at: instant(row.get(1)?)?, content });
    }
    Ok(notices)
}

/// The name of the source in column 3.
fn name(row: &Row<'_>) -> Query<String> {
    let name: Option<String> = row.get(3)?;
    name.ok_or_else(|| Fault::corrupt("a source", "its row is gone"))
}

/// The digest of the body received, wherever it stands.
fn body_digest(row: &Row<'_>) -> Query<Option<String>> {
    let kept: Option<i64> = row.get(12)?;
    match row.get::<_, Option<Vec<u8>>>(7)? {
        Some(digest) => Ok(Some(columns::digest(&digest)?.to_string())),
        None if kept.is_some() => Err(Fault::corrupt("a check", "the body it brought is gone")),
        None => Ok(None),
    }
}

fn digest(row: &Row<'_>, column: usize) -> Query<String> {
    let digest: Option<Vec<u8>> = row.get(column)?;
    let digest = digest.ok_or_else(|| Fault::corrupt("a content", "its row is gone"))?;
    Ok(columns::digest(&digest)?.to_string())
}

/// RFC 3339 in UTC, always with milliseconds.
fn instant(ms: i64) -> Query<String> {
    Ok(format!("{:.3}", columns::time(ms)?))
}

fn json(line: &impl Serialize) -> Query<String> {
    serde_json::to_string(line).map_err(|e| Fault::refused(e.to_string()))
}
