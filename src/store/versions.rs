//! The policy as it stood, version by version.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::bodies::{self, Prepared};
use super::columns::{Coded as _, count, ms, time};
use super::error::{Fault, Query};
use super::{Error, NewVersion, SnapshotId, Store, sources};
use crate::model::{Cause, Digest, SourceId, Version};

/// A version without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionInfo {
    /// 1 for the first version of a source, then counting up.
    pub number: u32,
    /// When the page it was read from was fetched.
    pub seen_at: Timestamp,
    /// Why there is a new version.
    pub cause: Cause,
    /// How it was read from its page, so that another way of reading is known to be one.
    pub reading: String,
    /// How many words it has.
    pub words: u64,
    /// The page it was read from.
    pub snapshot: SnapshotId,
}

impl Store {
    /// Every version of `source`, oldest first.
    pub async fn versions(&self, source: &SourceId) -> Result<Vec<VersionInfo>, Error> {
        let source = source.clone();
        let sql = "SELECT number, seen_at, cause, reading, words, snapshot FROM versions WHERE source = ?1 ORDER BY number";
        self.read(move |db| {
            db.prepare_cached(sql)?.query_and_then([sources::key(db, &source)?], info)?.collect()
        })
        .await
    }

    /// A version of `source` by its number.
    pub async fn version(&self, source: &SourceId, number: u32) -> Result<Option<Version>, Error> {
        let source = source.clone();
        self.read(move |db| load(db, &source, number)).await
    }

    /// The version of `source` that was in force at `at`: the latest one seen until then.
    pub async fn version_at(&self, source: &SourceId, at: Timestamp) -> Result<Option<Version>, Error> {
        let source = source.clone();
        let sql =
            "SELECT number FROM versions WHERE source = ?1 AND seen_at <= ?2 ORDER BY number DESC LIMIT 1";
        self.read(move |db| {
            let key = sources::key(db, &source)?;
            let number =
                db.prepare_cached(sql)?.query_row(params![key, ms(at)], |row| row.get(0)).optional()?;
            let Some(number) = number else { return Ok(None) };
            load(db, &source, number)
        })
        .await
    }
}

fn load(db: &Connection, source: &SourceId, number: u32) -> Query<Option<Version>> {
    let key = sources::key(db, source)?;
    let sql = "SELECT seen_at, cause, text FROM versions WHERE source = ?1 AND number = ?2";
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query(params![key, number])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let text = serde_json::from_slice(&bodies::read(db, row.get("text")?)?)
        .map_err(|e| Fault::corrupt(format!("version {number} of {source}"), e))?;
    Ok(Some(Version {
        source: source.clone(),
        number,
        seen_at: time(row.get("seen_at")?)?,
        text,
        cause: Cause::decode(row.get("cause")?)?,
    }))
}

/// A version whose text is ready to be written.
pub(super) struct PreparedVersion {
    number: u32,
    cause: Cause,
    reading: String,
    words: usize,
    text: Prepared,
}

/// Digests and compresses a version's text against that of the version before.
pub(super) fn prepare(db: &Connection, source: i64, new: NewVersion) -> Query<PreparedVersion> {
    let sql = "
        SELECT text FROM versions WHERE source = ?1 ORDER BY number DESC LIMIT 1";
    let latest: Option<i64> = db.prepare_cached(sql)?.query_row([source], |row| row.get(0)).optional()?;
    let text = serde_json::to_vec(&new.text).map_err(|e| Fault::refused(e.to_string()))?;
    Ok(PreparedVersion {
        number: new.number,
        cause: new.cause,
        reading: new.reading,
        words: new.text.words(),
        text: bodies::prepare(db, text, latest.as_slice())?,
    })
}

/// Writes the version that follows the latest one; `page` is the page it was read from and when that was
/// fetched, if the record brought one.
///
/// Returns its number.
pub(super) fn insert(
    db: &Connection,
    source: (i64, &SourceId),
    new: PreparedVersion,
    page: Option<(SnapshotId, Timestamp)>,
) -> Query<u32> {
    let (source, id) = source;
    let latest = latest(db, source)?;
    let expected = latest.as_ref().map_or(1, |version| version.number + 1);
    if new.number != expected {
        return Err(Error::OutOfOrder { source_id: id.clone(), expected, got: new.number }.into());
    }
    // A better reading of the same page needs no page; anything else is no version without its evidence.
    let reread =
        latest.filter(|_| new.cause == Cause::Extractor).map(|before| (before.snapshot, before.seen_at));
    let (snapshot, seen_at) =
        page.or(reread).ok_or_else(|| Fault::refused("a version needs the page it was read from"))?;
    let text = bodies::insert(db, new.text)?;
    db.prepare_cached(
        "INSERT INTO versions (source, number, seen_at, cause, reading, words, snapshot, text)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        source,
        new.number,
        ms(seen_at),
        new.cause.code(),
        new.reading,
        new.words as i64,
        snapshot.0,
        text,
    ])?;
    Ok(new.number)
}

/// The latest version of a source.
pub(super) fn latest(db: &Connection, source: i64) -> Query<Option<VersionInfo>> {
    let sql = "
        SELECT number, seen_at, cause, reading, words, snapshot FROM versions
        WHERE source = ?1 ORDER BY number DESC LIMIT 1";
    db.prepare_cached(sql)?.query_and_then([source], info)?.next().transpose()
}

/// The body of the page of the latest version, if its digest is this one.
pub(super) fn body_if_latest(db: &Connection, source: i64, digest: Digest) -> Query<Option<i64>> {
    let sql = "
        SELECT bodies.id, bodies.digest FROM versions JOIN snapshots ON snapshots.id = versions.snapshot
        JOIN bodies ON bodies.id = snapshots.body
        WHERE versions.source = ?1 ORDER BY versions.number DESC LIMIT 1";
    let latest: Option<(i64, Vec<u8>)> =
        db.prepare_cached(sql)?.query_row([source], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(latest.filter(|(_, of)| *of == digest.0).map(|(id, _)| id))
}

fn info(row: &Row<'_>) -> Query<VersionInfo> {
    Ok(VersionInfo {
        number: row.get(0)?,
        seen_at: time(row.get(1)?)?,
        cause: Cause::decode(row.get(2)?)?,
        reading: row.get(3)?,
        words: count(row.get(4)?)?,
        snapshot: SnapshotId(row.get(5)?),
    })
}
