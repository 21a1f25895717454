//! What was recorded before there was a chain.

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use super::{ARCHIVE, link, note};
use crate::store::columns;
use crate::store::error::Query;

/// Says that a history was linked after the fact.
#[derive(Serialize)]
struct Begun {
    /// The last check that was recorded without a chain: up to here it proves only what was there when it was made.
    carried_over: i64,
}

/// Links the checks of an archive that had no chain, in their order, and notes that this was done afterwards.
pub(in crate::store) fn carry_over(db: &Connection) -> Query<()> {
    let last: Option<(i64, i64)> = db.query_row("SELECT max(id), max(at) FROM checks", [], |row| {
        Ok(row.get::<_, Option<i64>>(0)?.zip(row.get(1)?))
    })?;
    let Some((last, at)) = last else { return Ok(()) };
    let mut next = db.prepare("SELECT min(id) FROM checks WHERE id > ?1")?;
    let mut done = i64::MIN;
    while let Some(id) = next.query_row([done], |row| row.get::<_, Option<i64>>(0))? {
        link(db, id)?;
        done = id;
    }
    let at: Timestamp = columns::time_or_bound(at);
    note(db, ARCHIVE, at, "begun", &Begun { carried_over: last })?;
    Ok(())
}
