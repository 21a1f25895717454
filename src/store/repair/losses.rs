//! What no repair brings back, as people are told.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _};

use crate::store::chain::ARCHIVE;
use crate::store::error::Query;
use crate::store::lock;
use crate::store::verify::Missing;

/// Each chain's missing entries: how many, and between when and when they were made.
pub(super) fn entries(db: &Connection, missing: &[Missing]) -> Query<Vec<String>> {
    missing.iter().map(|missing| in_words(db, missing)).collect()
}

fn in_words(db: &Connection, missing: &Missing) -> Query<String> {
    let Missing { chain, entries, after, before } = *missing;
    let noun = if entries == 1 { "entry" } else { "entries" };
    let at = |entry: Option<i64>| entry.map_or(Ok(None), |entry| made_at(db, entry));
    let before = match before {
        Some(_) => at(before)?,
        None => last_checked(db, chain)?.map(|at| format!("the last look at {at}")),
    };
    let when = match (at(after)?, before) {
        (Some(after), Some(before)) => format!(", of the time between {after} and {before}"),
        (Some(after), None) => format!(", of the time after {after}"),
        (None, Some(before)) => format!(", of the time until {before}"),
        (None, None) => String::new(),
    };
    Ok(format!("{entries} {noun} of {}{when}", name(db, chain)?))
}

/// Whose chain it is.
pub(super) fn name(db: &Connection, chain: i64) -> Query<String> {
    if chain == ARCHIVE {
        return Ok("the archive's own chain".to_owned());
    }
    let name =
        db.query_row("SELECT name FROM sources WHERE id = ?1", [chain], |row| row.get(0)).optional()?;
    Ok(name.unwrap_or_else(|| format!("source {chain}, whose name is lost too")))
}

fn made_at(db: &Connection, entry: i64) -> Query<Option<String>> {
    let sql = "
        SELECT datetime(at / 1000, 'unixepoch') || ' UTC'
        FROM (SELECT at FROM checks WHERE id = ?1 UNION ALL SELECT at FROM events WHERE id = ?1)";
    Ok(db.prepare_cached(sql)?.query_row([entry], |row| row.get(0)).optional()?.flatten())
}

fn last_checked(db: &Connection, chain: i64) -> Query<Option<String>> {
    let sql = "SELECT datetime(last_checked / 1000, 'unixepoch') || ' UTC' FROM sources WHERE id = ?1";
    Ok(db.prepare_cached(sql)?.query_row([chain], |row| row.get(0)).optional()?.flatten())
}

/// A file that ends before it should.
pub(super) struct CutOff {
    bytes: u64,
    should: u64,
}

impl CutOff {
    /// `harmless`: nothing else shows that anything is gone.
    pub(super) fn in_words(&self, harmless: bool) -> String {
        let Self { bytes, should } = self;
        let what = if harmless { "; nothing that was recorded stood there" } else { "" };
        format!("the end of the file, which has {bytes} of {should} bytes{what}")
    }
}

/// Whether the file is shorter than its header says; with a log beside it the log may hold the rest.
pub(super) fn cut_off(path: &Path) -> io::Result<Option<CutOff>> {
    if std::fs::metadata(lock::beside(path, "-wal")).is_ok_and(|log| log.len() > 0) {
        return Ok(None);
    }
    let mut file = File::open(path)?;
    let mut header = [0; 32];
    file.read_exact(&mut header)?;
    let page = match u16::from_be_bytes([header[16], header[17]]) {
        // What does not fit into its two bytes.
        1 => 65_536,
        page => u64::from(page),
    };
    let pages = u32::from_be_bytes([header[28], header[29], header[30], header[31]]);
    let (bytes, should) = (file.metadata()?.len(), page * u64::from(pages));
    Ok((bytes < should).then_some(CutOff { bytes, should }))
}
