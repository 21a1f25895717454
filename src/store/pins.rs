//! What is known of the pinned clauses of each source.

use rusqlite::{Connection, Row, params};

use super::columns::{self, Coded as _, ms, time};
use super::error::Query;
use super::{Error, Store};
use crate::model::{PinState, Sight, SourceId};

impl Store {
    /// The pinned clauses of watched sources that aren't in the latest version as they were pinned, by source.
    pub async fn lost_pins(&self) -> Result<Vec<(SourceId, PinState)>, Error> {
        let sql = "
            SELECT pins.*, sources.name FROM pins JOIN sources ON sources.id = pins.source
            WHERE sources.live = 1 AND sight <> ?1 ORDER BY sources.name, pins.text";
        self.read(move |db| {
            let mut query = db.prepare_cached(sql)?;
            let rows = query.query_and_then([Sight::Found.code()], |row| {
                Ok((columns::source_id(&row.get::<_, String>("name")?)?, pin(row)?))
            })?;
            rows.collect()
        })
        .await
    }
}

/// All that is known of the pins of a source.
pub(super) fn of(db: &Connection, source: i64) -> Query<Vec<PinState>> {
    let mut query = db.prepare_cached("SELECT * FROM pins WHERE source = ?1")?;
    query.query_and_then([source], pin)?.collect()
}

/// Makes what is known of the pins of a source these; one that isn't among them isn't pinned any more.
pub(super) fn replace(db: &Connection, source: i64, pins: &[PinState]) -> Query<()> {
    db.prepare_cached("DELETE FROM pins WHERE source = ?1")?.execute([source])?;
    let sql = "
        INSERT INTO pins (source, text, sight, version, since, passage, reference)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let mut insert = db.prepare_cached(sql)?;
    for pin in pins {
        let PinState { text, sight, version, since, passage, reference } = pin;
        insert.execute(params![source, text, sight.code(), version, ms(*since), passage, reference])?;
    }
    Ok(())
}

fn pin(row: &Row<'_>) -> Query<PinState> {
    Ok(PinState {
        text: row.get("text")?,
        sight: Sight::decode(row.get("sight")?)?,
        version: row.get("version")?,
        since: time(row.get("since")?)?,
        passage: row.get("passage")?,
        reference: row.get("reference")?,
    })
}
