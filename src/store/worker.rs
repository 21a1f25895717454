//! Threads that own the connections, so that SQL never blocks the runtime.
//!
//! One thread writes. It takes what is queued as a group: one transaction, in it a savepoint for each piece of
//! work, so that one that fails takes nothing of its neighbours with it. Callers are answered after the commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::error::{Error, Query};
use crate::crash;

/// The most pieces of work in one transaction: enough that a commit costs little, few enough that the first
/// caller of a burst doesn't wait for the last.
const GROUP: usize = 64;

/// Work waiting for a connection, or for the reason why there is none.
type Work = Box<dyn FnOnce(Result<&Connection, Error>) -> Done + Send>;

/// Work done, except that its caller doesn't know yet.
struct Done {
    failed: Option<Error>,
    answer: Box<dyn FnOnce(Result<(), Error>)>,
}

/// A queue and the threads that empty it.
pub(super) struct Worker {
    path: Arc<Path>,
    /// `None` only while dropping.
    queue: Option<Sender<Work>>,
    threads: Vec<JoinHandle<()>>,
}

impl Worker {
    /// The thread that writes.
    pub(super) fn writer(path: Arc<Path>, db: Connection) -> Result<Self, Error> {
        let (queue, waiting) = channel();
        let at = Arc::clone(&path);
        let thread = spawn("store writer", &path, move || {
            while let Ok(first) = waiting.recv() {
                write_group(&db, &at, first, &waiting);
            }
        })?;
        Ok(Self { path, queue: Some(queue), threads: vec![thread] })
    }

    /// The threads that read, one for each connection; whichever is free takes the next query.
    pub(super) fn readers(path: Arc<Path>, connections: Vec<Connection>) -> Result<Self, Error> {
        let (queue, waiting) = channel::<Work>();
        let waiting = Arc::new(Mutex::new(waiting));
        let start = |db| {
            let waiting = Arc::clone(&waiting);
            spawn("store reader", &path, move || {
                while let Some(work) = next(&waiting) {
                    (work(Ok(&db)).answer)(Ok(()));
                }
            })
        };
        let threads = connections.into_iter().map(start).collect::<Result<_, _>>()?;
        Ok(Self { path, queue: Some(queue), threads })
    }

    /// Runs `work` on a connection. Work that has been queued is done even if the caller no longer waits.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Query<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let path = Arc::clone(&self.path);
        let work: Work = Box::new(move |db| {
            // A defect of ours in one piece of work must not end the thread that all the others need.
            let result =
                catch_unwind(AssertUnwindSafe(|| db.and_then(|db| work(db).map_err(|f| f.at(&path)))))
                    .unwrap_or_else(|_panic| Err(failed(&path, "a query failed inside fineprint")));
            let failed = result.as_ref().err().cloned();
            let answer = Box::new(move |committed: Result<(), Error>| {
                // An error here means that the caller no longer waits.
                let _ = reply.send(result.and_then(|value| committed.map(|()| value)));
            });
            Done { failed, answer }
        });
        let queued = self.queue.as_ref().is_some_and(|queue| queue.send(work).is_ok());
        let stopped = || failed(&self.path, "its thread has stopped");
        if queued { answer.await.unwrap_or_else(|_| Err(stopped())) } else { Err(stopped()) }
    }
}

impl Drop for Worker {
    /// Waits for what is queued, so that the last commit is made and the file is left whole.
    fn drop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            // A thread that panicked has nothing more to finish.
            let _ = thread.join();
        }
    }
}

fn write_group(db: &Connection, path: &Path, first: Work, waiting: &Receiver<Work>) {
    if let Err(error) = execute(db, path, "BEGIN IMMEDIATE") {
        return (first(Err(error)).answer)(Ok(()));
    }
    let mut group = Vec::new();
    let mut next = Some(first);
    while let Some(work) = next {
        let done = in_savepoint(db, path, work);
        // A full disk or a failing one makes SQLite roll back the whole transaction, not the savepoint.
        let lost = db.is_autocommit();
        group.push(done);
        next = if lost || group.len() == GROUP { None } else { waiting.try_recv().ok() };
    }
    let committed = commit(db, path, &group);
    for done in group {
        (done.answer)(committed.clone());
    }
}

