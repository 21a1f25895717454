//! What sites said to robots, from one run to the next.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, params};

use super::bodies;
use super::columns::{ms, time};
use super::error::{Fault, Query};
use super::{Error, Store};
use crate::model::{RobotsFile, Said};

/// An answer that was not renewed for so long is of a site that is visited no more.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(60 * 24);

impl Store {
    /// What the site at `origin` said last.
    pub async fn robots(&self, origin: &str) -> Result<Option<RobotsFile>, Error> {
        let origin = origin.to_owned();
        self.read(move |db| {
            let mut query =
                db.prepare_cached("SELECT at, said, since, rules FROM robots WHERE origin = ?1")?;
            let row = query.query_row([&origin], |row| {
                Ok((
                    row.get(0)?,
                    row.get::<_, i64>(1)?,
                    row.get::<_, Option<i64>>(2)?,
                    row.get::<_, Option<Vec<u8>>>(3)?,
                ))
            });
            let Some((at, said, since, rules)) = row.optional()? else { return Ok(None) };
            let said = match (said, since, rules) {
                (0, ..) => Said::Nothing,
                (1, _, Some(rules)) => Said::Rules(bodies::unpack(&rules)?.into()),
                (2, Some(since), _) => Said::Unreachable(time(since)?),
                _ => {
                    return Err(Fault::corrupt(
                        format!("robots of {origin}"),
                        "it says nothing that is known",
                    ));
                }
            };
            Ok(Some(RobotsFile { at: time(at)?, origin, said }))
        })
        .await
    }

    /// Keeps what a site said in place of what it said before, and forgets sites that nobody visits any more.
    pub async fn keep_robots(&self, file: RobotsFile) -> Result<(), Error> {
        self.write(move |db| {
            let (said, since, rules) = coded(&file.said)?;
            let sql =
                "INSERT OR REPLACE INTO robots (origin, at, said, since, rules) VALUES (?1, ?2, ?3, ?4, ?5)";
            db.prepare_cached(sql)?.execute(params![file.origin, ms(file.at), said, since, rules])?;
            let old = file.at.checked_sub(FORGOTTEN).unwrap_or(Timestamp::MIN);
            db.prepare_cached("DELETE FROM robots WHERE at < ?1")?.execute([ms(old)])?;
            Ok(())
        })
        .await
    }
}

/// What stands in the columns `said`, `since` and `rules`.
type Coded = (i64, Option<i64>, Option<Vec<u8>>);

fn coded(said: &Said) -> Query<Coded> {
    Ok(match said {
        Said::Nothing => (0, None, None),
        Said::Rules(text) => (1, None, Some(bodies::encode(text, &[])?)),
        Said::Unreachable(since) => (2, Some(ms(*since)), None),
    })
}
