//! Web archives (WARC, ISO 28500): pages captured elsewhere come in, pages kept here go out.
//!
//! - [`Reader`] streams the pages of one archive, plain or compressed, from any [`std::io::Read`].
//! - [`in_time_order`] reads many archives so that the captures of one address come in the order of their dates.
//! - [`Writer`] writes WARC 1.1.
//!
//! Archives are other people's files: nothing in them makes the reader panic or reserve memory by a number
//! it merely read. What it holds at a time is one record of at most 64 MiB, that record decoded (64 MiB
//! again), and for Zstandard a window of at most 128 MiB.

mod chunked;
mod error;
mod head;
mod http;
mod order;
mod reader;
mod scan;
mod spool;
mod strand;
mod stream;
mod writer;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod sample;

pub use error::{Error, Fault, Place};
pub use http::Response;
pub use order::{Ordered, in_time_order};
pub use reader::{Reader, Record};
pub use scan::Input;
pub use strand::{Capture, Strand};
pub use writer::{Compression, RecordId, Writer};

/// Records with a longer block are left out: a policy page is a few hundred KiB, a video is not a policy.
const MAX_BLOCK: u64 = 64 << 20;
/// Longer header blocks, of a record or of an HTTP answer, are taken for garbage.
const MAX_HEAD: usize = 64 << 10;