fn in_savepoint(db: &Connection, path: &Path, work: Work) -> Done {
    let mut done = match execute(db, path, "SAVEPOINT work") {
        Ok(()) => work(Ok(db)),
        Err(error) => return work(Err(error)),
    };
    if !db.is_autocommit() {
        let end = if done.failed.is_some() { "ROLLBACK TO work; RELEASE work" } else { "RELEASE work" };
        if let Err(error) = execute(db, path, end) {
            // Half of a piece of work must never be committed: the whole group goes.
            let _ = execute(db, path, "ROLLBACK");
            done.failed.get_or_insert(error);
        }
    }
    done
}

fn commit(db: &Connection, path: &Path, group: &[Done]) -> Result<(), Error> {
    if db.is_autocommit() {
        let cause = group.last().and_then(|done| done.failed.clone());
        return Err(cause.unwrap_or_else(|| failed(path, "the transaction was rolled back")));
    }
    crash::point("commit");
    let committed = execute(db, path, "COMMIT").inspect_err(|_| {
        // What a failed commit leaves open must not swallow the next group; if it can't be closed either,
        // the next BEGIN says so.
        let _ = execute(db, path, "ROLLBACK");
    });
    crash::point("committed");
    committed
}

fn execute(db: &Connection, path: &Path, sql: &str) -> Result<(), Error> {
    db.execute_batch(sql).map_err(|error| super::error::Fault::from(error).at(path))
}

fn next(waiting: &Mutex<Receiver<Work>>) -> Option<Work> {
    // The lock guards nothing but the turn, so a poisoned one is as good as any.
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

fn spawn(name: &str, path: &Path, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Error> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .map_err(|error| failed(path, &format!("cannot start a thread: {error}")))
}

fn failed(path: &Path, why: &str) -> Error {
    Error::Failed { path: path.to_owned(), why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::schema;

    #[tokio::test]
    async fn on_a_full_disk_a_group_is_lost_as_a_whole_and_the_next_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path: Arc<Path> = folder.path().join("fineprint.db").into();
        let db = schema::open(&path, 0).unwrap().writer;
        db.execute_batch("CREATE TABLE filling (bytes BLOB); PRAGMA max_page_count = 100").unwrap();
        let worker = Worker::writer(Arc::clone(&path), db).unwrap();
        let fill = |bytes: usize| {
            let insert = "INSERT INTO filling VALUES (zeroblob(?1))";
            worker.run(move |db| Ok(db.execute(insert, [bytes as i64])?))
        };
        assert_eq!(fill(10).await, Ok(1));
        let (small, large) = tokio::join!(fill(10), fill(1_000_000));
        let full = Error::Full { path: path.to_path_buf() };
        assert_eq!(large, Err(full.clone()));
        assert!(small == Ok(1) || small == Err(full));
        let count = |db: &Connection| Ok(db.query_row("SELECT count(*) FROM filling", [], |row| row.get(0))?);
        assert_eq!(worker.run(count).await, Ok(1 + small.map_or(0, |rows| rows as i64)));
        assert_eq!(fill(10).await, Ok(1));
    }

    #[tokio::test]
    async fn work_that_panics_ends_only_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path: Arc<Path> = folder.path().join("fineprint.db").into();
        let db = schema::open(&path, 0).unwrap().writer;
        db.execute_batch("CREATE TABLE filling (bytes BLOB)").unwrap();
        let worker = Worker::writer(Arc::clone(&path), db).unwrap();
        let half_done: Result<(), _> = worker
            .run(|db| {
                db.execute("INSERT INTO filling VALUES (x'00')", [])?;
                panic!("as the story wants it")
            })
            .await;
        assert!(half_done.unwrap_err().to_string().contains("inside fineprint"));
        let count = |db: &Connection| Ok(db.query_row("SELECT count(*) FROM filling", [], |row| row.get(0))?);
        assert_eq!(worker.run(count).await, Ok(0));
    }
}
