//! What can go wrong with a repository of snapshots.

use std::io;
use std::path::PathBuf;

/// Something of a repository that can't be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is none.
    #[error("{} is not a git repository: give the folder of a clone", .0.display())]
    NoRepository(PathBuf),
    /// The branch it is on can't be found.
    #[error("{}: cannot tell which commit is current ({why}); `git clone` it anew, then import the clone", .folder.display())]
    NoHead {
        /// The repository.
        folder: PathBuf,
        /// What is wrong there.
        why: &'static str,
    },
    /// A file or folder can't be read or made.
    #[error("cannot read {}: {source}", .path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The program isn't there.
    #[error("cannot run `git`, which reads the repository: {0}")]
    NoGit(#[source] io::Error),
    /// The program failed, or said what it never says.
    #[error("git cannot read the repository: {0}")]
    Git(String),
    /// One snapshot can't be read; the others can.
    #[error("commit {commit}: left out: {why}")]
    LeftOut {
        /// The commit that brought it.
        commit: String,
        /// Why.
        why: String,
    },
}
