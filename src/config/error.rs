//! Why there is no configuration.

use std::io;
use std::path::PathBuf;

use super::problem::{Report, render_plainly};

/// Why `sources.toml` can't be found, read or used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No file at any of the usual places.
    #[error("no sources.toml found (looked at {})", list(looked))]
    NotFound {
        /// Where it was looked for, in order.
        looked: Vec<PathBuf>,
    },
    /// The file can't be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is larger than any list of sources.
    #[error("{} is larger than 4 MiB", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file isn't UTF-8.
    #[error("{} is not UTF-8 text (line {line})", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// The first line that isn't, from 1.
        line: usize,
    },
    /// The file says something that can't be used.
    #[error("{0}")]
    Invalid(Box<Report>),
    /// Neither a configured place for the database nor a home folder to put it in.
    #[error("no place for the database: neither XDG_STATE_HOME nor HOME is set")]
    NoDatabase,
}

impl Error {
    /// The error as shown to its user, over several lines; coloured for a terminal.
    pub fn render(&self, color: bool) -> String {
        match self {
            Self::Invalid(report) => report.render(color),
            other => render_plainly(&other.to_string(), other.hint(), color),
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotFound { .. } => {
                Some("`fineprint init` writes one; `--config` or FINEPRINT_CONFIG name another place")
            }
            Self::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("`fineprint init` writes a sources.toml")
            }
            Self::NoDatabase => Some("name one with `--database`, FINEPRINT_DATABASE or `[store] path`"),
            Self::Read { .. } | Self::TooLarge { .. } | Self::NotText { .. } | Self::Invalid(_) => None,
        }
    }
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ")
}
