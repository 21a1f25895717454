//! Pages kept as evidence.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::bodies::{self, Prepared};
use super::columns::{self, ms, time};
use super::error::{Fault, Query};
use super::{Error, Store};
use crate::model::{Digest, Received, Snapshot};

/// The number of a kept page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SnapshotId(pub(super) i64);

impl SnapshotId {
    /// The page whose number stands in a line of the chain.
    pub fn from_number(number: i64) -> Self {
        Self(number)
    }
}

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

/// Compresses a page's contents, of which the body has this digest, against those of the latest version's page.
pub(super) fn prepare(
    db: &Connection,
    source: i64,
    snapshot: Snapshot,
    digest: Digest,
) -> Query<PreparedSnapshot> {
    let relatives = Relatives::of(db, source)?;
    let headers = serde_json::to_vec(&snapshot.headers).map_err(|e| Fault::refused(e.to_string()))?;
    let received = match snapshot.received == Received::default() {
        true => None,
        false => Some(serde_json::to_vec(&snapshot.received).map_err(|e| Fault::refused(e.to_string()))?),
    };
    Ok(PreparedSnapshot {
        headers: bodies::prepare(db, headers, &relatives.headers)?,
        body: bodies::prepare_as(
            db,
            snapshot.body.clone(),
            (digest, snapshot.received.gzip.as_ref()),
            || Ok(relatives.bodies),
        )?,
        received: received.map(|received| bodies::prepare(db, received, &[])).transpose()?,
        snapshot,
    })
}

/// What the contents of a source's next page may be like.
#[derive(Default)]
pub(super) struct Relatives {
    pub(super) headers: Vec<i64>,
    pub(super) bodies: Vec<i64>,
}

impl Relatives {
    /// Those of the latest page, and of the latest version's: the latest page may have been a bot wall.
    pub(super) fn of(db: &Connection, source: i64) -> Query<Self> {
        let latest = "SELECT headers, body FROM snapshots WHERE source = ?1 ORDER BY id DESC LIMIT 1";
        let version = "
            SELECT headers, body FROM versions JOIN snapshots ON snapshots.id = versions.snapshot
            WHERE versions.source = ?1 ORDER BY versions.number DESC LIMIT 1";
        let mut relatives = Self::default();
        for sql in [latest, version] {
            let page = db.prepare_cached(sql)?.query_row([source], |row| Ok((row.get(0)?, row.get(1)?)));
            let Some((headers, body)) = page.optional()? else { continue };
            if !relatives.bodies.contains(&body) {
                relatives.headers.push(headers);
                relatives.bodies.push(body);
            }
        }
        Ok(relatives)
    }
}

pub(super) fn insert(db: &Connection, source: i64, page: PreparedSnapshot) -> Query<SnapshotId> {
    let headers = bodies::insert(db, page.headers)?;
    let body = bodies::insert(db, page.body)?;
    let received = page.received.map(|received| bodies::insert(db, received)).transpose()?;
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
