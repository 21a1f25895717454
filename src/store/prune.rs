//! What need not be kept for ever.

use std::collections::HashSet;

use rusqlite::Connection;

use super::error::{Fault, Query};
use crate::model::Digest;

/// The contents whose pruning is on record.
pub(super) fn noted(db: &Connection) -> Query<HashSet<Digest>> {
    let sql = "
        SELECT value FROM events, json_each(events.content, '$.contents') WHERE events.kind = 'pruned'";
    let mut query = db.prepare(sql)?;
    let noted = query.query_and_then([], |row| {
        let hex: String = row.get(0)?;
        hex.parse::<Digest>().map_err(|e| Fault::corrupt("a pruning", e))
    })?;
    noted.collect()
}
