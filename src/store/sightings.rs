//! The latest sight of each policy, page and all, until it is known whether it was the last of its version.
//!
//! One row for each source, replaced at every look at which a page came, and thus outside the chain: the check vouches
//! for the digest of the body. When the next version comes, the row becomes a snapshot that its check vouches for.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::bodies::{self, Prepared};
use super::columns::{self, ms};
use super::error::{Fault, Query};
use super::{Error, SnapshotId, Store, chain, snapshots, sources};
use crate::model::{Digest, Snapshot, SourceId};

impl Store {
    /// The page that showed the policy last, if a page came since that of the latest version.
    pub async fn latest_sight(&self, source: &SourceId) -> Result<Option<Snapshot>, Error> {
        let source = source.clone();
        self.read(move |db| load(db, sources::key(db, &source)?)).await
    }

    /// Keeps a page as the latest sight of its source's policy, where the look at it is recorded already; an import
    /// does so once for the last of many.
    pub async fn sighted(&self, page: Snapshot) -> Result<(), Error> {
        let prepare = move |db: &Connection| {
            let source = sources::key(db, &page.source)?;
            Ok((source, prepare(db, source, &page)?))
        };
        let (source, sighting) = self.read(prepare).await?;
        self.write(move |db| replace(db, source, &sighting)).await
    }
}

/// A sighting whose contents are compressed.
pub(super) struct PreparedSighting {
    fetched_at: i64,
    url: String,
    final_url: String,
    status: u16,
    headers: Vec<u8>,
    received: Vec<u8>,
    digest: Digest,
    size: usize,
    base: Option<i64>,
    /// Empty where the base is this very content.
    data: Vec<u8>,
}

/// Digests and compresses a page against that of the latest version.
pub(super) fn prepare(db: &Connection, source: i64, page: &Snapshot) -> Query<PreparedSighting> {
    let json = |e: serde_json::Error| Fault::refused(e.to_string());
    let headers = serde_json::to_vec(&page.headers).map_err(json)?;
    let received = serde_json::to_vec(&page.received).map_err(json)?;
    let base = snapshots::bases(db, source)?.map(|(_, body)| body);
    let (digest, base, data) = match bodies::prepare(db, &page.body, base)? {
        Prepared::Stored(id) => (Digest::of(&page.body), Some(id), Vec::new()),
        Prepared::New { digest, base, data, .. } => (digest, base, data),
    };
    Ok(PreparedSighting {
        fetched_at: ms(page.fetched_at),
        url: page.url.to_string(),
        final_url: page.final_url.to_string(),
        status: page.status,
        headers: bodies::encode(&headers, &[])?,
        received: bodies::encode(&received, &[])?,
        digest,
        size: page.body.len(),
        base,
        data,
    })
}

pub(super) fn replace(db: &Connection, source: i64, page: &PreparedSighting) -> Query<()> {
    let sql = "
        INSERT OR REPLACE INTO sightings
            (source, fetched_at, url, final_url, status, headers, received, digest, size, base, data)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    db.prepare_cached(sql)?.execute(params![
        source,
        page.fetched_at,
        page.url,
        page.final_url,
        page.status,
        page.headers,
        page.received,
        page.digest.0,
        page.size as i64,
        page.base,
        page.data,
    ])?;
    Ok(())
}

/// Makes the latest sight of a source a snapshot, since there will be no later one of its version.
///
/// A damaged one is given up, and that is noted: it must not keep new evidence from being stored.
pub(super) fn settle(db: &Connection, source: i64, now: Timestamp) -> Query<Option<SnapshotId>> {
    let settled = match keep(db, source) {
        Err(Fault::Corrupt { row, why }) => {
            let lost = serde_json::json!({ "what": "the last sight of the version before", "why": format!("{row}: {why}") });
            chain::note(db, source, now, "lost", &lost)?;
            None
        }
        kept => kept?,
    };
    db.prepare_cached("DELETE FROM sightings WHERE source = ?1")?.execute([source])?;
    Ok(settled)
}

