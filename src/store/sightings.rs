//! The latest sight of each policy, page and all, until it is known whether it was the last of its version.
//!
//! One row for each source, replaced at every look at which a page came, and thus outside the chain: the check vouches
//! for the digest of the body. When the next version comes, the row becomes a snapshot that its check vouches for.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::bodies::{self, Packed, Prepared};
use super::columns::{self, ms};
use super::error::{Fault, Query};
use super::snapshots::Relatives;
use super::{Error, SnapshotId, Store, chain, sources};
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
            Ok((source, prepare(db, source, &page, page.digest())?))
        };
        let (source, sighting) = self.read(prepare).await?;
        self.write(move |db| replace(db, source, sighting)).await
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
    body: Prepared,
}

/// Compresses a page, of which the body has this digest, against that of the latest version.
pub(super) fn prepare(
    db: &Connection,
    source: i64,
    page: &Snapshot,
    digest: Digest,
) -> Query<PreparedSighting> {
    let json = |e: serde_json::Error| Fault::refused(e.to_string());
    let headers = serde_json::to_vec(&page.headers).map_err(json)?;
    let received = serde_json::to_vec(&page.received).map_err(json)?;
    Ok(PreparedSighting {
        fetched_at: ms(page.fetched_at),
        url: page.url.to_string(),
        final_url: page.final_url.to_string(),
        status: page.status,
        headers: bodies::encode(&headers, &[])?,
        received: bodies::encode(&received, &[])?,
        body: bodies::prepare_as(db, page.body.clone(), (digest, page.received.gzip.as_ref()), || {
            Ok(Relatives::of(db, source)?.bodies)
        })?,
    })
}

pub(super) fn replace(db: &Connection, source: i64, page: PreparedSighting) -> Query<()> {
    let (digest, size) = (page.body.digest, page.body.content.len());
    // Without data where its base is this very content.
    let packed = match page.body.settled(db)? {
        Ok(id) => Packed { base: Some(id), nth: 0, data: Vec::new() },
        Err(packed) => packed,
    };
    let sum = sum(page.fetched_at, &page.url, &page.final_url, page.status, [&page.headers, &page.received]);
    let sql = "
        INSERT OR REPLACE INTO sightings
            (source, fetched_at, url, final_url, status, headers, received, sum, digest, size, base, nth, data)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    db.prepare_cached(sql)?.execute(params![
        source,
        page.fetched_at,
        page.url,
        page.final_url,
        page.status,
        page.headers,
        page.received,
        sum.0,
        digest.0,
        size as i64,
        packed.base,
        packed.nth as i64,
        packed.data,
    ])?;
    Ok(())
}

/// Digest of a sight but its body: the chain has that of the body, and of the rest only once it is a snapshot.
fn sum(fetched_at: i64, url: &str, final_url: &str, status: u16, packed: [&[u8]; 2]) -> Digest {
    let [headers, received] = packed.map(|packed| Digest::of(packed).to_string());
    Digest::of(format!("{fetched_at}\n{url}\n{final_url}\n{status}\n{headers}\n{received}").as_bytes())
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
    // From here on the chain vouches for it: it must be what was seen.
    load(db, source)?;
    let sql = "SELECT headers, received, digest, size, base, nth, data FROM sightings WHERE source = ?1";
    let row = db.prepare_cached(sql)?.query_row([source], |row| {
        let (headers, received): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let (digest, size): (Vec<u8>, i64) = (row.get(2)?, row.get(3)?);
        let packed = Packed { base: row.get(4)?, nth: row.get::<_, i64>(5)? as u64, data: row.get(6)? };
        Ok((headers, received, digest, size, packed))
    });
    let Some((headers, received, digest, size, packed)) = row.optional()? else { return Ok(None) };
    let body = match packed.base {
        Some(base) if packed.data.is_empty() => base,
        _ => {
            let (digest, size) = (columns::digest(&digest)?, columns::count(size)? as usize);
            bodies::adopt(db, digest, size, &packed)?
        }
    };
    let relatives = Relatives::of(db, source)?.headers;
    let headers = bodies::insert(db, bodies::prepare(db, bodies::unpack(&headers)?, &relatives)?)?;
    let received = bodies::insert(db, bodies::prepare(db, bodies::unpack(&received)?, &[])?)?;
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
    let proven = |source| load(db, source).and_then(|_| is_of_a_look(db, source));
    Ok(ids.into_iter().filter_map(|source| Some((source, proven(source).err()?))).collect())
}

/// The chain must have a look at that time which brought that body.
fn is_of_a_look(db: &Connection, source: i64) -> Query<()> {
    let sql = "
        SELECT EXISTS (SELECT 1 FROM checks c LEFT JOIN bodies b ON b.id = c.body
            WHERE c.source = s.source AND c.at = s.fetched_at AND ifnull(c.digest, b.digest) = s.digest)
        FROM sightings s WHERE s.source = ?1";
    match db.prepare_cached(sql)?.query_row([source], |row| row.get(0))? {
        true => Ok(()),
        false => Err(Fault::corrupt("a sight", "no look in the chain brought this page")),
    }
}

/// Reads the latest sight of a source back and proves the body by its digest.
pub(super) fn load(db: &Connection, source: i64) -> Query<Option<Snapshot>> {
    let sql = "
        SELECT name, fetched_at, sightings.url, final_url, status, headers, received, digest, size, base, data, sum
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
    let recorded: Option<Vec<u8>> = row.get(11)?;
    let sum = sum(row.get(1)?, &url, &final_url, row.get(4)?, [&headers, &received]);
    if recorded.is_some_and(|recorded| recorded != sum.0) {
        return Err(damaged(&"it has another SHA-256 than the one recorded"));
    }
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

/// Makes the sights that are compressed against a body stand alone, for the body is about to go.
pub(super) fn rebase(db: &Connection, body: i64) -> Query<()> {
    let sql = "SELECT source, size, data FROM sightings WHERE base = ?1 AND length(data) > 0";
    let mut query = db.prepare_cached(sql)?;
    let sights = query.query_map([body], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let sights: Vec<(i64, i64, Vec<u8>)> = sights.collect::<Result<_, _>>()?;
    for (source, size, data) in sights {
        let content = bodies::unpack_on(db, Some(body), &data, columns::count(size)?)?;
        let data = bodies::encode(&content, &[])?;
        let sql = "UPDATE sightings SET base = NULL, nth = 0, data = ?2 WHERE source = ?1";
        db.prepare_cached(sql)?.execute(params![source, data])?;
    }
    Ok(())
}
