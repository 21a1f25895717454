//! The archive: every check, page, version, change and notice, in one SQLite file.
//!
//! [`Store`] is a handle that can be cloned and shared; its methods stand beside their nouns:
//!
//! - `sources`: what is watched, what is due, what is known about a source;
//! - `record`: what a check found, written in one transaction;
//! - `checks`, `snapshots`, `sightings`, `versions`, `changes`: the history, read back;
//! - `doubts`: looks that were not believed;
//! - `chain`, `verify`: the proof that it is what was recorded;
//! - `outbox`: notices on their way;
//! - `pins`: how the clauses stand that somebody relies on;
//! - `reviews`: what people made of the changes; `reminders`: what they are told once more;
//! - `lock`: one writer at a time.
//!
//! Below them: `bodies` (compressed contents), `columns` (how values are stored), `schema` (opening and
//! migrating), `worker` (threads that own the connections). No type of the database library appears in a
//! signature, so that another database can come beside this one.
//!
//! History is only ever appended to: no method deletes or edits a check, page, version, change or notice.
//! Times are kept in milliseconds; what is finer is cut off.

mod backup;
mod bodies;
mod chain;
mod changes;
mod checks;
mod columns;
mod doubts;
mod error;
mod lock;
mod outbox;
mod pins;
mod prune;
mod record;
mod reminders;
mod repair;
mod rests;
mod reviews;
mod robots;
mod schema;
mod sightings;
mod snapshots;
mod sources;
mod summaries;
#[cfg(test)]
mod tests;
mod verify;
mod versions;
mod worker;

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::OnceCell;

pub use chain::{Entry, Seal};
pub use changes::ChangeFilter;
pub use doubts::{Doubt, DoubtFilter};
pub use error::Error;
pub use lock::WriterLock;
pub use outbox::{
    Arrangement, Attempt, Attempted, DeliveryFilter, DisabledChannel, Listing, Receiver, Settlement, Start,
    Turn, Unreadable,
};
pub use prune::Pruned;
pub use record::{NewVersion, Record};
pub use repair::Repaired;
pub use reviews::ReviewFilter;
pub use snapshots::SnapshotId;
pub use sources::{KnownSource, Overview, State};
pub use verify::{Finding, Verified};
pub use versions::VersionInfo;

use error::Query;
use worker::Worker;

/// How many queries can be read at the same time.
const READERS: usize = 2;

/// The archive; clones share it.
///
/// When the last clone is dropped, what was queued is still written.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

/// The readers come first because fields are dropped in order, and the connection that writes must close last:
/// it is the one that can fold the log back into the file.
struct Inner {
    path: Arc<Path>,
    readers: Worker,
    /// Opened by the first that writes, where the archive was opened to be read.
    writer: OnceCell<Worker>,
}

impl Store {
    /// Opens the archive at `path`, making the folder and the file or migrating the file where needed.
    ///
    /// Refuses, and leaves untouched, a file that isn't a database, that another program made, or that a
    /// newer fineprint made; refuses what can't be written.
    pub async fn open(path: &Path) -> Result<Self, Error> {
        let path: Arc<Path> = path.into();
        let at = Arc::clone(&path);
        let opened = tokio::task::spawn_blocking(move || schema::open(&at, READERS)).await;
        let connections =
            opened.map_err(|e| Error::CannotOpen { path: path.to_path_buf(), why: e.to_string() })??;
        Ok(Self(Arc::new(Inner {
            readers: Worker::readers(Arc::clone(&path), connections.readers)?,
            writer: OnceCell::new_with(Some(Worker::writer(Arc::clone(&path), connections.writer)?)),
            path,
        })))
    }

    /// Opens the archive at `path` to read from it: neither the file nor its folder need be writable, as long as
    /// nothing is written.
    ///
    /// Only one that an older fineprint made has to be brought up to date first, as by [`Store::open`].
    pub async fn open_to_read(path: &Path) -> Result<Self, Error> {
        let path: Arc<Path> = path.into();
        let at = Arc::clone(&path);
        let opened = tokio::task::spawn_blocking(move || schema::open_to_read(&at, READERS)).await;
        let readers =
            opened.map_err(|e| Error::CannotOpen { path: path.to_path_buf(), why: e.to_string() })?;
        match readers {
            Ok(readers) => {
                let readers = Worker::readers(Arc::clone(&path), readers)?;
                Ok(Self(Arc::new(Inner { readers, writer: OnceCell::new(), path })))
            }
            Err(older @ Error::Older { .. }) => match Self::open(&path).await {
                Err(Error::ReadOnly { .. } | Error::CannotOpen { .. }) => Err(older),
                opened => opened,
            },
            Err(error) => Err(error),
        }
    }

    /// Whether there is an archive at `path`.
    ///
    /// # Errors
    ///
    /// Says so where there was one and it is gone: nobody should take that for a fresh start.
    pub fn exists(path: &Path) -> Result<bool, Error> {
        lock::is_not_gone(path)?;
        Ok(path.exists())
    }

    /// Where the archive is.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    async fn read<T, F>(&self, query: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Query<T> + Send + 'static,
    {
        self.0.readers.run(query).await
    }

    /// Everything `query` writes is committed when this returns, or nothing is.
    async fn write<T, F>(&self, query: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Query<T> + Send + 'static,
    {
        let path = Arc::clone(&self.0.path);
        let open = || async {
            let at = Arc::clone(&path);
            let opened = tokio::task::spawn_blocking(move || schema::open(&at, 0)).await;
            let opened =
                opened.map_err(|e| Error::Failed { path: path.to_path_buf(), why: e.to_string() })??;
            Worker::writer(Arc::clone(&path), opened.writer)
        };
        self.0.writer.get_or_try_init(open).await?.run(query).await
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Store").field(&self.path()).finish()
    }
}
