//! Follows every chain from its beginning.

use std::collections::{BTreeMap, HashMap, HashSet};

use rusqlite::Connection;
use serde::Deserialize;

use super::{Missing, Verified};
use crate::model::Digest;
use crate::store::chain::{self, ARCHIVE, End, Sealed, Step, TellTale};
use crate::store::columns;
use crate::store::error::{Fault, Query};
use crate::store::repair::Resumed;
use crate::store::reviews;

/// How far a chain was followed.
#[derive(Default)]
struct Followed {
    entries: u64,
    /// `None` behind damage, until an entry carries a whole head.
    head: Option<Digest>,
    /// What it is if the entry at which it was lost is right and only the head in its row is not.
    supposed: Option<Digest>,
    /// The entry at which it was lost.
    lost_at: String,
    /// How many entries since.
    lost: u64,
    /// The latest entry.
    latest: Option<i64>,
    /// From where to where it does not hold.
    torn: Option<Torn>,
}

/// Between these two entries something is missing or was altered.
#[derive(Clone, Copy)]
struct Torn {
    after: Option<i64>,
    before: Option<i64>,
}

pub(super) fn follow(db: &Connection, report: &mut Verified) -> Query<BTreeMap<i64, End>> {
    let names = names(db)?;
    let mut chains: BTreeMap<i64, Followed> = BTreeMap::new();
    let mut vouched = HashSet::new();
    let walked = chain::walk(db, None, |step| {
        let step = step?;
        report.entries += 1;
        if step.chain == ARCHIVE {
            resume(&step, &mut chains, report);
        }
        let fresh = || Followed { head: Some(Digest::ZERO), ..Followed::default() };
        let followed = chains.entry(step.chain).or_insert_with(fresh);
        let place = place(&step, &names);
        let after = followed.latest.replace(step.id);
        if !entry(followed, &step, &place, report) {
            followed.torn.get_or_insert(Torn { after, before: None }).before = Some(step.id);
        }
        if step.chain == ARCHIVE {
            vouched.extend(event(db, &step, &place, &names, &mut chains, report)?);
        }
        if let Ok(line) = step.line {
            vouched.extend(line.vouches);
        }
        Ok(())
    });
    if let Err(fault) = walked {
        report.fault(
            "the chain",
            fault,
            "entries behind it could not be read; `fineprint repair` saves what it can",
        );
    }
    report.chains = chains.len() as u64;
    let recorded = ends(db, &chains, &names, report)?;
    strangers(db, &vouched, report)?;
    let end = |(chain, followed): (i64, Followed)| {
        // Where it can't be known, it goes on from where it was last recorded to be.
        let head = followed.head.or(recorded.get(&chain).map(|end| end.head)).unwrap_or(Digest::ZERO);
        (chain, End { entries: followed.entries, head })
    };
    Ok(chains.into_iter().map(end).collect())
}

/// Takes up every chain where a repair says that it goes on; what was found before is on record with that.
fn resume(step: &Step, chains: &mut BTreeMap<i64, Followed>, report: &mut Verified) {
    let Ok(line) = &step.line else { return };
    let Ok(event) = serde_json::from_str::<Repair>(&line.text) else { return };
    if event.kind != "repaired" {
        return;
    }
    report.on_record += report.findings.len() as u64 + event.content.lost.len() as u64;
    report.findings.clear();
    report.known.extend(event.content.places);
    for resumed in event.content.chains {
        let head = resumed.head.parse().ok();
        chains.insert(resumed.chain, Followed { entries: resumed.entries, head, ..Followed::default() });
    }
}

/// The line of a repair.
#[derive(Deserialize)]
struct Repair {
    kind: String,
    content: Resumed,
}

fn place(step: &Step, names: &HashMap<i64, String>) -> String {
    let what = if step.is_check { "check" } else { "event" };
    match names.get(&step.chain) {
        Some(name) => format!("{what} {} of {name}", step.id),
        None if step.chain == ARCHIVE => format!("{what} {} of the archive", step.id),
        None => format!("{what} {}", step.id),
    }
}

