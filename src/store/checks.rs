//! The trace of every look at a source.

use rusqlite::{Connection, Row, params};

use super::columns::{self, Coded as _, ms, time};
use super::error::Query;
use super::{Error, SnapshotId, Store, sources};
use crate::model::{Check, Digest, Outcome, SourceId};

impl Store {
    /// The last `limit` checks of `source`, newest first.
    pub async fn checks(&self, source: &SourceId, limit: usize) -> Result<Vec<Check>, Error> {
        let source = source.clone();
        let sql = "
            SELECT at, outcome, status, detail FROM checks WHERE source = ?1 ORDER BY at DESC, id DESC LIMIT ?2";
        self.read(move |db| {
            let key = sources::key(db, &source)?;
            let mut query = db.prepare_cached(sql)?;
            let rows =
                query.query_and_then(params![key, columns::limit(Some(limit))], |row| check(row, &source))?;
            rows.collect()
        })
        .await
    }
}

pub(super) fn insert(
    db: &Connection,
    source: i64,
    check: &Check,
    digest: Option<Digest>,
    kept: (Option<SnapshotId>, Option<u32>),
) -> Query<()> {
    let (snapshot, version) = kept;
    db.prepare_cached(
        "INSERT INTO checks (source, at, outcome, status, snapshot, version, digest, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        source,
        ms(check.at),
        check.outcome.code(),
        check.status,
        snapshot.map(|id| id.0),
        version,
        digest.map(|digest| digest.0),
        check.detail,
    ])?;
    Ok(())
}

fn check(row: &Row<'_>, source: &SourceId) -> Query<Check> {
    Ok(Check {
        source: source.clone(),
        at: time(row.get(0)?)?,
        outcome: Outcome::decode(row.get(1)?)?,
        status: row.get(2)?,
        detail: row.get(3)?,
    })
}
