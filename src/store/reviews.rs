//! What people made of the changes: small transactions of their own, which need no lock and work beside the daemon.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};
use serde::Serialize;

use super::chain::{self, ARCHIVE};
use super::columns::{self, Coded as _, ms, time};
use super::error::{Fault, Query};
use super::{Error, Store, changes};
use crate::model::{Deed, NoticeId, Review, Reviewed, Severity, SourceId};

/// Which changes to list with their reviews; the default is every announced one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReviewFilter {
    /// Only of these sources.
    pub sources: Option<Vec<SourceId>>,
    /// Only announced at this instant or later.
    pub since: Option<Timestamp>,
    /// Only announced before this instant.
    pub until: Option<Timestamp>,
    /// Only those that wait for someone.
    pub open: bool,
    /// Only this serious or more.
    pub severity: Option<Severity>,
}

/// What a change's row says with its source's name and whether it was told.
pub(super) const SELECT: &str = "
    SELECT changes.*, sources.name, EXISTS (SELECT 1 FROM notices WHERE notices.id = changes.id) AS told
    FROM changes JOIN sources ON sources.id = changes.source";

/// Whether a change waits for someone; the same rule as [`Reviewed::state`].
pub(super) const OPEN: &str = "
    coalesce(
        (SELECT deed = 3 FROM reviews WHERE change = changes.id AND deed IN (0, 3) ORDER BY id DESC LIMIT 1),
        EXISTS (SELECT 1 FROM notices WHERE notices.id = changes.id))";

impl Store {
    /// The announced changes that pass `filter`, newest first, each with its whole review.
    pub async fn reviews(&self, filter: ReviewFilter) -> Result<Vec<Reviewed>, Error> {
        let sql = format!(
            "{SELECT} WHERE announced AND (:sources IS NULL OR sources.name IN (SELECT value FROM json_each(:sources)))
             AND at >= :since AND at < :until AND severity >= :severity AND (NOT :open OR {OPEN})
             ORDER BY at DESC, changes.rowid DESC"
        );
        self.read(move |db| {
            let sources = filter.sources.map(|sources| serde_json::json!(sources).to_string());
            let parameters = named_params! {
                ":sources": sources,
                ":since": filter.since.map_or(i64::MIN, ms),
                ":until": filter.until.map_or(i64::MAX, ms),
                ":severity": filter.severity.unwrap_or(Severity::Minor).code(),
                ":open": filter.open,
            };
            let mut query = db.prepare_cached(&sql)?;
            let rows = query.query_and_then(parameters, |row| reviewed(db, row))?;
            rows.collect()
        })
        .await
    }

    /// The announced change with this id, or the only one whose id begins so, with its whole review.
    ///
    /// A beginning that fits several is an error.
    pub async fn review(&self, id: &str) -> Result<Option<Reviewed>, Error> {
        let Some(change) = self.change(id).await?.filter(|change| change.announced) else { return Ok(None) };
        let sql = format!("{SELECT} WHERE changes.id = ?1");
        self.read(move |db| {
            let mut query = db.prepare_cached(&sql)?;
            query.query_and_then([change.id.as_str()], |row| reviewed(db, row))?.next().transpose()
        })
        .await
    }

    /// Appends entries to the histories of their changes: all of them, or none.
    ///
    /// Refuses one about a change that isn't stored or was announced to nobody.
    pub async fn append_reviews(&self, entries: Vec<Review>) -> Result<(), Error> {
        self.write(move |db| entries.iter().try_for_each(|entry| append(db, entry))).await
    }
}

fn append(db: &Connection, entry: &Review) -> Query<()> {
    let mut query = db.prepare_cached("SELECT announced FROM changes WHERE id = ?1")?;
    let announced: Option<bool> = query.query_row([entry.change.as_str()], |row| row.get(0)).optional()?;
    if announced != Some(true) {
        return Err(Fault::refused(format!("`{}` is no announced change", entry.change)));
    }
    let sql = "INSERT INTO reviews (change, at, who, deed, assignee, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let Review { change, at, by, deed, assignee, note } = entry;
    db.prepare_cached(sql)?.execute(params![change.as_str(), ms(*at), by, deed.code(), assignee, note])?;
    link(db, db.last_insert_rowid())
}

/// The kind of the events that vouch for reviews. They are in the archive's own chain, of which a bundle shows strangers
/// only digests: what is said within a house is not for them.
pub(super) const KIND: &str = "review";

/// What such an event says.
#[derive(Serialize)]
struct Noted {
    review: i64,
    change: String,
    by: String,
    deed: Deed,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// Has the chain vouch for a review.
fn link(db: &Connection, id: i64) -> Query<()> {
    let (at, noted) = noted(db, id)?.ok_or_else(|| Fault::corrupt(format!("review {id}"), "it is gone"))?;
    chain::note(db, ARCHIVE, columns::time_or_bound(at), KIND, &noted)?;
    Ok(())
}

fn noted(db: &Connection, id: i64) -> Query<Option<(i64, Noted)>> {
    let sql = "SELECT id, change, at, who, deed, assignee, note FROM reviews WHERE id = ?1";
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([id])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let noted = Noted {
        review: row.get(0)?,
        change: row.get(1)?,
        by: row.get(3)?,
        deed: Deed::decode(row.get(4)?)?,
        assignee: row.get(5)?,
        note: row.get(6)?,
    };
    Ok(Some((row.get(2)?, noted)))
}

/// Whether a review is what an event says of it; `at` is the event's time.
pub(super) fn is_as_noted(db: &Connection, id: i64, at: i64, content: &str) -> Query<bool> {
    let Some((then, noted)) = noted(db, id)? else { return Ok(false) };
    let said = serde_json::to_string(&noted).map_err(|e| Fault::corrupt(format!("review {id}"), e))?;
    Ok(then == at && said == content)
}

/// Has the chain vouch for the reviews from before it did.
pub(super) fn carry_over(db: &Connection) -> Query<()> {
    let ids: Vec<i64> = db
        .prepare("SELECT id FROM reviews ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    ids.into_iter().try_for_each(|id| link(db, id))
}

pub(super) fn reviewed(db: &Connection, row: &Row<'_>) -> Query<Reviewed> {
    let change = changes::change(row)?;
    let sql = "SELECT at, who, deed, assignee, note FROM reviews WHERE change = ?1 ORDER BY id";
    let mut query = db.prepare_cached(sql)?;
    let history = query.query_and_then([change.id.as_str()], |row| review(row, &change.id))?;
    let history = history.collect::<Query<_>>()?;
    Ok(Reviewed { told: row.get("told")?, history, change })
}

fn review(row: &Row<'_>, change: &NoticeId) -> Query<Review> {
    Ok(Review {
        change: change.clone(),
        at: time(row.get(0)?)?,
        by: row.get(1)?,
        deed: Deed::decode(row.get(2)?)?,
        assignee: row.get(3)?,
        note: row.get(4)?,
    })
}
