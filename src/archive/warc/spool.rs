//! A temporary file for records that have to wait for earlier ones.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use zstd::bulk::{Compressor, decompress};

/// The fastest of the ordinary levels; policy pages take a sixth of their size.
const LEVEL: i32 = 1;

/// Takes blocks, one after another.
pub(super) struct Spooling {
    out: BufWriter<File>,
    at: u64,
    compressor: Compressor<'static>,
}

/// Gives back blocks in any order, to any number of threads. The file has no name and ends with it.
pub(super) struct Spool(Mutex<File>);

/// Where a block was put.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    at: u64,
    stored: usize,
    /// The length of the block.
    pub size: usize,
}

impl Spooling {
    /// Begins a spool in a folder.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let out = BufWriter::new(tempfile::tempfile_in(folder)?);
        Ok(Self { out, at: 0, compressor: Compressor::new(LEVEL)? })
    }

    /// Adds a block.
    pub fn add(&mut self, block: &[u8]) -> io::Result<Slot> {
        let stored = self.compressor.compress(block)?;
        self.out.write_all(&stored)?;
        let slot = Slot { at: self.at, stored: stored.len(), size: block.len() };
        self.at += stored.len() as u64;
        Ok(slot)
    }

    /// Ends the writing.
    pub fn finish(self) -> io::Result<Spool> {
        let file = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Spool(Mutex::new(file)))
    }
}

impl Spool {
    /// A block that was added.
    pub fn get(&self, slot: Slot) -> io::Result<Bytes> {
        let mut stored = vec![0; slot.stored];
        {
            // Every read seeks first, so a panic elsewhere leaves nothing half-done in the file.
            let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(slot.at))?;
            file.read_exact(&mut stored)?;
        }
        Ok(decompress(&stored, slot.size)?.into())
    }
}
