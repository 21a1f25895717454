//! The file as SQLite sees it: pages, indexes, references.

use std::collections::BTreeMap;

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
    let mut dangling: BTreeMap<(String, String), u64> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        *dangling.entry((row.get(0)?, row.get(2)?)).or_default() += 1;
    }
    for ((table, of), rows) in dangling {
        let what = format!("{rows} of its rows refer to rows of `{of}` that are not there");
        report.found(format!("table {table}"), what, "rows are gone, or the references to them were altered");
    }
    Ok(())
}
