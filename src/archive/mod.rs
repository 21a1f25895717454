//! Evidence, in and out of files that others can read too.

pub mod memento;
pub mod ota;
pub mod warc;
pub mod witness;
pub mod zip;
