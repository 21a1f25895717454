//! The hash chain: what was recorded can't be altered, reordered or removed without it showing.
//!
//! Each source has a chain, and the archive has one for what is about no source. A check with all that it brought is
//! one entry, a row of `events` another; [`line`] says of which bytes an entry consists, docs/evidence.md says it for
//! third parties. A seal, an entry of the archive's chain, names the heads of all others: who holds the head of that
//! one chain holds everything.
//!
//! A check's row carries the first 8 bytes of the head after it, enough to tell which row is the first bad one; every
//! 32nd entry, and every one that brings more than a look, carries all 32, from where the chain can be followed again
//! behind damage.

mod carry;
mod line;
mod seal;
mod walk;

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;

use super::columns::{self, ms};
use super::error::{Fault, Query};
use super::{Error, Store, sources};
use crate::model::{Digest, SourceId};

pub(super) use carry::carry_over;
pub(super) use line::{Line, TellTale};
pub use seal::Seal;
pub(super) use seal::Sealed;
pub(super) use walk::{Step, walk};

/// The chain of what is about no source.
pub(super) const ARCHIVE: i64 = 0;

/// How many of a head's bytes stand in most rows: a false match is one in 2⁶⁴.
const SHORT: usize = 8;

/// How often an entry carries its whole head: each costs 24 bytes, and behind a damaged row at most so many can't be
/// proven one by one.
const WHOLE_EVERY: u64 = 32;

/// One entry of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number, unique in the archive and rising along every chain.
    pub id: i64,
    /// What is hashed: one line of JSON.
    pub line: String,
    /// The head of the chain from here on.
    pub head: Digest,
}

impl Store {
    /// The entries of a source's chain, oldest first, or of the archive's own; heads are computed, not read.
    ///
    /// Fails at the first entry whose stored head is another, naming it.
    pub async fn chain(&self, source: Option<&SourceId>) -> Result<Vec<Entry>, Error> {
        let source = source.cloned();
        self.read(move |db| {
            let chain = source.as_ref().map_or(Ok(ARCHIVE), |source| sources::key(db, source))?;
            let (mut entries, mut head) = (Vec::new(), Digest::ZERO);
            walk(db, Some(chain), |step| {
                let Step { id, line, stored, .. } = step?;
                let line = line?.text;
                head = head.then(line.as_bytes());
                if !head.0.starts_with(&stored) {
                    return Err(Fault::corrupt(format!("entry {id}"), "it does not continue its chain"));
                }
                entries.push(Entry { id, line, head });
                Ok(())
            })?;
            Ok(entries)
        })
        .await
    }

    /// Appends an event to a source's chain, or to the archive's own: something that was done or decided and has to
    /// stay provable. `kind` is one word.
    pub async fn note<T>(
        &self,
        source: Option<&SourceId>,
        at: Timestamp,
        kind: &'static str,
        content: T,
    ) -> Result<i64, Error>
    where
        T: Serialize + Send + 'static,
    {
        let source = source.cloned();
        self.write(move |db| {
            let chain = source.as_ref().map_or(Ok(ARCHIVE), |source| sources::key(db, source))?;
            note(db, chain, at, kind, &content)
        })
        .await
    }
}

/// The number of the next entry, whichever chain it goes to.
pub(super) fn next_id(db: &Connection) -> Query<i64> {
    let sql =
        "SELECT 1 + max((SELECT ifnull(max(id), 0) FROM checks), (SELECT ifnull(max(id), 0) FROM events))";
    Ok(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Makes a check an entry of its chain, once it and all that it brought stand in their tables.
pub(super) fn link(db: &Connection, check: i64) -> Query<()> {
    let (chain, line) = line::of_check(db, check)?;
    let head = extend(db, chain, &line)?;
    db.prepare_cached("UPDATE checks SET head = ?2 WHERE id = ?1")?.execute(params![check, head])?;
    Ok(())
}

/// Appends an event to a chain; returns its number.
pub(super) fn note<T: Serialize>(
    db: &Connection,
    chain: i64,
    at: Timestamp,
    kind: &str,
    content: &T,
) -> Query<i64> {
    let id = next_id(db)?;
    let content = serde_json::to_string(content).map_err(|e| Fault::refused(e.to_string()))?;
    let sql = "INSERT INTO events (id, source, at, kind, content, head) VALUES (?1, ?2, ?3, ?4, ?5, x'')";
    db.prepare_cached(sql)?.execute(params![id, chain, ms(at), kind, content])?;
    let line = line::of_event(db, id)?;
    let head = extend(db, chain, &line)?;
    db.prepare_cached("UPDATE events SET head = ?2 WHERE id = ?1")?.execute(params![id, head])?;
    Ok(id)
}

/// A chain's head and how many entries lead to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    pub(super) entries: u64,
    pub(super) head: Digest,
}

/// Moves a chain's head on; returns what of it stands in the entry's row.
fn extend(db: &Connection, chain: i64, line: &Line) -> Query<Vec<u8>> {
    let end = end(db, chain)?.unwrap_or(End { entries: 0, head: Digest::ZERO });
    let (head, entries) = (end.head.then(line.text.as_bytes()), end.entries + 1);
    let sql = "INSERT INTO chains (source, entries, head) VALUES (?1, ?2, ?3)
        ON CONFLICT (source) DO UPDATE SET entries = ?2, head = ?3";
    db.prepare_cached(sql)?.execute(params![chain, entries as i64, head.0])?;
    let whole = line.brings_more || entries % WHOLE_EVERY == 0;
    Ok(head.0[..if whole { 32 } else { SHORT }].to_vec())
}

/// Has a chain go on from elsewhere: only for what was repaired.
pub(super) fn set_end(db: &Connection, chain: i64, end: End) -> Query<()> {
    let sql = "INSERT OR REPLACE INTO chains (source, entries, head) VALUES (?1, ?2, ?3)";
    db.prepare_cached(sql)?.execute(params![chain, end.entries as i64, end.head.0])?;
    Ok(())
}

fn end(db: &Connection, chain: i64) -> Query<Option<End>> {
    let mut query = db.prepare_cached("SELECT entries, head FROM chains WHERE source = ?1")?;
    let row = query.query_row([chain], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?))).optional()?;
    row.map(|(entries, head)| Ok(End { entries: columns::count(entries)?, head: columns::digest(&head)? }))
        .transpose()
}

/// Where every chain ends, as it was written down.
pub(super) fn ends(db: &Connection) -> Query<BTreeMap<i64, End>> {
    let mut query = db.prepare_cached("SELECT source, entries, head FROM chains ORDER BY source")?;
    let ends = query.query_and_then([], |row| {
        let (entries, head): (i64, Vec<u8>) = (row.get(1)?, row.get(2)?);
        Ok((row.get(0)?, End { entries: columns::count(entries)?, head: columns::digest(&head)? }))
    })?;
    ends.collect()
}
