//! One writer at a time: the lock file beside the database.
//!
//! Two processes that check the same sources would tell everything twice, so `check`, `watch` and `import` take
//! this lock. The operating system gives it back when its owner ends, however it ends: a file left over from a
//! killed process is just taken.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{Error, Store};

/// The right to check sources and write what is found; given back when dropped.
#[derive(Debug)]
pub struct WriterLock {
    file: File,
}

impl Store {
    /// Takes the lock for the command `what` (`"watch"`), or says which process has it.
    ///
    /// Readers never take it. It is an OS lock on the file `<database>.lock`, which also tells the loser who
    /// won: process, command and `now`.
    pub fn lock(&self, what: &str, now: Timestamp) -> Result<WriterLock, Error> {
        let path = lock_path(self.path());
        let cannot = |why: std::io::Error| Error::CannotOpen { path: path.clone(), why: why.to_string() };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(cannot)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::InUse { path: self.path().to_owned(), by: owner(&mut file) });
            }
            Err(TryLockError::Error(error)) => return Err(cannot(error)),
        }
        sign(&mut file, what, now).map_err(cannot)?;
        Ok(WriterLock { file })
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        // Only courtesy: the lock itself ends with the file handle. The file stays, for deleting it could take
        // it from under a process that has just opened it.
        let _ = self.file.set_len(0);
    }
}

/// What a look beside the file says about its past, before it is opened to be written.
pub(super) enum Past {
    /// It ended well, or is still at work.
    Fine,
    /// A process was killed at work; its log is there and will be played back.
    Killed(File),
    /// A process was killed at work, and its log is not there; or it was killed before it recorded anything.
    LogGone(File),
}

/// Looks at what was left beside the file.
///
/// # Errors
///
/// Refuses where an archive was and is gone: a new one in its place would pass for its history.
pub(super) fn past(database: &Path) -> Result<Past, Error> {
    is_not_gone(database)?;
    let (log, lock) = (beside(database, "-wal"), beside(database, ".lock"));
    let Ok(file) = OpenOptions::new().read(true).write(true).open(&lock) else { return Ok(Past::Fine) };
    match has_bytes(&lock) && file.try_lock().is_ok() {
        // Whoever only reads makes an empty one where there is none.
        true if has_bytes(&log) => Ok(Past::Killed(file)),
        true => Ok(Past::LogGone(file)),
        false => Ok(Past::Fine),
    }
}

/// Refuses where an archive was and is gone.
pub(super) fn is_not_gone(database: &Path) -> Result<(), Error> {
    let (log, lock) = (beside(database, "-wal"), beside(database, ".lock"));
    match !has_bytes(database) && (has_bytes(&log) || lock.exists()) {
        true => Err(Error::Gone { path: database.to_owned() }),
        false => Ok(()),
    }
}

fn has_bytes(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.len() > 0)
}

/// Beside the file itself, whatever links lead to it: there SQLite has its log, and two processes that know it by two
/// names find one lock.
pub(super) fn beside(database: &Path, ending: &str) -> PathBuf {
    let file = database.canonicalize();
    let mut name = OsString::from(file.as_deref().unwrap_or(database));
    name.push(ending);
    name.into()
}

fn lock_path(database: &Path) -> PathBuf {
    beside(database, ".lock")
}

fn sign(file: &mut File, what: &str, now: Timestamp) -> std::io::Result<()> {
    let second = Timestamp::from_second(now.as_second()).unwrap_or(now);
    file.set_len(0)?;
    file.rewind()?;
    write!(file, "{}\n{what}\n{second}\n", std::process::id())
}

/// Who holds the lock, in words; the file is empty for a moment while its owner writes it.
fn owner(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.take(1000).read_to_string(&mut text);
    match (read, text.lines().collect::<Vec<_>>().as_slice()) {
        (Ok(_), [process, what, since]) => format!("`fineprint {what}` (process {process}, since {since})"),
        _ => "another fineprint".to_owned(),
    }
}
