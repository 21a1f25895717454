//! What can be wrong with an archive, and where.

use std::fmt;
use std::io;
use std::sync::Arc;

/// Something of an archive that can't be read.
///
/// It either ends the archive or leaves out one record, see [`Fault::ends_archive`]; iterators go on
/// after the second kind and stop after the first.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct Error {
    /// Where it was met.
    pub place: Place,
    /// What is wrong there.
    pub fault: Fault,
}

/// Where a record is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The archive's name, as given.
    pub archive: Arc<str>,
    /// The record's number, counted from 1 over records of every kind; 0 before the first.
    pub record: u64,
    /// Where the record begins, in bytes of the decompressed archive.
    pub offset: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.record {
            0 => write!(f, "{}", self.archive),
            n => write!(f, "{}: record {n} at byte {}", self.archive, self.offset),
        }
    }
}

/// The ways in which an archive is wrong.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The archive can't be opened, read or decompressed.
    #[error("cannot be read: {0}")]
    Io(#[source] io::Error),
    /// The archive ends inside the record.
    #[error("the archive ends in the middle of the record")]
    CutOff,
    /// Something else stands where a record should begin; its first characters.
    #[error("not a WARC record, it begins with `{0}`")]
    NotWarc(String),
    /// The record's header has no end within 64 KiB.
    #[error("the record's header is longer than 64 KiB")]
    LongHead,
    /// The record doesn't say how long it is.
    #[error("the record has no valid Content-Length")]
    NoLength,
    /// The record doesn't end where its length says.
    #[error("the record does not end where its Content-Length says")]
    WrongLength,
    /// The temporary file for sorting can't be written or read back.
    #[error("cannot sort by date: {0}")]
    Spool(#[source] io::Error),

    /// The record, or its decoded body, is longer than 64 MiB.
    #[error("left out: longer than 64 MiB")]
    TooLarge,
    /// The page has no address, or one that isn't a URL.
    #[error("left out: `{0}` is not a valid WARC-Target-URI")]
    BadTarget(String),
    /// The page has no date, or one that isn't a date.
    #[error("left out: `{0}` is not a valid WARC-Date")]
    BadDate(String),
    /// The archive itself says that only a part of the page was captured.
    #[error("left out: only a part of the page was captured ({0})")]
    Partial(String),
    /// The record doesn't hold an HTTP answer.
    #[error("left out: not an HTTP response ({0})")]
    NotHttp(&'static str),
    /// The body can't be decoded.
    #[error("left out: the body cannot be decoded ({0})")]
    Coding(String),
    /// The page was the same as in an earlier capture, which isn't looked up.
    #[error("left out: a revisit record, which refers to an earlier capture")]
    Revisit,
}

impl Fault {
    /// Whether nothing after it can be read; otherwise it leaves out the one record.
    pub fn ends_archive(&self) -> bool {
        match self {
            Self::Io(_)
            | Self::CutOff
            | Self::NotWarc(_)
            | Self::LongHead
            | Self::NoLength
            | Self::WrongLength
            | Self::Spool(_) => true,
            Self::TooLarge
            | Self::BadTarget(_)
            | Self::BadDate(_)
            | Self::Partial(_)
            | Self::NotHttp(_)
            | Self::Coding(_)
            | Self::Revisit => false,
        }
    }
}

impl From<io::Error> for Fault {
    /// An archive that ends too early is told apart from one that can't be read.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::CutOff,
            _ => Self::Io(error),
        }
    }
}
