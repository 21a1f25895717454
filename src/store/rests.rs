//! Hosts that asked to be left alone, from one run to the next.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};

use super::columns::{ms, time};
use super::{Error, Store};

impl Store {
    /// Until when a host asked to be left alone, if that is after `now`.
    pub async fn rest(&self, host: &str, now: Timestamp) -> Result<Option<Timestamp>, Error> {
        let host = host.to_owned();
        self.read(move |db| {
            let mut query = db.prepare_cached("SELECT until FROM rests WHERE host = ?1 AND until > ?2")?;
            let until = query.query_row(params![host, ms(now)], |row| row.get(0)).optional()?;
            until.map(time).transpose()
        })
        .await
    }

    /// Keeps until when a host wants to be left alone, and forgets rests that are over `now`.
    pub async fn keep_rest(&self, host: &str, until: Timestamp, now: Timestamp) -> Result<(), Error> {
        let host = host.to_owned();
        self.write(move |db| {
            db.prepare_cached("DELETE FROM rests WHERE until <= ?1")?.execute([ms(now)])?;
            db.prepare_cached("INSERT OR REPLACE INTO rests (host, until) VALUES (?1, ?2)")?
                .execute(params![host, ms(until)])?;
            Ok(())
        })
        .await
    }
}
