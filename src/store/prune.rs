//! What need not be kept for ever: contents of pages. Their digests stay, in the chain and in their rows.

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{Connection, params};
use serde::Serialize;

use super::chain::{self, ARCHIVE};
use super::columns::{self, Coded as _, ms};
use super::error::{Fault, Query};
use super::{Error, Store, bodies, sightings};
use crate::crash;
use crate::model::{Digest, Keep, Outcome, Retention, SourceId};

/// How many contents are pruned in one transaction: each is noted in the chain with what it pruned, so that a process
/// killed in between leaves an archive whose every gap is accounted for.
const BATCH: usize = 500;

/// What pruning takes from one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pruned {
    /// Whose pages.
    pub source: SourceId,
    /// How many.
    pub pages: u64,
    /// From when to when they were received.
    pub received: (Timestamp, Timestamp),
    /// What their contents take in the file, bytes.
    pub bytes: u64,
}

/// Says which contents are gone on purpose.
#[derive(Serialize)]
struct Noted {
    contents: Vec<String>,
}

impl Store {
    /// What `policy` would have pruned at `now`, by source.
    pub async fn prunable(&self, policy: Retention, now: Timestamp) -> Result<Vec<Pruned>, Error> {
        self.read(move |db| {
            let doomed = doomed(db, &Limits::new(&policy, now)?)?;
            listed(db, &doomed)
        })
        .await
    }

    /// Prunes what [`Store::prunable`] lists, and notes in the chain which contents went. The room is used again by what
    /// comes; the file doesn't shrink.
    pub async fn prune(&self, policy: Retention, now: Timestamp) -> Result<(), Error> {
        let limits = Limits::new(&policy, now).map_err(|fault| fault.at(self.path()))?;
        while self.write(move |db| batch(db, &limits, now)).await? {}
        Ok(())
    }
}

/// Prunes as much as one transaction should; says whether there was any.
///
/// What may go is found out anew each time: a page that came meanwhile may need the same content.
fn batch(db: &Connection, limits: &Limits, now: Timestamp) -> Query<bool> {
    let bodies = contents(db, &doomed(db, limits)?)?;
    let bodies = &bodies[..bodies.len().min(BATCH)];
    if bodies.is_empty() {
        return Ok(false);
    }
    let empty = |body: &i64| {
        sightings::rebase(db, *body)?;
        Ok(bodies::empty(db, *body)?.to_string())
    };
    let contents = bodies.iter().map(empty).collect::<Query<_>>()?;
    chain::note(db, ARCHIVE, now, "pruned", &Noted { contents })?;
    crash::point("prune");
    Ok(true)
}

/// A policy as of today: pages received before these are not kept.
#[derive(Clone, Copy)]
struct Limits {
    keep: Keep,
    pages: i64,
    disputed: i64,
}

impl Limits {
    fn new(policy: &Retention, now: Timestamp) -> Query<Self> {
        let before = |span: Option<jiff::Span>| match span {
            None => Ok(i64::MIN),
            Some(span) => {
                let then = now.to_zoned(TimeZone::UTC).checked_sub(span);
                then.map(|then| ms(then.timestamp())).map_err(|e| Fault::refused(e.to_string()))
            }
        };
        let (pages, disputed) = (before(policy.pages_for)?, before(policy.disputed_for)?);
        Ok(Self { keep: policy.keep, pages, disputed })
    }
}

/// The snapshots that the policy doesn't keep and whose contents are still there.
fn doomed(db: &Connection, limits: &Limits) -> Query<Vec<i64>> {
    // A page is the last sight of a version, or what the check that kept it makes it: a version's first sight, one
    // that was disputed, or one more that showed nothing new.
    let sql = "
        WITH kept (snapshot, outcome, is_last) AS (
            SELECT snapshot, outcome, 0 FROM checks WHERE snapshot IS NOT NULL
            UNION ALL SELECT last, outcome, 1 FROM checks WHERE last IS NOT NULL
        )
        SELECT p.id FROM kept JOIN snapshots p ON p.id = kept.snapshot JOIN bodies b ON b.id = p.body
        WHERE length(b.data) > 0 AND CASE
            WHEN is_last OR EXISTS (SELECT 1 FROM versions v WHERE v.source = p.source AND v.snapshot = p.id)
                THEN p.fetched_at < ?1
            WHEN outcome IN (?2, ?3) THEN p.fetched_at < ?4
            ELSE ?5 OR p.fetched_at < ?1
        END
        ORDER BY p.id";
    let (held, unusable) = (Outcome::Held.code(), Outcome::Unusable.code());
    let only_versions = limits.keep == Keep::Versions;
    let parameters = params![limits.pages, held, unusable, limits.disputed, only_versions];
    let mut query = db.prepare(sql)?;
    Ok(query.query_map(parameters, |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The contents that only doomed snapshots need.
fn contents(db: &Connection, doomed: &[i64]) -> Query<Vec<i64>> {
    let doomed: HashSet<i64> = doomed.iter().copied().collect();
    let (mut wanted, mut unwanted) = (HashSet::new(), BTreeSet::new());
    let mut query = db.prepare("SELECT id, headers, body FROM snapshots")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let contents: [i64; 2] = [row.get(1)?, row.get(2)?];
        match doomed.contains(&row.get(0)?) {
            true => unwanted.extend(contents),
            false => wanted.extend(contents),
        }
    }
    let others = "SELECT text FROM versions UNION SELECT received FROM snapshots WHERE received IS NOT NULL
        UNION SELECT base FROM sightings WHERE length(data) = 0";
    let mut query = db.prepare(others)?;
    for id in query.query_map([], |row| row.get(0))? {
        wanted.insert(id?);
    }
    Ok(unwanted.into_iter().filter(|id| !wanted.contains(id)).collect())
}

fn listed(db: &Connection, doomed: &[i64]) -> Query<Vec<Pruned>> {
    let gone = serde_json::json!(contents(db, doomed)?).to_string();
    let sql = "
        SELECT s.name, count(*), min(p.fetched_at), max(p.fetched_at),
            (SELECT ifnull(sum(length(data)), 0) FROM bodies WHERE id IN (
                SELECT value FROM json_each(?2) INTERSECT SELECT body FROM snapshots WHERE source = s.id
                AND id IN (SELECT value FROM json_each(?1))))
        FROM snapshots p JOIN sources s ON s.id = p.source
        WHERE p.id IN (SELECT value FROM json_each(?1)) GROUP BY s.id ORDER BY s.name";
    let mut query = db.prepare(sql)?;
    let doomed = serde_json::json!(doomed).to_string();
    let listed = query.query_and_then([doomed, gone], |row| {
        let name: String = row.get(0)?;
        Ok(Pruned {
            source: columns::source_id(&name)?,
            pages: columns::count(row.get(1)?)?,
            received: (columns::time(row.get(2)?)?, columns::time(row.get(3)?)?),
            bytes: columns::count(row.get(4)?)?,
        })
    })?;
    listed.collect()
}

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
