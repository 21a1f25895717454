//! Is what is stored what was recorded: the file, the chain, the contents.
//!
//! Nothing is written and nothing is trusted: a damaged file gives findings, never a panic or an early end. One read
//! transaction sees one state, so that a daemon may go on meanwhile.

mod chains;
mod contents;
mod file;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use super::chain::End;
use super::error::{Fault, Query};
use super::{Error, Store, backup, schema};
use crate::model::Digest;

/// The most findings that are listed; the others are counted.
const LISTED: usize = 50;

/// The most that are gathered, to be compared with what is on record.
const GATHERED: usize = 10_000;

/// What verifying brought to light.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many entries were followed.
    pub entries: u64,
    /// How many chains they are in.
    pub chains: u64,
    /// How many contents (pages, headers, texts) were decoded and digested.
    pub contents: u64,
    /// How many contents were pruned on purpose; the chain holds their digests.
    pub pruned: u64,
    /// How many entries were linked after the fact, being older than the chain.
    pub carried_over: u64,
    /// How much was damaged when the archive was repaired, and is on record.
    pub on_record: u64,
    /// What is wrong, the first bad row first, at most 50.
    pub findings: Vec<Finding>,
    /// How much more is wrong than is listed.
    pub more: u64,
    /// The head of the archive's own chain, if there is one: compare it with one that was signed or written down.
    pub seal: Option<Digest>,
    /// What a repair has put on record.
    known: BTreeSet<String>,
    /// The entries that are not there, chain by chain.
    pub(super) missing: Vec<Missing>,
}

/// Entries of a chain that were recorded and are not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missing {
    /// The row of its source.
    pub(super) chain: i64,
    pub(super) entries: u64,
    /// All of them stood behind this entry, if there is one before them,
    pub(super) after: Option<i64>,
    /// and before this one, if there is one behind them.
    pub(super) before: Option<i64>,
}

/// Something that is not as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which row.
    pub place: String,
    /// How it shows.
    pub what: String,
    /// What that means for the evidence.
    pub means: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, what, means } = self;
        write!(f, "{place}: {what}; {means}")
    }
}

impl Verified {
    /// Whether everything is as it was recorded.
    pub fn is_intact(&self) -> bool {
        self.findings.is_empty()
    }

    fn found(&mut self, place: impl Into<String>, what: impl ToString, means: impl Into<String>) {
        if self.findings.len() < GATHERED {
            let (place, what, means) = (place.into(), what.to_string(), means.into());
            self.findings.push(Finding { place, what, means });
        } else {
            self.more += 1;
        }
    }

    /// Leaves what is on record to be counted, and of the rest what is to be listed.
    pub(super) fn sum_up(&mut self) {
        let all = self.findings.len();
        let known = std::mem::take(&mut self.known);
        self.findings.retain(|finding| !known.contains(&finding.place));
        self.on_record += (all - self.findings.len()) as u64;
        self.more += self.findings.len().saturating_sub(LISTED) as u64;
        self.findings.truncate(LISTED);
    }

    /// Takes an error as a finding, with the row it names if it names one.
    fn fault(&mut self, place: &str, fault: Fault, means: &str) {
        match fault {
            Fault::Corrupt { row, why } => self.found(format!("{place}, {row}"), why, means),
            Fault::Sql(error) => self.found(place, error, means),
            Fault::Known(error) => self.found(place, error, means),
        }
    }
}

impl Store {
    /// Verifies the archive at `path`, or a copy of it, without writing to it.
    ///
    /// # Errors
    ///
    /// Fails only where nothing can be verified: the file can't be opened, is no archive of ours, or was made by a
    /// newer fineprint, or by one that kept no chain.
    pub async fn verify(path: &Path) -> Result<Verified, Error> {
        let path: Arc<Path> = path.into();
        let at = Arc::clone(&path);
        let done = tokio::task::spawn_blocking(move || match schema::open_to_verify(&at) {
            Ok((db, trouble)) => Ok(verify(&db, trouble)),
            Err(Error::Older { found, .. }) if found >= schema::CHAINED => verify_older(&at),
            Err(error) => Err(error),
        });
        done.await.map_err(|e| Error::Failed { path: path.to_path_buf(), why: e.to_string() })?
    }
}

/// A backup may be of an earlier fineprint, and has to be left as it is: a copy is brought up to date.
fn verify_older(path: &Path) -> Result<Verified, Error> {
    let folder = tempfile::tempdir()
        .map_err(|e| Error::CannotOpen { path: std::env::temp_dir(), why: e.to_string() })?;
    let copy = folder.path().join("copy.db");
    backup::copy(path, &copy).map_err(|fault| fault.at(path))?;
    Ok(verify(&schema::open(&copy, 0)?.writer, None))
}

/// One way of looking at the archive; an error is a finding, and the next way is tried all the same.
type Step = fn(&Connection, &mut Verified) -> Query<()>;

fn verify(db: &Connection, trouble: Option<String>) -> Verified {
    let (mut report, _) = with_ends(db);
    if let Some(trouble) = trouble {
        let means =
            "its end is cut off, or its list of tables is damaged: nothing but `fineprint repair` reads it";
        report
            .findings
            .insert(0, Finding { place: "the file".to_owned(), what: trouble, means: means.to_owned() });
    }
    report.sum_up();
    report
}

/// Verifies, and says where each chain ends as it was found; the findings are not summed up yet.
pub(super) fn with_ends(db: &Connection) -> (Verified, BTreeMap<i64, End>) {
    let (mut report, mut ends) = (Verified::default(), BTreeMap::new());
    // Without a transaction a busy daemon would change the rows between two looks at them.
    let transaction = db.unchecked_transaction();
    if let Err(error) = &transaction {
        report.found("the file", error, UNREAD);
    }
    match chains::follow(db, &mut report) {
        Ok(found) => ends = found,
        Err(fault) => report.fault("the chain", fault, UNREAD),
    }
    let steps: [(&str, Step); 2] = [
        ("the contents", contents::decode),
        // Last: it takes the whole file's pages, and what it says is the least telling.
        ("the file", file::check),
    ];
    for (place, step) in steps {
        if let Err(fault) = step(db, &mut report) {
            report.fault(place, fault, UNREAD);
        }
    }
    (report, ends)
}

/// What it means that the database itself gives an error.
const UNREAD: &str = "what comes behind it could not be read; `fineprint repair` saves what it can";
