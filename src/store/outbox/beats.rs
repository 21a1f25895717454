//! What is told by the clock, and when that was done last.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};

use super::queue::queue;
use crate::model::{ChannelName, Notice};
use crate::store::columns::{self, ms};
use crate::store::{Error, Store};

impl Store {
    /// When the beat called `name` was last; the first time it is asked for, `now`, from which it counts.
    pub async fn last_beat(&self, name: &'static str, now: Timestamp) -> Result<Timestamp, Error> {
        let sql = "SELECT at FROM beats WHERE name = ?1";
        let last = self
            .read(move |db| {
                let last = db.prepare_cached(sql)?.query_row([name], |row| row.get::<_, i64>(0));
                Ok(last.optional()?.map(columns::time_or_bound))
            })
            .await?;
        match last {
            Some(last) => Ok(last),
            None => self.beat(name, now, None).await.map(|()| now),
        }
    }

    /// Notes a beat, and queues what is told with it, in one transaction.
    pub async fn beat(
        &self,
        name: &'static str,
        at: Timestamp,
        news: Option<(Notice, Vec<ChannelName>)>,
    ) -> Result<(), Error> {
        self.write(move |db| {
            let sql = "INSERT OR REPLACE INTO beats (name, at) VALUES (?1, ?2)";
            db.prepare_cached(sql)?.execute(params![name, ms(at)])?;
            match &news {
                Some((notice, channels)) => queue(db, notice, channels, at),
                None => Ok(()),
            }
        })
        .await
    }
}
