//! What people may be told once more: news that come from the archive, not from a page.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::named_params;

use super::columns::{Coded as _, ms};
use super::error::Query;
use super::reviews::{OPEN, SELECT, reviewed};
use super::{Error, Store, outbox};
use crate::model::{ChannelName, Notice, NoticeId, Reviewed, Severity};

impl Store {
    /// The announced changes that name `day` or a later one.
    pub async fn dated_from(&self, day: Date) -> Result<Vec<Reviewed>, Error> {
        // Dates sort as they are written.
        let sql = format!(
            "{SELECT} WHERE announced AND dates <> '[]'
             AND EXISTS (SELECT 1 FROM json_each(dates) WHERE value ->> '$.date' >= ?1) ORDER BY at, changes.rowid"
        );
        self.read(move |db| {
            db.prepare_cached(&sql)?.query_and_then([day.to_string()], |row| reviewed(db, row))?.collect()
        })
        .await
    }

    /// The critical changes that were told and are open, and were announced or reopened since `since`.
    pub async fn unreviewed_since(&self, since: Timestamp) -> Result<Vec<Reviewed>, Error> {
        let sql = format!(
            "{SELECT} WHERE announced AND severity = :critical AND {OPEN} AND changes.rowid IN (
                 SELECT rowid FROM changes WHERE at >= :since
                 UNION SELECT changes.rowid FROM reviews JOIN changes ON changes.id = reviews.change
                 WHERE reviews.at >= :since AND deed = 3)
             AND EXISTS (SELECT 1 FROM notices WHERE notices.id = changes.id) ORDER BY at, changes.rowid"
        );
        self.read(move |db| {
            let parameters = named_params! { ":since": ms(since), ":critical": Severity::Critical.code() };
            db.prepare_cached(&sql)?.query_and_then(parameters, |row| reviewed(db, row))?.collect()
        })
        .await
    }

    /// Which of these notices are stored: they were told, or are on their way.
    pub async fn stored_among(&self, ids: Vec<NoticeId>) -> Result<HashSet<NoticeId>, Error> {
        let ids = serde_json::json!(ids).to_string();
        self.read(move |db| {
            let mut query =
                db.prepare_cached("SELECT id FROM notices WHERE id IN (SELECT value FROM json_each(?1))")?;
            let rows = query
                .query_and_then([ids], |row| Query::Ok(NoticeId::from_stored(row.get::<_, String>(0)?)))?;
            rows.collect()
        })
        .await
    }

    /// Queues reminders for their channels in one transaction; one that is stored already isn't queued again.
    ///
    /// Not the way for news from a page: those are queued by [`Store::record`], with what they tell of.
    pub async fn queue_reminders(
        &self,
        reminders: Vec<(Notice, Vec<ChannelName>)>,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.write(move |db| {
            reminders.iter().try_for_each(|(notice, channels)| outbox::queue(db, notice, channels, now))
        })
        .await
    }
}
