//! Looks that were not believed, and what came of them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

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

/// Which doubted looks to list; the default is all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DoubtFilter {
    /// Only of these sources.
    pub sources: Option<Vec<SourceId>>,
    /// Only looks at this instant or later.
    pub since: Option<Timestamp>,
    /// Only looks before this instant.
    pub until: Option<Timestamp>,
    /// At most so many rows of them.
    pub limit: Option<usize>,
}

/// Held and unusable looks; `checks_in_doubt` is the index of these.
const DOUBTED: &str = "outcome IN (4, 5)";

impl Store {
    /// What was doubted and passes `filter`, newest first; a row of looks is as new as its first one.
    pub async fn doubts(&self, filter: DoubtFilter) -> Result<Vec<Doubt>, Error> {
        self.read(move |db| newest(db, &filter)).await
    }

    /// The looks in a row of which `look` is the first; `None` if it isn't doubted.
    pub async fn doubt(&self, look: i64) -> Result<Option<Doubt>, Error> {
        let sql = format!("SELECT at, source FROM checks WHERE id = ?1 AND {DOUBTED}");
        self.read(move |db| {
            let mut query = db.prepare_cached(&sql)?;
            let place = query.query_row([look], |row| Ok(Place { at: row.get(0)?, source: row.get(1)? }));
            let Some(place) = place.optional()? else { return Ok(None) };
            Ok(row_of(db, place, i64::MIN..i64::MAX)?.filter(|doubt| doubt.look == look))
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
            SELECT id, at, outcome, status, detail, snapshot, ?4 FROM checks
            WHERE source = ?1 AND at <= ?2 ORDER BY at DESC, id DESC LIMIT ?3";
        self.read(move |db| {
            let key = sources::key(db, &source)?;
            let mut query = db.prepare_cached(sql)?;
            let limit = columns::limit(Some(limit));
            let rows = query.query_and_then(params![key, ms(at), limit, source.as_str()], look)?;
            let mut checks = Vec::new();
            for row in rows {
                let check = row?.check;
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

/// Where a doubted look is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    at: i64,
    source: i64,
}

/// Goes back in time, from the latest doubted look of each source, no further than so many rows need: there may be years
/// of them, and what came of each is looked up in the long table of checks.
fn newest(db: &Connection, filter: &DoubtFilter) -> Query<Vec<Doubt>> {
    let range = filter.since.map_or(i64::MIN, ms)..filter.until.map_or(i64::MAX, ms);
    let limit = filter.limit.unwrap_or(usize::MAX);
    let mut ahead = BinaryHeap::new();
    for source in keys(db, filter.sources.as_deref())? {
        ahead.extend(latest(db, source, range.clone())?);
    }
    let mut found = Vec::new();
    // When the newest rows found so far began; the oldest of these stands on top.
    let mut begun = BinaryHeap::new();
    while let Some(place) = ahead.pop() {
        // A row begins no later than any of its looks.
        let is_enough = begun.len() >= limit && begun.peek().is_none_or(|Reverse(oldest)| *oldest > place.at);
        if is_enough {
            break;
        }
        let Some(doubt) = row_of(db, place, range.clone())? else { continue };
        let began = ms(doubt.check.at);
        ahead.extend(latest(db, place.source, range.start..began)?);
        begun.push(Reverse(began));
        if begun.len() > limit {
            begun.pop();
        }
        found.push(doubt);
    }
    found.sort_by_key(|doubt| Reverse((doubt.check.at, doubt.look)));
    found.truncate(limit);
    Ok(found)
}

fn keys(db: &Connection, sources: Option<&[SourceId]>) -> Query<Vec<i64>> {
    let sql = "SELECT id FROM sources WHERE ?1 IS NULL OR name IN (SELECT value FROM json_each(?1))";
    let sources = sources.map(|sources| serde_json::json!(sources).to_string());
    Ok(db.prepare_cached(sql)?.query_map([sources], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The latest doubted look at a source in a range of times.
fn latest(db: &Connection, source: i64, range: Range<i64>) -> Query<Option<Place>> {
    let sql = format!(
        "SELECT max(at) FROM checks INDEXED BY checks_in_doubt
         WHERE {DOUBTED} AND source = ?1 AND at >= ?2 AND at < ?3"
    );
    let mut query = db.prepare_cached(&sql)?;
    let at: Option<i64> = query.query_row([source, range.start, range.end], |row| row.get(0))?;
    Ok(at.map(|at| Place { at, source }))
}

/// The looks in a row, within a range of times, of which one is at `place`.
fn row_of(db: &Connection, place: Place, range: Range<i64>) -> Query<Option<Doubt>> {
    let Place { at, source } = place;
    let ended = end(db, source, at)?;
    let start = settled_before(db, source, at)?.map_or(range.start, |settled| range.start.max(settled + 1));
    let end = ended.map_or(range.end, |(end, _)| range.end.min(ms(end)));
    let sql = format!(
        "SELECT checks.id, checks.at, outcome, status, detail, snapshot, sources.name
         FROM checks INDEXED BY checks_in_doubt JOIN sources ON sources.id = checks.source
         WHERE {DOUBTED} AND checks.source = ?1 AND at >= ?2 AND at < ?3 ORDER BY at, checks.id LIMIT 1"
    );
    let mut query = db.prepare_cached(&sql)?;
    let Some(first) = query.query_and_then([source, start, end], look)?.next() else { return Ok(None) };
    let sql = format!(
        "SELECT count(*) FROM checks INDEXED BY checks_in_doubt
         WHERE {DOUBTED} AND source = ?1 AND at >= ?2 AND at < ?3"
    );
    let looks = db.prepare_cached(&sql)?.query_row([source, start, end], |row| row.get(0))?;
    Ok(Some(Doubt { looks, ended, ..first? }))
}

/// When the last look before `at` was that settled something.
fn settled_before(db: &Connection, source: i64, at: i64) -> Query<Option<i64>> {
    let sql = "SELECT at FROM checks WHERE source = ?1 AND at < ?2 AND outcome < 4 ORDER BY at DESC LIMIT 1";
    Ok(db.prepare_cached(sql)?.query_row([source, at], |row| row.get(0)).optional()?)
}

/// What the first look after `at` brought that settled something.
fn end(db: &Connection, source: i64, at: i64) -> Query<Option<(Timestamp, Outcome)>> {
    let sql = "
        SELECT at, outcome FROM checks WHERE source = ?1 AND at > ?2 AND outcome < 4 ORDER BY at LIMIT 1";
    let found =
        db.prepare_cached(sql)?.query_row([source, at], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    found.map(|(at, outcome)| Ok((time(at)?, Outcome::decode(outcome)?))).transpose()
}

fn look(row: &Row<'_>) -> Query<Doubt> {
    let name: String = row.get(6)?;
    let check = Check {
        source: columns::source_id(&name)?,
        at: time(row.get(1)?)?,
        outcome: Outcome::decode(row.get(2)?)?,
        status: row.get(3)?,
        detail: row.get(4)?,
    };
    let page: Option<i64> = row.get(5)?;
    Ok(Doubt { look: row.get(0)?, check, page: page.map(SnapshotId), looks: 1, ended: None })
}
