//! A file that notices are appended to: each one's record is on the disk before it counts as delivered, and the same
//! notice is not written twice.
//!
//! A record that was written by half, because the power failed or the disk was full, is taken back by the next one.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use jiff::Timestamp;

use super::aside::Aside;
use super::record::Shape;
use super::{Channel, Error, Receipt};
use crate::model::Notice;

/// The end of the file in which a notice that comes again is looked for: fifty at their longest, hundreds as they are.
/// What is tried again after a crash is what was written last; behind more than this, it is written once more.
const LOOKED_AT: u64 = 1024 * 1024;

/// `[channels.NAME.file]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The file; it is made where there is none, in a folder that is there.
    pub path: PathBuf,
    /// What is written of each notice.
    pub shape: Shape,
}

/// A file.
pub(super) struct Log {
    settings: Settings,
    aside: Aside,
}

impl Log {
    pub fn new(settings: Settings) -> Self {
        Self { settings, aside: Aside::default() }
    }
}

#[async_trait]
impl Channel for Log {
    async fn send(&self, notice: &Notice, _at: Timestamp) -> Result<Receipt, Error> {
        let Settings { path, shape } = self.settings.clone();
        let (record, mark) = (shape.record(notice), shape.mark(&notice.id));
        let write = move || {
            let shown = path.display();
            let written =
                append(&path, &shape, &record, &mark).map_err(|error| format!("{shown}: {error}"))?;
            Ok(match written {
                true => format!("{} bytes written to {shown}", record.len()),
                false => format!("{shown} has it already"),
            })
        };
        self.aside.run(write).await.map(Receipt)
    }

    fn preview(&self, notice: &Notice, _at: Timestamp) -> String {
        let record = self.settings.shape.record(notice);
        format!(
            "append to {}\n\n{}",
            self.settings.path.display(),
            String::from_utf8_lossy(&record).trim_end()
        )
    }
}

/// Appends a record, unless one with its mark is there; says whether it did. When this returns, it is on the disk.
fn append(path: &Path, shape: &Shape, record: &[u8], mark: &str) -> io::Result<bool> {
    // A pipe or a device would block, or forget what it was told.
    if path.metadata().is_ok_and(|about| !about.is_file()) {
        return Err(io::Error::other("not a file"));
    }
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    lock(&file)?;
    let length = file.metadata()?.len();
    let (end, torn) = end(&mut file, length)?;
    if String::from_utf8_lossy(&end).contains(mark) {
        // Written before, and perhaps not yet on the disk.
        file.sync_all()?;
        return Ok(false);
    }
    let start = mend(&mut file, shape, length, &torn)?;
    if let Err(error) = file.write_all(record).and_then(|()| file.sync_all()) {
        // What stands there by half, or perhaps not on the disk, is taken back: the next attempt begins anew.
        file.set_len(start).and_then(|()| file.sync_all()).ok();
        return Err(error);
    }
    if length == 0
        && let Some(folder) = path.parent()
    {
        // The name of a new file is on the disk with its folder.
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        File::open(folder)?.sync_all()?;
    }
    Ok(true)
}

/// Nobody else writes until the file is closed.
fn lock(file: &File) -> io::Result<()> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => io::Error::other("another process is writing to it"),
        TryLockError::Error(error) => error,
    })
}

/// The end of the file as far as it is looked at: whole lines, and what stands behind the last line break.
fn end(file: &mut File, length: u64) -> io::Result<(Vec<u8>, Vec<u8>)> {
    file.seek(SeekFrom::Start(length.saturating_sub(LOOKED_AT)))?;
    let mut lines = Vec::new();
    file.take(LOOKED_AT).read_to_end(&mut lines)?;
    let torn = lines.split_off(lines.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1));
    Ok((lines, torn))
}

/// Makes the file end with a whole line; gives its length. The beginning of a record of ours, which nobody was told of,
/// is taken back; what may be somebody else's gets the line break that it lacks.
fn mend(file: &mut File, shape: &Shape, length: u64, torn: &[u8]) -> io::Result<u64> {
    if torn.is_empty() {
        return Ok(length);
    }
    if *shape == Shape::Json && torn.starts_with(b"{\"type\":\"") {
        let whole = length - torn.len() as u64;
        file.set_len(whole)?;
        return Ok(whole);
    }
    file.write_all(b"\n")?;
    Ok(length + 1)
}
