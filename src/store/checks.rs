//! The trace of every look at a source.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::columns::{self, Coded as _, ms, time};
use super::error::Query;
use super::{Error, SnapshotId, Store, chain, sources};
use crate::model::{Check, Digest, Outcome, SourceId};

impl Store {
    /// The last `limit` checks of `source`, newest first.
    pub async fn checks(&self, source: &SourceId, limit: usize) -> Result<Vec<Check>, Error> {
        let source = source.clone();
        let sql = "
            SELECT at, outcome, status, detail FROM checks WHERE source = ?1 ORDER BY at DESC, id DESC LIMIT ?2";
        self.read(move |db| {
            let key = sources::key(db, &source)?;
            let mut query = db.prepare_cached(sql)?;
            let rows =
                query.query_and_then(params![key, columns::limit(Some(limit))], |row| check(row, &source))?;
            rows.collect()
        })
        .await
    }
}

impl Store {
    /// The looks at `source` from `since` on and before `until`, oldest first, each with the version it made.
    pub async fn looks(
        &self,
        source: &SourceId,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> Result<Vec<(Check, Option<u32>)>, Error> {
        let source = source.clone();
        let sql = "
            SELECT at, outcome, status, detail, version FROM checks
            WHERE source = ?1 AND at >= ?2 AND at < ?3 ORDER BY at, id";
        self.read(move |db| {
            let range = (since.map_or(i64::MIN, ms), until.map_or(i64::MAX, ms));
            let parameters = params![sources::key(db, &source)?, range.0, range.1];
            let mut query = db.prepare_cached(sql)?;
            let rows = query.query_and_then(parameters, |row| Ok((check(row, &source)?, row.get(4)?)))?;
            rows.collect()
        })
        .await
    }
}

/// What a check brought that stands in tables of its own.
#[derive(Default)]
pub(super) struct Brought {
    pub(super) snapshot: Option<SnapshotId>,
    pub(super) last: Option<SnapshotId>,
    pub(super) version: Option<u32>,
    /// The body received, where its content is kept already.
    pub(super) body: Option<i64>,
}

/// Writes a check's own row; returns its number. It is no entry of the chain yet.
pub(super) fn insert(
    db: &Connection,
    source: i64,
    check: &Check,
    digest: Option<Digest>,
    brought: &Brought,
) -> Query<i64> {
    let id = chain::next_id(db)?;
    // The digest stands with the content, where that is kept: a row as short as can be, for there are millions.
    let is_kept = brought.body.is_some() || brought.snapshot.is_some();
    db.prepare_cached(
        "INSERT INTO checks (id, source, at, outcome, status, snapshot, last, version, body, digest, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        id,
        source,
        ms(check.at),
        check.outcome.code(),
        check.status,
        brought.snapshot.map(|id| id.0),
        brought.last.map(|id| id.0),
        brought.version,
        brought.body,
        digest.filter(|_| !is_kept).map(|digest| digest.0),
        check.detail,
    ])?;
    Ok(id)
}

fn check(row: &Row<'_>, source: &SourceId) -> Query<Check> {
    Ok(Check {
        source: source.clone(),
        at: time(row.get(0)?)?,
        outcome: Outcome::decode(row.get(1)?)?,
        status: row.get(2)?,
        detail: row.get(3)?,
    })
}
