//! A new archive from what can still be read of a damaged one.

mod losses;
mod salvage;

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::backup::{Part, named};
use super::chain::{self, ARCHIVE};
use super::error::Query;
use super::verify::{self, Verified};
use super::{Error, Store, schema, sightings};

/// What a repair saved and what not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repaired {
    /// How many rows were saved.
    pub rows: u64,
    /// What could not be read: bytes of the file, rows of its tables, entries of its chains.
    pub lost: Vec<String>,
    /// What is not as it was recorded in what was saved; it is on record from now on.
    pub verified: Verified,
}

impl Repaired {
    /// Whether everything was saved and is as it was recorded.
    pub fn is_complete(&self) -> bool {
        self.lost.is_empty() && self.verified.is_intact()
    }
}

/// The entry with which the archive's own chain goes on behind damage.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Resumed {
    /// Where each chain goes on.
    pub(super) chains: Vec<ResumedChain>,
    /// What else is not as it was recorded.
    pub(super) places: Vec<String>,
    /// What could not be read.
    pub(super) lost: Vec<String>,
}

/// How far a chain was when it was repaired.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ResumedChain {
    /// The row of its source.
    pub(super) chain: i64,
    pub(super) entries: u64,
    pub(super) head: String,
}

impl Store {
    /// Makes a new archive at `new` of what can be read of the one at `old`, which is only read.
    ///
    /// Chains that are broken go on from where they are; that, and everything that is damaged or gone, is written into
    /// the archive's own chain, so that the new archive verifies and tells what it has been through.
    ///
    /// # Errors
    ///
    /// Refuses to write over anything, and what isn't an archive of ours or is one of a newer fineprint.
    pub async fn repair(old: &Path, new: &Path, now: Timestamp) -> Result<Repaired, Error> {
        let (old, new): (Arc<Path>, Arc<Path>) = (old.into(), new.into());
        let at = Arc::clone(&new);
        let repaired = tokio::task::spawn_blocking(move || {
            if new.exists() {
                let why =
                    format!("{} is there already: give another name for the new archive", new.display());
                return Err(Error::Refused { why });
            }
            let part = Part::beside(&new)?;
            let repaired = make(&old, part.path(), now).map_err(|error| named(error, &old, &new))?;
            part.take_name(&new)?;
            Ok(repaired)
        });
        repaired.await.map_err(|e| Error::Failed { path: at.to_path_buf(), why: e.to_string() })?
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::CannotOpen { path: path.to_owned(), why: error.to_string() }
}

fn make(old: &Path, new: &Path, now: Timestamp) -> Result<Repaired, Error> {
    let (rows, mut lost) = salvage::salvage(old, new)?;
    // Brings it up to date, if it was not.
    let db = schema::open(new, 0)?.writer;
    let cut_off = losses::cut_off(old).map_err(|e| unreadable(old, &e))?;
    let verified = record(&db, &mut lost, cut_off, now).map_err(|fault| fault.at(new))?;
    Ok(Repaired { rows, lost, verified })
}

/// Has the chains go on, and says so in the archive's own.
fn record(
    db: &Connection,
    lost: &mut Vec<String>,
    cut_off: Option<losses::CutOff>,
    now: Timestamp,
) -> Query<Verified> {
    db.execute_batch(include_str!("occupy.sql"))?;
    // The next look brings another one: until then none is better than one that shows something else.
    for (source, fault) in sightings::damaged(db)? {
        db.execute("DELETE FROM sightings WHERE source = ?1", [source])?;
        lost.push(format!("the latest sight of {}: {fault}", losses::name(db, source)?));
    }
    let (mut verified, ends) = verify::with_ends(db);
    let places = verified.findings.iter().map(|finding| finding.place.clone()).collect();
    verified.sum_up();
    lost.extend(losses::entries(db, &verified.missing)?);
    if let Some(cut_off) = cut_off {
        lost.insert(0, cut_off.in_words(lost.is_empty() && verified.is_intact()));
    }
    if verified.is_intact() && lost.is_empty() {
        return Ok(verified);
    }
    let transaction = db.unchecked_transaction()?;
    // The page that they are about may have shown a version that is lost: the next look has to read it.
    db.execute(
        "UPDATE sources SET skeleton = NULL, body_digest = NULL, etag = NULL, last_modified = NULL",
        [],
    )?;
    db.execute("DELETE FROM chains", [])?;
    for (chain, end) in &ends {
        chain::set_end(db, *chain, *end)?;
    }
    let resumed = |(chain, end): (&i64, &chain::End)| ResumedChain {
        chain: *chain,
        entries: end.entries,
        head: end.head.to_string(),
    };
    let chains = ends.iter().map(resumed).collect();
    chain::note(db, ARCHIVE, now, "repaired", &Resumed { chains, places, lost: lost.clone() })?;
    transaction.commit()?;
    Ok(verified)
}
