//! Opening the file: is it ours, is it current, can it be written.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::chain;
use super::columns;
use super::error::{Error, Fault, Query, is_out_of_room};
use super::lock::{self, Past};
use super::reviews;
use crate::crash;

/// Marks a SQLite file as ours, in its header (`PRAGMA application_id`): the letters `fprt`.
const APPLICATION_ID: i32 = i32::from_be_bytes(*b"fprt");

/// The steps from an empty file to today's schema; `PRAGMA user_version` counts those a file has seen.
/// Only ever appended to: a step that was released is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_foundation.sql"),
    include_str!("migrations/0002_disabled_channels.sql"),
    include_str!("migrations/0003_evidence.sql"),
    include_str!("migrations/0004_review_and_pins.sql"),
    include_str!("migrations/0005_blind_sources.sql"),
    include_str!("migrations/0006_reasons.sql"),
    include_str!("migrations/0007_turns.sql"),
    include_str!("migrations/0008_effective_dates.sql"),
    include_str!("migrations/0009_dated_changes.sql"),
    include_str!("migrations/0010_rendered.sql"),
    include_str!("migrations/0011_summaries.sql"),
    include_str!("migrations/0012_vouched.sql"),
    include_str!("migrations/0013_robots.sql"),
    include_str!("migrations/0014_rests.sql"),
    include_str!("migrations/0015_skeletons.sql"),
];

/// Since this schema there is a chain.
pub(super) const CHAINED: u32 = 3;

/// Since this schema reviews are entries of it.
const REVIEWS_CHAINED: u32 = 12;

/// The schema this program knows.
const KNOWN: u32 = MIGRATIONS.len() as u32;

/// How long a statement waits for another process's write transaction. Ours last milliseconds.
const BUSY: Duration = Duration::from_secs(10);

/// The one connection that writes, and as many read-only ones as asked for.
pub(super) struct Connections {
    pub(super) writer: Connection,
    pub(super) readers: Vec<Connection>,
}

/// Opens the file, making or migrating it where needed.
///
/// Nothing is written before the file is known to be empty or ours and not newer than this program.
pub(super) fn open(path: &Path, readers: usize) -> Result<Connections, Error> {
    is_no_folder(path)?;
    make_folder(path)?;
    let past = lock::past(path)?;
    let connect = || -> Query<Connections> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut writer = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        writer.busy_timeout(BUSY)?;
        let version = version_if_ours(&writer, path)?;
        if writer.is_readonly("main")? {
            return Err(Error::ReadOnly { path: path.to_owned() }.into());
        }
        if version < KNOWN {
            migrate(&mut writer)?;
        }
        settings(&writer)?;
        settle(&writer, path, &past)?;
        let readers = (0..readers).map(|_| reader(path)).collect::<Query<_>>()?;
        Ok(Connections { writer, readers })
    };
    connect().map_err(|fault| fault.at(path))
}

/// Takes note of a process that was killed at work, so that the next one needn't.
fn settle(db: &Connection, path: &Path, past: &Past) -> Query<()> {
    let left = match past {
        Past::Fine => return Ok(()),
        Past::Killed(left) => left,
        Past::LogGone(left) => {
            let what = "the log of a process that was killed is gone: what it recorded last may be missing";
            tracing::warn!("{}: {what}", path.display());
            let transaction = db.unchecked_transaction()?;
            let at: Option<i64> =
                db.query_row("SELECT max(last_checked) FROM sources", [], |row| row.get(0))?;
            let at = columns::time_or_bound(at.unwrap_or_default());
            chain::note(db, chain::ARCHIVE, at, "lost", &serde_json::json!({ "what": what }))?;
            transaction.commit()?;
            left
        }
    };
    // Left as it is, it would only be looked at again.
    let _ = left.set_len(0);
    Ok(())
}

/// SQLite would speak of trouble with the disk.
fn is_no_folder(path: &Path) -> Result<(), Error> {
    match path.is_dir() {
        true => Err(Error::CannotOpen { path: path.to_owned(), why: "it is a folder".to_owned() }),
        false => Ok(()),
    }
}

fn make_folder(path: &Path) -> Result<(), Error> {
    let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) else { return Ok(()) };
    std::fs::create_dir_all(folder)
        .map_err(|e| Error::CannotOpen { path: folder.to_owned(), why: e.to_string() })
}

/// How many migrations the file has seen; an error if it isn't ours or has seen more than we know.
fn version_if_ours(db: &Connection, path: &Path) -> Query<u32> {
    // One statement sees one state of the file, even while another process is making it.
    let sql = "
        SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
        FROM pragma_application_id, pragma_user_version";
    let (application, found, tables): (i32, u32, i64) =
        db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let path = path.to_owned();
    if application == APPLICATION_ID {
        let newer = || Error::Newer { path, found, known: KNOWN }.into();
        if found > KNOWN { Err(newer()) } else { Ok(found) }
    } else if tables == 0 && application == 0 && found == 0 {
        Ok(0)
    } else {
        Err(Error::Foreign { path }.into())
    }
}

/// Runs the missing steps in one transaction, while the file still has a rollback journal: a process killed
/// here leaves an empty file or a whole one.
fn migrate(db: &mut Connection) -> Query<()> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    // Asked again, for another process may have been faster.
    let seen: u32 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    for step in MIGRATIONS.iter().skip(seen as usize) {
        transaction.execute_batch(step)?;
    }
    if seen < CHAINED {
        // Behind the last step: lines are made of today's tables.
        chain::carry_over(&transaction)?;
    }
    if seen < REVIEWS_CHAINED {
        reviews::carry_over(&transaction)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", KNOWN.max(seen))?;
    crash::point("migrate");
    transaction.commit()?;
    crash::point("migrated");
    Ok(())
}

