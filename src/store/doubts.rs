//! Looks that were not believed, and what came of them.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};

use super::columns::{self, Coded as _, ms, time};
use super::error::Query;
use super::{Error, SnapshotId, Store, sources};
use crate::model::{Check, Outcome, SourceId};

/// Looks in a row that brought something else than the policy as known, and were told to no one at first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The number of the first of these looks.
    pub look: i64,
    /// That look; its detail says why it was doubted.
    pub check: Check,
    /// The page it saw, where that is kept.
    pub page: Option<SnapshotId>,
    /// How many looks were doubted in a row.
    pub looks: u32,
    /// What the look brought that ended it, and when; `None` while it lasts.
    pub ended: Option<(Timestamp, Outcome)>,
}

/// Held and unusable looks; `checks_in_doubt` is the index of these.
const DOUBTED: &str = "outcome IN (4, 5)";

impl Store {
    /// What was doubted at `sources` (all, if none are named) from `since` on and before `until`, newest first.
    pub async fn doubts(
        &self,
        sources: Option<Vec<SourceId>>,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> Result<Vec<Doubt>, Error> {
        let sql = format!(
            "SELECT checks.id, checks.at, outcome, status, detail, snapshot, sources.name, checks.source
             FROM checks INDEXED BY checks_in_doubt JOIN sources ON sources.id = checks.source
             WHERE {DOUBTED} AND (:sources IS NULL OR sources.name IN (SELECT value FROM json_each(:sources)))
               AND (:since IS NULL OR at >= :since) AND (:until IS NULL OR at < :until)
             ORDER BY checks.source, checks.id"
        );
        self.read(move |db| {
            let parameters = named_params! {
                ":sources": sources.map(|sources| serde_json::json!(sources).to_string()),
                ":since": since.map(ms),
                ":until": until.map(ms),
            };
            let mut query = db.prepare_cached(&sql)?;
            let looks = query.query_and_then(parameters, look)?;
            let mut found = in_rows(db, looks)?;
            found.sort_by_key(|doubt| std::cmp::Reverse((doubt.check.at, doubt.look)));
            Ok(found)
        })
        .await
    }

    /// The looks in a row of which `look` is the first; `None` if it isn't doubted.
    pub async fn doubt(&self, look_id: i64) -> Result<Option<Doubt>, Error> {
        let sql = format!(
            "SELECT checks.id, checks.at, outcome, status, detail, snapshot, sources.name, checks.source
             FROM checks JOIN sources ON sources.id = checks.source
             WHERE {DOUBTED} AND checks.source = (SELECT source FROM checks WHERE id = ?1) AND checks.id >= ?1
             ORDER BY checks.id LIMIT 1000"
        );
        self.read(move |db| {
            let mut query = db.prepare_cached(&sql)?;
            let looks = query.query_and_then([look_id], look)?;
            Ok(in_rows(db, looks)?.into_iter().next().filter(|doubt| doubt.look == look_id))
        })
        .await
    }

    /// The looks at `source` up to `at`, newest first, back to the one before the row of doubts that ended there; at most
    /// `limit`.
    pub async fn looks_before(
        &self,
        source: &SourceId,
        at: Timestamp,
        limit: usize,
    ) -> Result<Vec<Check>, Error> {
        let source = source.clone();
        let sql = "
            SELECT id, at, outcome, status, detail, snapshot, ?4, source FROM checks
            WHERE source = ?1 AND at <= ?2 ORDER BY at DESC, id DESC LIMIT ?3";
        self.read(move |db| {
            let key = sources::key(db, &source)?;
            let mut query = db.prepare_cached(sql)?;
            let limit = columns::limit(Some(limit));
            let rows = query.query_and_then(params![key, ms(at), limit, source.as_str()], look)?;
            let mut checks = Vec::new();
            for row in rows {
                let check = row?.1.check;
                let settles = !checks.is_empty() && check.outcome.is_accepted();
                checks.push(check);
                if settles {
                    break;
                }
            }
            Ok(checks)
        })
        .await
    }
}

/// Looks of one source after the other, in the order of time, as rows of doubts.
fn in_rows(db: &Connection, looks: impl Iterator<Item = Query<(i64, Doubt)>>) -> Query<Vec<Doubt>> {
    let mut found: Vec<Doubt> = Vec::new();
    for look in looks {
        let (source, doubt) = look?;
        match found.last_mut() {
            Some(row)
                if row.check.source == doubt.check.source
                    && row.ended.is_none_or(|(end, _)| doubt.check.at < end) =>
            {
                row.looks = row.looks.saturating_add(1);
            }
            _ => found.push(Doubt { ended: end(db, source, doubt.check.at)?, ..doubt }),
        }
    }
    Ok(found)
}

/// What the first look after `at` brought that settled something.
fn end(db: &Connection, source: i64, at: Timestamp) -> Query<Option<(Timestamp, Outcome)>> {
    let sql = "
        SELECT at, outcome FROM checks WHERE source = ?1 AND at > ?2 AND outcome < 4 ORDER BY at LIMIT 1";
    let found = db
        .prepare_cached(sql)?
        .query_row(params![source, ms(at)], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    found.map(|(at, outcome)| Ok((time(at)?, Outcome::decode(outcome)?))).transpose()
}

fn look(row: &Row<'_>) -> Query<(i64, Doubt)> {
    let name: String = row.get(6)?;
    let check = Check {
        source: columns::source_id(&name)?,
        at: time(row.get(1)?)?,
        outcome: Outcome::decode(row.get(2)?)?,
        status: row.get(3)?,
        detail: row.get(4)?,
    };
    let page: Option<i64> = row.get(5)?;
    Ok((row.get(7)?, Doubt { look: row.get(0)?, check, page: page.map(SnapshotId), looks: 1, ended: None }))
}