/// Takes one entry; whether it continues its chain.
fn entry(followed: &mut Followed, step: &Step, place: &str, report: &mut Verified) -> bool {
    followed.entries += 1;
    let whole = <[u8; 32]>::try_from(step.stored.as_slice()).ok().map(Digest);
    let fits = |head: Digest| step.stored.len() <= 32 && head.0.starts_with(&step.stored);
    let line = match &step.line {
        Ok(line) => Some(&line.text),
        Err(fault) => {
            report.found(place, fault, "what it recorded can't be read, or was altered");
            None
        }
    };
    let next = |head: Option<Digest>| head.zip(line).map(|(head, line)| head.then(line.as_bytes()));
    let supposed = next(followed.supposed.take()).filter(|head| fits(*head));
    match (followed.head, next(followed.head)) {
        (Some(_), Some(head)) if fits(head) => {
            followed.head = Some(head);
            return true;
        }
        (Some(_), head) => {
            if head.is_some() {
                let what = "what it says does not hash to the head recorded with it";
                let means = "it was altered after it was recorded, or one before it was taken out or put in";
                report.found(place, what, means);
            }
            (followed.lost, followed.lost_at) = (0, place.to_owned());
            (followed.head, followed.supposed) = (whole, head);
        }
        (None, _) => {
            followed.lost += 1;
            followed.head = supposed.or(whole);
            if followed.head.is_some() && followed.lost > 1 {
                let what = format!("the chain holds again from here; it was lost at {}", followed.lost_at);
                let between = followed.lost - 1;
                report.found(
                    place,
                    what,
                    format!("{between} entries between the two can't be proven one by one"),
                );
            }
        }
    }
    false
}

