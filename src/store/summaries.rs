//! What a machine wrote about changes, and what it was asked: beside the chain of evidence, and never part of it.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{named_params, params};

use super::columns::{ms, time};
use super::error::Query;
use super::{Error, Store, changes};
use crate::model::{Change, NoticeId, Summary};

/// A change is asked for so many times at most, …
const CALLS: u32 = 3;
/// … each time at least so much later.
const PAUSE: SignedDuration = SignedDuration::from_mins(10);

impl Store {
    /// The latest change since `since` that was told and has no summary yet, if one may be asked for now.
    pub async fn wants_summary(&self, since: Timestamp, now: Timestamp) -> Result<Option<Change>, Error> {
        let sql = "
            SELECT changes.*, sources.name FROM changes JOIN sources ON sources.id = changes.source
            WHERE announced AND changes.at >= :since
            AND EXISTS (SELECT 1 FROM notices WHERE notices.id = changes.id)
            AND NOT EXISTS (SELECT 1 FROM summaries WHERE change = changes.id AND (text IS NOT NULL OR at > :pause))
            AND (SELECT count(*) FROM summaries WHERE change = changes.id) < :calls
            ORDER BY changes.at DESC, changes.rowid DESC LIMIT 1";
        self.read(move |db| {
            let parameters =
                named_params! { ":since": ms(since), ":pause": ms(now - PAUSE), ":calls": CALLS };
            db.prepare_cached(sql)?.query_and_then(parameters, changes::change)?.next().transpose()
        })
        .await
    }

    /// How many calls there were since `since`, and how many tokens they had.
    pub async fn summaries_since(&self, since: Timestamp) -> Result<(u64, u64), Error> {
        self.read(move |db| {
            let sql = "SELECT count(*), coalesce(sum(tokens), 0) FROM summaries WHERE at >= ?1";
            let mut query = db.prepare_cached(sql)?;
            let (calls, tokens): (i64, i64) =
                query.query_row([ms(since)], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok((calls.unsigned_abs(), tokens.unsigned_abs()))
        })
        .await
    }

    /// Notes that a machine is about to be asked; returns the number of the call.
    pub async fn begin_summary(
        &self,
        change: &NoticeId,
        model: &str,
        tokens: u32,
        now: Timestamp,
    ) -> Result<i64, Error> {
        let (change, model) = (change.to_string(), model.to_owned());
        self.write(move |db| {
            let sql = "INSERT INTO summaries (change, at, model, tokens) VALUES (?1, ?2, ?3, ?4)";
            db.prepare_cached(sql)?.execute(params![change, ms(now), model, tokens])?;
            Ok(db.last_insert_rowid())
        })
        .await
    }

    /// Notes what came of a call: the summary, or why there is none.
    pub async fn end_summary(
        &self,
        call: i64,
        said: Result<String, String>,
        tokens: u32,
    ) -> Result<(), Error> {
        self.write(move |db| {
            let sql = "UPDATE summaries SET text = ?2, failure = ?3, tokens = max(tokens, ?4) WHERE id = ?1";
            let (text, failure) = (said.as_ref().ok(), said.as_ref().err());
            db.prepare_cached(sql)?.execute(params![call, text, failure, tokens])?;
            Ok(())
        })
        .await
    }

    /// What a machine wrote about these changes.
    pub async fn summaries_of(&self, ids: Vec<NoticeId>) -> Result<HashMap<NoticeId, Summary>, Error> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let ids = serde_json::json!(ids).to_string();
        self.read(move |db| {
            let sql = "
                SELECT change, at, model, text FROM summaries
                WHERE text IS NOT NULL AND change IN (SELECT value FROM json_each(?1)) ORDER BY id";
            let mut query = db.prepare_cached(sql)?;
            let rows = query.query_and_then([ids], |row| {
                let change = NoticeId::from_stored(row.get::<_, String>("change")?);
                let (at, model, text) = (time(row.get("at")?)?, row.get("model")?, row.get("text")?);
                Query::Ok((change.clone(), Summary { change, at, model, text }))
            })?;
            rows.collect()
        })
        .await
    }
}
