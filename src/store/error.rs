//! What can go wrong with the archive, in one line each: what failed, on which file, what to do.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::model::SourceId;

/// Why the store could not do what it was asked; nothing of a failed call is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The file is something else than a database.
    #[error(
        "{} is not a database, and is left as it is: give another path; if an archive was there, its beginning is \
         damaged: restore a backup", .path.display()
    )]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file is a database that some other program made.
    #[error("{} belongs to another program: give another path, the file is untouched", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file was made by a later release.
    #[error(
        "{} was made by a newer fineprint (schema {found}, this one knows {known}): \
         upgrade fineprint, the file is untouched", .path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The schema the file has.
        found: u32,
        /// The latest schema known here.
        known: u32,
    },
    /// The file was made by an earlier release, and may not be brought up to date here.
    #[error(
        "{} was made by an older fineprint (schema {found}, this one knows {known}): \
         run any command that writes, such as `fineprint check`, to bring it up to date", .path.display()
    )]
    Older {
        /// The file.
        path: PathBuf,
        /// The schema the file has.
        found: u32,
        /// The latest schema known here.
        known: u32,
    },
    /// There was an archive, and it is gone.
    #[error(
        "there was an archive at {} and it is gone or empty: restore it from a backup, \
         or remove {}.lock and {}-wal to begin a new one", .path.display(), .path.display(), .path.display()
    )]
    Gone {
        /// Where it was.
        path: PathBuf,
    },
    /// The file or its folder can't be made or opened.
    #[error("cannot open {}: {why}; the file and its folder must exist and be writable", .path.display())]
    CannotOpen {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The file can be read and not written.
    #[error("cannot write to {}: make the file and its folder writable", .path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// No space is left; what was stored before is intact.
    #[error("no space left for {}: free some and try again, what is stored is intact", .path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The disk, or the file system, refused.
    #[error(
        "cannot read or write {}: {why}; see whether its disk is full or failing (`df`, `dmesg`)", .path.display()
    )]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the database said.
        why: String,
    },
    /// Another program keeps a transaction open on the file for longer than we wait.
    #[error("{} is locked by another program: close what has it open and try again", .path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// Another fineprint is at work on the file.
    #[error("{} is in use by {by}", .path.display())]
    InUse {
        /// The file.
        path: PathBuf,
        /// Which command, its process and since when, as far as known.
        by: String,
    },
    /// What is stored is not what was written.
    #[error(
        "{}: {row} is damaged: {why}; restore a backup, or save what can be read with `fineprint repair`",
        .path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Which row.
        row: String,
        /// How it shows.
        why: String,
    },
    /// A source that was never synchronised into the store.
    #[error("unknown source `{0}`: it is not in the database")]
    UnknownSource(SourceId),
    /// A record that doesn't continue the history: someone else wrote in between, or the caller is mistaken.
    #[error("refused to record version {got} of `{source_id}`: the next one is {expected}")]
    OutOfOrder {
        /// The source.
        source_id: SourceId,
        /// The number a new version must have.
        expected: u32,
        /// The number it came with.
        got: u32,
    },
    /// A record that contradicts itself or what is stored.
    #[error("refused to record: {why}")]
    Refused {
        /// The contradiction.
        why: String,
    },
    /// A shortened id that fits more than one thing.
    #[error("`{prefix}` is the beginning of more than one id: write more of it")]
    Ambiguous {
        /// The beginning given.
        prefix: String,
    },
    /// Anything else the database says.
    #[error("database {}: {why}", .path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// What it said.
        why: String,
    },
}

impl Error {
    /// Whether only the source it is about is affected; otherwise it would meet any other write too.
    pub fn is_about_one_source(&self) -> bool {
        matches!(self, Self::Corrupt { .. } | Self::OutOfOrder { .. } | Self::Refused { .. })
    }
}

/// What a query returns: its own error doesn't know which file it ran on.
pub(super) type Query<T> = Result<T, Fault>;

/// An error inside a query; [`Fault::at`] turns it into an [`Error`] by adding the file.
#[derive(Debug)]
pub(super) enum Fault {
    Sql(rusqlite::Error),
    Corrupt { row: String, why: String },
    Known(Error),
}

impl Fault {
    pub(super) fn corrupt(row: impl Into<String>, why: impl ToString) -> Self {
        Self::Corrupt { row: row.into(), why: why.to_string() }
    }

    pub(super) fn refused(why: impl Into<String>) -> Self {
        Self::Known(Error::Refused { why: why.into() })
    }

    pub(super) fn at(self, path: &Path) -> Error {
        let path = path.to_owned();
        let error = match self {
            Self::Sql(error) => error,
            Self::Corrupt { row, why } => return Error::Corrupt { path, row, why },
            Self::Known(error) => return error,
        };
        let why = error.to_string();
        if is_out_of_room(&error) {
            return Error::Full { path };
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Error::NotADatabase { path },
            Some(ErrorCode::DatabaseCorrupt) => Error::Corrupt { path, row: "the file".into(), why },
            Some(ErrorCode::DiskFull) => Error::Full { path },
            Some(ErrorCode::SystemIoFailure) => Error::Disk { path, why },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Error::ReadOnly { path },
            Some(ErrorCode::CannotOpen) => Error::CannotOpen { path, why },
            Some(ErrorCode::ConstraintViolation) => Error::Refused { why },
            _ => Error::Failed { path, why },
        }
    }
}

/// Whether the disk is so full that not even the file beside the log that connections share (`-shm`) can be made, for
/// which SQLite has a code that speaks of trouble with the disk.
pub(super) fn is_out_of_room(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE)
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sql(error) => error.fmt(f),
            Self::Corrupt { row, why } => write!(f, "{row}: {why}"),
            Self::Known(error) => error.fmt(f),
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Known(error)
    }
}