/// What the archive's own entries say of others; returns the review that one vouches for.
fn event(
    db: &Connection,
    step: &Step,
    place: &str,
    names: &HashMap<i64, String>,
    chains: &mut BTreeMap<i64, Followed>,
    report: &mut Verified,
) -> Query<Option<TellTale>> {
    let (kind, at, content): (String, i64, String) = db
        .prepare_cached("SELECT kind, at, content FROM events WHERE id = ?1")?
        .query_row([step.id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    report.seal = chains.get(&ARCHIVE).and_then(|archive| archive.head);
    match kind.as_str() {
        "begun" => {
            let content: serde_json::Value = serde_json::from_str(&content).unwrap_or_default();
            report.carried_over = content["carried_over"].as_u64().unwrap_or_default();
        }
        "seal" => seal(&content, place, names, chains, report),
        reviews::KIND => return review(db, at, &content, report),
        _ => {}
    }
    Ok(None)
}

/// A review must be what was noted when it was written.
fn review(db: &Connection, at: i64, content: &str, report: &mut Verified) -> Query<Option<TellTale>> {
    let said: serde_json::Value = serde_json::from_str(content).unwrap_or_default();
    let Some(id) = said["review"].as_i64() else { return Ok(None) };
    match reviews::is_as_noted(db, id, at, content) {
        Ok(true) => {}
        Ok(false) => {
            let what = "it is not what the chain has, or is gone";
            report.found(format!("review {id}"), what, "what people made of a change was altered");
        }
        Err(fault) => report.found(format!("review {id}"), fault, "it can't be read, or was altered"),
    }
    Ok(Some(TellTale::Review(id)))
}

/// A seal must name the heads that the chains have at this place.
fn seal(
    content: &str,
    place: &str,
    names: &HashMap<i64, String>,
    chains: &BTreeMap<i64, Followed>,
    report: &mut Verified,
) {
    let Ok(sealed) = serde_json::from_str::<Sealed>(content) else { return };
    let by_name: HashMap<&str, i64> = names.iter().map(|(chain, name)| (name.as_str(), *chain)).collect();
    for sealed in sealed.heads {
        let followed = by_name.get(sealed.source.as_str()).and_then(|chain| chains.get(chain));
        let (entries, head) = followed.map_or((0, Some(Digest::ZERO)), |f| (f.entries, f.head));
        let agrees = entries == sealed.entries && head.is_none_or(|head| head.to_string() == sealed.head);
        if !agrees {
            let what = format!("it seals {} entries of {} with another head", sealed.entries, sealed.source);
            report.found(place, what, "entries were altered, taken out or put in before this seal");
        }
    }
}

/// Every chain must end where it is written down that it ends: the last entries can't just be cut off.
fn ends(
    db: &Connection,
    chains: &BTreeMap<i64, Followed>,
    names: &HashMap<i64, String>,
    report: &mut Verified,
) -> Query<BTreeMap<i64, End>> {
    let ends = chain::ends(db)?;
    for chain in chains.keys().chain(ends.keys().filter(|chain| !chains.contains_key(chain))) {
        let followed = chains.get(chain);
        let found = followed.map_or(0, |followed| followed.entries);
        let head = followed.map_or(Some(Digest::ZERO), |followed| followed.head);
        let place = format!("the chain of {}", names.get(chain).map_or("the archive", String::as_str));
        match ends.get(chain) {
            Some(end) if end.entries != found => {
                let what = format!("it has {found} entries and should have {}", end.entries);
                report.found(place, what, "entries were taken out or put in");
                report.missing.extend(missing(*chain, followed, *end));
            }
            Some(end) if head.is_some_and(|head| head != end.head) => {
                report.found(
                    place,
                    "it ends with another head",
                    "its last entries, or the head itself, were altered",
                );
            }
            Some(_) => {}
            None => report.found(place, "its end is not recorded", "the row that keeps its head is gone"),
        }
    }
    Ok(ends)
}

/// How many entries a chain lacks, and between which two they stood.
fn missing(chain: i64, followed: Option<&Followed>, end: End) -> Option<Missing> {
    let found = followed.map_or(0, |followed| followed.entries);
    let entries = end.entries.checked_sub(found).filter(|entries| *entries > 0)?;
    let Some(followed) = followed else { return Some(Missing { chain, entries, after: None, before: None }) };
    let torn = followed.torn.unwrap_or(Torn { after: followed.latest, before: None });
    // Where it doesn't end as it should, its last entries are among them.
    let before = torn.before.filter(|_| followed.head == Some(end.head));
    Some(Missing { chain, entries, after: torn.after, before })
}

/// Rows that no entry vouches for were put in behind the chain's back.
fn strangers(db: &Connection, vouched: &HashSet<TellTale>, report: &mut Verified) -> Query<()> {
    type Read = fn(&rusqlite::Row<'_>) -> rusqlite::Result<TellTale>;
    let tables: [(&str, Read); 5] = [
        ("SELECT id FROM snapshots", |row| Ok(TellTale::Snapshot(row.get(0)?))),
        ("SELECT source, number FROM versions", |row| Ok(TellTale::Version(row.get(0)?, row.get(1)?))),
        ("SELECT source, to_version FROM changes", |row| Ok(TellTale::Change(row.get(0)?, row.get(1)?))),
        ("SELECT id FROM notices WHERE origin IS NOT NULL", |row| Ok(TellTale::Notice(row.get(0)?))),
        ("SELECT id FROM reviews", |row| Ok(TellTale::Review(row.get(0)?))),
    ];
    for (sql, read) in tables {
        let mut query = db.prepare(sql)?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let found = read(row)?;
            if !vouched.contains(&found) {
                report.found(
                    found.to_string(),
                    "no entry of the chain vouches for it",
                    "it was put in or renumbered",
                );
            }
        }
    }
    Ok(())
}

fn names(db: &Connection) -> Query<HashMap<i64, String>> {
    let mut query = db.prepare("SELECT id, name FROM sources")?;
    let names = query.query_and_then([], |row| {
        let (id, name): (i64, String) = (row.get(0)?, row.get(1)?);
        columns::source_id(&name).map_err(|e| Fault::corrupt(format!("source {id}"), e))?;
        Ok((id, name))
    })?;
    names.collect()
}
