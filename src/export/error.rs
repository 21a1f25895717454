//! Why there is no bundle.

use std::path::PathBuf;

use crate::archive::zip;
use crate::model::SourceId;
use crate::store;

/// Why there is no bundle, or why one is not what was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The archive can't be read.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// An entry of the chain says something else than entries do.
    #[error("entry {entry} of the chain cannot be read: {why}; `fineprint verify` says more")]
    Line {
        /// Its number.
        entry: i64,
        /// What is wrong with it.
        why: serde_json::Error,
    },
    /// The policy was never read.
    #[error("{0} has not been read yet")]
    Unread(SourceId),
    /// The policy was first read later.
    #[error("{source_id} was first read on {first}, after the time asked for")]
    Later {
        /// The source.
        source_id: SourceId,
        /// When it was first read.
        first: String,
    },
    /// A text isn't the one that was recorded.
    #[error("version {0} is not the text that the chain has: `fineprint verify` says more")]
    Altered(u32),
    /// A witness can't be had.
    #[error(transparent)]
    Witness(#[from] crate::archive::witness::Error),
    /// The target is there already.
    #[error("{} is there already: give another name", .0.display())]
    Exists(PathBuf),
    /// A file can't be written or read.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It doesn't fit into a zip file, or isn't one of ours.
    #[error("{}: {source}", .path.display())]
    Zip {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: zip::Error,
    },
}

impl Error {
    pub(super) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