/// WAL, so that readers never wait for the writer nor it for them.
///
/// `synchronous = FULL` syncs at every commit, so that not even a power cut takes back what people were told: a
/// page may have changed again by the time it is looked at anew. `NORMAL` syncs only at checkpoints and is some ten
/// times faster, 0.12 ms a commit against 0.4 to 2.4 ms on an SSD; but the checks of a busy moment share a commit, and
/// their fetches take a hundred times as long.
fn settings(db: &Connection) -> Query<()> {
    switch_to_wal(db)?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    // After a burst the log is cut back to this many bytes instead of staying as long as it ever was.
    db.pragma_update(None, "journal_size_limit", 16 << 20)?;
    keep_plans(db)?;
    Ok(())
}

/// Statements are compiled once: without the second line SQLite would do so again for each other value that is bound to
/// them, to see whether another plan had been better.
fn keep_plans(db: &Connection) -> Query<()> {
    db.set_prepared_statement_cache_capacity(64);
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Needs the file for itself for a moment, the first time, and fails at once where another process is just
/// opening it, without the wait of `busy_timeout`; hence the wait here.
fn switch_to_wal(db: &Connection) -> Query<()> {
    let mut tries = 0;
    loop {
        match db.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && tries < 100 => {
                tries += 1;
                std::thread::sleep(BUSY / 100);
            }
            switched => return Ok(switched?),
        }
    }
}

fn reader(path: &Path) -> Query<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(Fault::from)?;
    db.busy_timeout(BUSY)?;
    keep_plans(&db)?;
    Ok(db)
}

/// Connections that need no right to write: in a folder that nobody writes to, or on a disk without room, readers can't
/// share what they need to see a log, but if there is no log they need to see none.
fn lasting_reader(path: &Path) -> Query<Connection> {
    let attempt = reader(path).and_then(|db| {
        // The file is only touched by the first query.
        db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
        Ok(db)
    });
    let Err(Fault::Sql(error)) = &attempt else { return attempt };
    let is_denied = matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly));
    if !(is_denied || is_out_of_room(error)) || !path.exists() {
        return attempt;
    }
    if std::fs::metadata(lock::beside(path, "-wal")).is_ok_and(|log| log.len() > 0) {
        if !is_denied {
            return attempt;
        }
        let why = "it has a log (-wal), which can't be read where nothing may be written".to_owned();
        return Err(Error::CannotOpen { path: path.to_owned(), why }.into());
    }
    let absolute = std::path::absolute(path).ok().and_then(|path| url::Url::from_file_path(path).ok());
    let Some(mut uri) = absolute else { return attempt };
    uri.set_query(Some("immutable=1"));
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(uri.as_str(), flags)?;
    keep_plans(&db)?;
    Ok(db)
}

/// Read-only connections to a file of today's schema.
pub(super) fn open_to_read(path: &Path, readers: usize) -> Result<Vec<Connection>, Error> {
    is_no_folder(path)?;
    let connect = || -> Query<Vec<Connection>> {
        let readers = (0..readers).map(|_| lasting_reader(path)).collect::<Query<Vec<_>>>()?;
        readers.iter().try_for_each(|db| at_least(KNOWN, db, path))?;
        Ok(readers)
    };
    connect().map_err(|fault| fault.at(path))
}

/// A connection to verify with, and what SQLite says that would keep others from reading anything: nothing is written,
/// and whatever is in the file is looked at.
pub(super) fn open_to_verify(path: &Path) -> Result<(Connection, Option<String>), Error> {
    let connect = || -> Query<_> {
        let (db, trouble) = open_damaged(path)?;
        at_least(KNOWN, &db, path)?;
        Ok((db, trouble))
    };
    connect().map_err(|fault| fault.at(path))
}

/// A connection to copy the file with, whatever its schema.
pub(super) fn open_to_copy(path: &Path) -> Query<Connection> {
    let db = lasting_reader(path)?;
    at_least(1, &db, path)?;
    Ok(db)
}

/// A connection to save with what is left, whatever the schema.
pub(super) fn open_to_salvage(path: &Path) -> Query<Connection> {
    let (db, _) = open_damaged(path)?;
    at_least(1, &db, path)?;
    Ok(db)
}

/// A connection that reads what is there of a file of which the end is cut off, or a line of its list of tables is
/// damaged; others refuse all of it, for the reason that is returned.
fn open_damaged(path: &Path) -> Query<(Connection, Option<String>)> {
    match lasting_reader(path) {
        Err(Fault::Sql(error)) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => {
            let db = reader(path)?;
            // What it is named for needs a right to write, which this connection lacks; it also has SQLite take the
            // size of the file for what it is, and not for what its header says, and pass over tables it can't make
            // sense of.
            db.pragma_update(None, "writable_schema", true)?;
            Ok((db, Some(error.to_string())))
        }
        opened => Ok((opened?, None)),
    }
}

fn at_least(least: u32, db: &Connection, path: &Path) -> Query<()> {
    match version_if_ours(db, path)? {
        found if found < least => Err(Error::Older { path: path.to_owned(), found, known: KNOWN }.into()),
        _ => Ok(()),
    }
}

/// A new file with the schema that another one has, for the rows of that one.
pub(super) fn make_like(path: &Path, other: &Connection) -> Query<Connection> {
    let seen: u32 = other.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let db = Connection::open(path)?;
    for step in MIGRATIONS.iter().take(seen as usize) {
        db.execute_batch(step)?;
    }
    db.pragma_update(None, "application_id", APPLICATION_ID)?;
    db.pragma_update(None, "user_version", seen)?;
    Ok(db)
}
