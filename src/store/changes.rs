//! What became of a policy.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, Row, named_params, params};

use super::columns::{self, Coded as _, ms, time};
use super::error::{Fault, Query};
use super::{Error, Store};
use crate::model::{Cause, Change, NoticeId, Severity, SourceId, Topic};

/// Which changes to list; the default is every announced one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeFilter {
    /// Only of these sources.
    pub sources: Option<Vec<SourceId>>,
    /// Only at this instant or later.
    pub since: Option<Timestamp>,
    /// Only before this instant.
    pub until: Option<Timestamp>,
    /// Only about one of these.
    pub topics: Option<Vec<Topic>>,
    /// Only this serious or more.
    pub severity: Option<Severity>,
    /// Also what was stored without telling anyone.
    pub all: bool,
    /// Only those that name this day or a later one.
    pub ahead: Option<Date>,
    /// At most so many.
    pub limit: Option<usize>,
}

const SELECT: &str =
    "SELECT changes.*, sources.name FROM changes JOIN sources ON sources.id = changes.source";

impl Store {
    /// The changes that pass `filter`, newest first.
    pub async fn changes(&self, filter: ChangeFilter) -> Result<Vec<Change>, Error> {
        let sql = format!(
            "{SELECT} WHERE (:sources IS NULL OR sources.name IN (SELECT value FROM json_each(:sources)))
             AND at >= :since AND at < :until AND (:all OR announced)
             AND (:severity IS NULL OR severity >= :severity)
             AND (:topics IS NULL OR EXISTS (SELECT 1 FROM json_each(changes.topics) AS has
                 WHERE has.value IN (SELECT value FROM json_each(:topics))))
             AND (:ahead IS NULL OR EXISTS (SELECT 1 FROM json_each(dates) WHERE value ->> 'date' >= :ahead))
             ORDER BY at DESC, changes.rowid DESC LIMIT :limit"
        );
        self.read(move |db| {
            let sources = filter.sources.map(|sources| serde_json::json!(sources).to_string());
            let parameters = named_params! {
                ":sources": sources,
                // As a range, and not as conditions that may be absent: the index of times serves ranges.
                ":since": filter.since.map_or(i64::MIN, ms),
                ":until": filter.until.map_or(i64::MAX, ms),
                ":all": filter.all,
                ":severity": filter.severity.map(Severity::code),
                ":topics": filter.topics.map(|topics| serde_json::json!(topics).to_string()),
                ":ahead": filter.ahead.map(|date| date.to_string()),
                ":limit": columns::limit(filter.limit),
            };
            db.prepare_cached(&sql)?.query_and_then(parameters, change)?.collect()
        })
        .await
    }

    /// The change with this id, or the only one whose id begins so.
    ///
    /// A beginning that fits several is an error.
    pub async fn change(&self, id: &str) -> Result<Option<Change>, Error> {
        let id = id.to_owned();
        // As a range rather than a pattern: the id is typed by hand, and the index serves ranges.
        let sql = format!("{SELECT} WHERE changes.id >= ?1 AND changes.id < ?1 || char(0x10ffff) LIMIT 2");
        self.read(move |db| {
            let found: Vec<Change> =
                db.prepare_cached(&sql)?.query_and_then([&id], change)?.collect::<Query<_>>()?;
            let exact = found.iter().any(|change| change.id.as_str() == id);
            if found.len() > 1 && !exact {
                return Err(Error::Ambiguous { prefix: id }.into());
            }
            // An exact id sorts before everything that begins with it.
            Ok(found.into_iter().next())
        })
        .await
    }
}

pub(super) fn insert(db: &Connection, source: i64, change: &Change) -> Query<()> {
    let topics = serde_json::to_string(&change.topics).map_err(|e| Fault::refused(e.to_string()))?;
    let reasons = serde_json::to_string(&change.reasons).map_err(|e| Fault::refused(e.to_string()))?;
    db.prepare_cached(
        "INSERT INTO changes (id, source, from_version, to_version, at, previous_at, severity, topics, effective,
             summary, words_added, words_removed, cause, announced, why, reasons, dates, reasons_vouched)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, 1)",
    )?
    .execute(params![
        change.id.as_str(),
        source,
        change.from,
        change.to,
        ms(change.at),
        ms(change.previous_at),
        change.severity.code(),
        topics,
        change.effective.map(|date| date.to_string()),
        change.summary,
        change.words_added as i64,
        change.words_removed as i64,
        change.cause.code(),
        change.announced,
        change.why,
        reasons,
        serde_json::to_string(&change.dates).map_err(|e| Fault::refused(e.to_string()))?,
    ])?;
    Ok(())
}

pub(super) fn change(row: &Row<'_>) -> Query<Change> {
    let id: String = row.get("id")?;
    let damaged = |why: &dyn std::fmt::Display| Fault::corrupt(format!("change {id}"), why.to_string());
    let (topics, reasons): (String, String) = (row.get("topics")?, row.get("reasons")?);
    let effective: Option<String> = row.get("effective")?;
    let dates: String = row.get("dates")?;
    Ok(Change {
        source: columns::source_id(&row.get::<_, String>("name")?)?,
        from: row.get("from_version")?,
        to: row.get("to_version")?,
        at: time(row.get("at")?)?,
        previous_at: time(row.get("previous_at")?)?,
        severity: Severity::decode(row.get("severity")?)?,
        topics: serde_json::from_str(&topics).map_err(|e| damaged(&e))?,
        reasons: serde_json::from_str(&reasons).map_err(|e| damaged(&e))?,
        effective: effective.map(|date| date.parse()).transpose().map_err(|e: jiff::Error| damaged(&e))?,
        dates: serde_json::from_str(&dates).map_err(|e| damaged(&e))?,
        summary: row.get("summary")?,
        words_added: columns::count(row.get("words_added")?)?,
        words_removed: columns::count(row.get("words_removed")?)?,
        cause: Cause::decode(row.get("cause")?)?,
        announced: row.get("announced")?,
        why: row.get("why")?,
        id: NoticeId::from_stored(&id),
    })
}
