//! Entries in their order.

use std::collections::HashSet;

use rusqlite::{Connection, Row, Rows};

use super::line::{self, CHECK, EVENT, Line};
use crate::store::error::Query;

/// An entry as it stands in its tables.
pub(in crate::store) struct Step {
    pub(in crate::store) id: i64,
    /// Whose chain.
    pub(in crate::store) chain: i64,
    /// Whether it is a check, and no event.
    pub(in crate::store) is_check: bool,
    /// Its line, or why none can be made of what is there.
    pub(in crate::store) line: Query<Line>,
    /// What of the head stands in its row.
    pub(in crate::store) stored: Vec<u8>,
}

/// Calls `each` with the entries of one chain, or of all, in the order in which they were appended; an error is of the
/// table itself and ends it.
pub(in crate::store) fn walk(
    db: &Connection,
    chain: Option<i64>,
    mut each: impl FnMut(Query<Step>) -> Query<()>,
) -> Query<()> {
    let telling = telling(db)?;
    // A plain `ORDER BY id` would be served by the table itself, which is as long as all chains together.
    let (checks, events) = match chain {
        Some(_) => ("WHERE c.source = ?1 ORDER BY +c.id", "WHERE e.source = ?1 ORDER BY +e.id"),
        None => ("WHERE ?1 IS NULL ORDER BY c.id", "WHERE ?1 IS NULL ORDER BY e.id"),
    };
    let (checks, events) = (format!("{CHECK} {checks}"), format!("{EVENT} {events}"));
    let (mut checks, mut events) = (db.prepare(&checks)?, db.prepare(&events)?);
    let (mut checks, mut events) = (checks.query([chain])?, events.query([chain])?);
    let mut next_check = check(db, &mut checks, &telling)?;
    let mut next_event = event(&mut events)?;
    loop {
        let check_first = match (&next_check, &next_event) {
            (None, None) => return Ok(()),
            (Some(check), Some(event)) => check.id < event.id,
            (check, _) => check.is_some(),
        };
        let (step, following) = if check_first {
            (next_check.take(), check(db, &mut checks, &telling))
        } else {
            (next_event.take(), event(&mut events))
        };
        if let Some(step) = step {
            each(Ok(step))?;
        }
        match following {
            Ok(following) if check_first => next_check = following,
            Ok(following) => next_event = following,
            Err(fault) => return each(Err(fault)),
        }
    }
}

/// The checks that brought notices: few, so that the many others need not be asked for theirs.
fn telling(db: &Connection) -> Query<HashSet<i64>> {
    let mut query = db.prepare("SELECT DISTINCT origin FROM notices WHERE origin IS NOT NULL")?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

fn check(db: &Connection, rows: &mut Rows<'_>, telling: &HashSet<i64>) -> Query<Option<Step>> {
    let Some(row) = rows.next()? else { return Ok(None) };
    let id = row.get(0)?;
    step(row, true, line::check(db, row, telling.contains(&id))).map(Some)
}

fn event(rows: &mut Rows<'_>) -> Query<Option<Step>> {
    let Some(row) = rows.next()? else { return Ok(None) };
    step(row, false, line::event(row)).map(Some)
}

fn step(row: &Row<'_>, is_check: bool, line: Query<Line>) -> Query<Step> {
    // A row that was never linked has no head, and an empty one would fit any.
    let stored: Vec<u8> = row.get::<_, Option<Vec<u8>>>(2)?.unwrap_or_default();
    let stored = if stored.len() < super::SHORT { vec![0; 33] } else { stored };
    Ok(Step { id: row.get(0)?, chain: row.get(1)?, is_check, line, stored })
}
