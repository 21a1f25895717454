//! The file as SQLite sees it: pages, indexes, references.

use rusqlite::Connection;

use super::Verified;
use crate::store::error::Query;

/// How many of SQLite's own findings are read.
const MOST: usize = 20;

pub(super) fn check(db: &Connection, report: &mut Verified) -> Query<()> {
    let mut query = db.prepare(&format!("PRAGMA integrity_check({MOST})"))?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let said: String = row.get(0)?;
        if said != "ok" {
            let means =
                "the database itself is damaged; rows may be unreadable, or missed when they are looked up";
            report.found("the file", said.replace('\n', " "), means);
        }
    }
    let mut query = db.prepare("PRAGMA foreign_key_check")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (table, of): (String, String) = (row.get(0)?, row.get(2)?);
        let what = format!("a row of `{table}` refers to one of `{of}` that is not there");
        report.found(format!("table {table}"), what, "a row is gone, or the reference to it was altered");
    }
    Ok(())
}
