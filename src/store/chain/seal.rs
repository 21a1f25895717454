//! Seals: one head that stands for all chains.

use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::{ARCHIVE, end, note};
use crate::model::{Digest, SourceId};
use crate::store::columns;
use crate::store::error::{Fault, Query};
use crate::store::{Error, Store};

/// The head of the archive's own chain after a seal: whoever has it, signed or timestamped, can prove everything that
/// was recorded until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seal {
    /// The number of the seal's entry in the archive's chain.
    pub id: i64,
    /// How many entries that chain has.
    pub entries: u64,
    /// Its head.
    pub head: Digest,
}

/// What a seal says.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::store) struct Sealed {
    /// The chains that grew since the seal before, in the order of their sources' rows.
    pub(in crate::store) heads: Vec<SealedHead>,
}

/// How far a chain was when it was sealed.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::store) struct SealedHead {
    pub(in crate::store) source: SourceId,
    pub(in crate::store) entries: u64,
    pub(in crate::store) head: String,
}

impl Store {
    /// Seals what was recorded since the last seal, if anything was, and returns the latest one; `None` where nothing
    /// was ever recorded.
    pub async fn seal(&self, now: Timestamp) -> Result<Option<Seal>, Error> {
        self.write(move |db| seal(db, now)).await
    }
}

fn seal(db: &Connection, now: Timestamp) -> Query<Option<Seal>> {
    let heads = unsealed(db)?;
    if !heads.is_empty() {
        note(db, ARCHIVE, now, "seal", &Sealed { heads })?;
        db.execute("UPDATE chains SET sealed = entries WHERE source <> ?1", [ARCHIVE])?;
    }
    let id: Option<i64> =
        db.query_row("SELECT max(id) FROM events WHERE source = ?1 AND kind = 'seal'", [ARCHIVE], |row| {
            row.get(0)
        })?;
    let Some((id, end)) = id.zip(end(db, ARCHIVE)?) else { return Ok(None) };
    Ok(Some(Seal { id, entries: end.entries, head: end.head }))
}

fn unsealed(db: &Connection) -> Query<Vec<SealedHead>> {
    let sql = "
        SELECT sources.name, entries, head FROM chains JOIN sources ON sources.id = chains.source
        WHERE entries <> sealed ORDER BY chains.source";
    let mut query = db.prepare_cached(sql)?;
    let heads = query.query_and_then([], |row| {
        let (name, head): (String, Vec<u8>) = (row.get(0)?, row.get(2)?);
        let source = name.parse().map_err(|e| Fault::corrupt(format!("source `{name}`"), e))?;
        let head = columns::digest(&head)?.to_string();
        Ok(SealedHead { source, entries: columns::count(row.get(1)?)?, head })
    })?;
    heads.collect()
}
