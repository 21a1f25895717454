//! Pages kept as evidence.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::bodies::{self, Prepared};
use super::columns::{self, ms, time};
use super::error::{Fault, Query};
use super::{Error, Store};
use crate::model::{Received, Snapshot};

/// The number of a kept page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SnapshotId(pub(super) i64);

impl std::fmt::Display for SnapshotId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Store {
    /// A kept page, byte for byte as it was received.
    pub async fn snapshot(&self, id: SnapshotId) -> Result<Option<Snapshot>, Error> {
        self.read(move |db| load(db, id)).await
    }
}

/// A page whose contents are ready to be written.
pub(super) struct PreparedSnapshot {
    snapshot: Snapshot,
    headers: Prepared,
    body: Prepared,
    received: Option<Prepared>,
}

/// Digests and compresses a page's contents against those of the latest version's page.
pub(super) fn prepare(db: &Connection, source: i64, snapshot: Snapshot) -> Query<PreparedSnapshot> {
    let (headers_base, body_base) = bases(db, source)?.unzip();
    let headers = serde_json::to_vec(&snapshot.headers).map_err(|e| Fault::refused(e.to_string()))?;
    let received = match snapshot.received == Received::default() {
        true => None,
        false => Some(serde_json::to_vec(&snapshot.received).map_err(|e| Fault::refused(e.to_string()))?),
    };
    Ok(PreparedSnapshot {
        headers: bodies::prepare(db, &headers, headers_base)?,
        body: bodies::prepare(db, &snapshot.body, body_base)?,
        received: received.map(|received| bodies::prepare(db, &received, None)).transpose()?,
        snapshot,
    })
}

/// The headers and body of the latest version's page, or what those are based on. Not of the latest page: that may be
/// a bot wall, of no use as a base.
pub(super) fn bases(db: &Connection, source: i64) -> Query<Option<(i64, i64)>> {
    let sql = "
        SELECT coalesce(h.base, h.id), coalesce(b.base, b.id)
        FROM versions JOIN snapshots ON snapshots.id = versions.snapshot
        JOIN bodies h ON h.id = snapshots.headers JOIN bodies b ON b.id = snapshots.body
        WHERE versions.source = ?1 ORDER BY versions.number DESC LIMIT 1";
    Ok(db.prepare_cached(sql)?.query_row([source], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

pub(super) fn insert(db: &Connection, source: i64, page: &PreparedSnapshot) -> Query<SnapshotId> {
    let headers = bodies::insert(db, &page.headers)?;
    let body = bodies::insert(db, &page.body)?;
    let received = page.received.as_ref().map(|received| bodies::insert(db, received)).transpose()?;
    let snapshot = &page.snapshot;
    db.prepare_cached(
        "INSERT INTO snapshots (source, fetched_at, url, final_url, status, headers, body, received)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        source,
        ms(snapshot.fetched_at),
        snapshot.url.as_str(),
        snapshot.final_url.as_str(),
        snapshot.status,
        headers,
        body,
        received,
    ])?;
    Ok(SnapshotId(db.last_insert_rowid()))
}

fn load(db: &Connection, id: SnapshotId) -> Query<Option<Snapshot>> {
    let sql = "
        SELECT name, fetched_at, snapshots.url, final_url, status, headers, body, received
        FROM snapshots JOIN sources ON sources.id = snapshots.source WHERE snapshots.id = ?1";
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([id.0])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let damaged = |why: &dyn std::fmt::Display| Fault::corrupt(format!("snapshot {id}"), why.to_string());
    let text = |column: usize| row.get::<_, String>(column);
    let headers = bodies::read(db, row.get(5)?)?;
    let received = match row.get::<_, Option<i64>>(7)? {
        Some(id) => serde_json::from_slice(&bodies::read(db, id)?).map_err(|e| damaged(&e))?,
        None => Received::default(),
    };
    Ok(Some(Snapshot {
        source: columns::source_id(&text(0)?)?,
        fetched_at: time(row.get(1)?)?,
        url: text(2)?.parse().map_err(|e| damaged(&e))?,
        final_url: text(3)?.parse().map_err(|e| damaged(&e))?,
        status: row.get(4)?,
        headers: serde_json::from_slice(&headers).map_err(|e| damaged(&e))?,
        body: bodies::read(db, row.get(6)?)?.into(),
        received,
    }))
}