fn keep(db: &Connection, source: i64) -> Query<Option<SnapshotId>> {
    let sql = "SELECT headers, received, digest, size, base, data FROM sightings WHERE source = ?1";
    let row = db.prepare_cached(sql)?.query_row([source], |row| {
        let (headers, received): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let (digest, size): (Vec<u8>, i64) = (row.get(2)?, row.get(3)?);
        let (base, data): (Option<i64>, Vec<u8>) = (row.get(4)?, row.get(5)?);
        Ok((headers, received, digest, size, base, data))
    });
    let Some((headers, received, digest, size, base, data)) = row.optional()? else { return Ok(None) };
    let body = match base {
        Some(base) if data.is_empty() => base,
        base => {
            let (digest, size) = (columns::digest(&digest)?, columns::count(size)? as usize);
            bodies::insert(db, &Prepared::New { digest, size, base, data })?
        }
    };
    let headers_base = snapshots::bases(db, source)?.map(|(headers, _)| headers);
    let headers = bodies::insert(db, &bodies::prepare(db, &bodies::unpack(&headers)?, headers_base)?)?;
    let received = bodies::insert(db, &bodies::prepare(db, &bodies::unpack(&received)?, None)?)?;
    let sql = "
        INSERT INTO snapshots (source, fetched_at, url, final_url, status, headers, body, received)
        SELECT source, fetched_at, url, final_url, status, ?2, ?3, ?4 FROM sightings WHERE source = ?1";
    db.prepare_cached(sql)?.execute([source, headers, body, received])?;
    Ok(Some(SnapshotId(db.last_insert_rowid())))
}

/// The sources whose latest sight is not what was written, each with how that shows.
pub(super) fn damaged(db: &Connection) -> Query<Vec<(i64, Fault)>> {
    let ids: Vec<i64> = db
        .prepare("SELECT source FROM sightings")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(ids.into_iter().filter_map(|source| Some((source, load(db, source).err()?))).collect())
}

/// Reads the latest sight of a source back and proves the body by its digest.
pub(super) fn load(db: &Connection, source: i64) -> Query<Option<Snapshot>> {
    let sql = "
        SELECT name, fetched_at, sightings.url, final_url, status, headers, received, digest, size, base, data
        FROM sightings JOIN sources ON sources.id = sightings.source WHERE source = ?1";
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([source])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let name: String = row.get(0)?;
    let damaged = |why: &dyn std::fmt::Display| Fault::corrupt(format!("the latest sight of {name}"), why);
    let (url, final_url): (String, String) = (row.get(2)?, row.get(3)?);
    let (headers, received): (Vec<u8>, Vec<u8>) = (row.get(5)?, row.get(6)?);
    let (digest, size): (Vec<u8>, i64) = (row.get(7)?, row.get(8)?);
    let (base, data): (Option<i64>, Vec<u8>) = (row.get(9)?, row.get(10)?);
    let digest = columns::digest(&digest)?;
    let body = match base {
        Some(base) if data.is_empty() => bodies::read(db, base)?,
        base => bodies::unpack_on(db, base, &data, columns::count(size)?)?,
    };
    if Digest::of(&body) != digest {
        return Err(damaged(&"its body has another SHA-256 than the one recorded"));
    }
    Ok(Some(Snapshot {
        source: columns::source_id(&name)?,
        fetched_at: columns::time(row.get(1)?)?,
        url: url.parse().map_err(|e: url::ParseError| damaged(&e))?,
        final_url: final_url.parse().map_err(|e: url::ParseError| damaged(&e))?,
        status: row.get(4)?,
        headers: serde_json::from_slice(&bodies::unpack(&headers)?).map_err(|e| damaged(&e))?,
        body: body.into(),
        received: serde_json::from_slice(&bodies::unpack(&received)?).map_err(|e| damaged(&e))?,
    }))
}
