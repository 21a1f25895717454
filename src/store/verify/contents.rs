//! Decodes every content and compares its digest, for which the chain vouches, with what comes out.

use std::collections::HashSet;

use rusqlite::Connection;

use super::Verified;
use crate::model::Digest;
use crate::store::error::Query;
use crate::store::{bodies, prune, sightings};

pub(super) fn decode(db: &Connection, report: &mut Verified) -> Query<()> {
    let pruned: HashSet<Digest> = prune::noted(db)?;
    let ids: Vec<i64> = db
        .prepare("SELECT id FROM bodies ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut reader = bodies::Reader::new(db);
    for id in ids {
        match reader.state(id) {
            Ok(bodies::State::Whole) => report.contents += 1,
            Ok(bodies::State::Pruned(digest)) if pruned.contains(&digest) => report.pruned += 1,
            Ok(bodies::State::Pruned(_)) => {
                let what = "its content is gone, and no pruning is on record";
                let means = users(db, id, report);
                report.found(format!("content {id}"), what, means);
            }
            Err(fault) => {
                let means = users(db, id, report);
                report.found(format!("content {id}"), fault, means);
            }
        }
    }
    for (source, fault) in sightings::damaged(db)? {
        let means = "the latest page of its present version can't be shown; earlier ones are not affected";
        report.found(format!("the latest sight of source {source}"), fault, means);
    }
    Ok(())
}

/// What can no longer be shown without a content, in words; nothing where so much is damaged that nobody is told.
fn users(db: &Connection, id: i64, report: &Verified) -> String {
    if report.findings.len() >= super::LISTED {
        return String::new();
    }
    let sql = "
        SELECT 'the page of ' || s.name || ' of ' || datetime(p.fetched_at / 1000, 'unixepoch') || ' UTC'
        FROM snapshots p JOIN sources s ON s.id = p.source WHERE ?1 IN (p.body, p.headers, p.received)
        UNION ALL
        SELECT 'the text of version ' || v.number || ' of ' || s.name
        FROM versions v JOIN sources s ON s.id = v.source WHERE v.text = ?1";
    let read = || -> Query<Vec<String>> {
        Ok(db.prepare_cached(sql)?.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?)
    };
    match read() {
        Ok(users) if users.is_empty() => "nothing that is recorded needs it".to_owned(),
        Ok(users) => format!("{} can't be shown as it was", users.join(" and ")),
        Err(fault) => format!("what needs it can't be told: {fault}"),
    }
}
