//! The first pass over an archive: whose captures it has, and whether they are in order.

use std::collections::HashMap;
use std::fs::File;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::io::{self, Read, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::error::{Error, Place};
use super::head::Address;
use super::reader::Reader;

/// An archive to read in time order.
pub enum Input {
    /// A file. A pipe behind a path is read as a stream.
    File(PathBuf),
    /// What can be read only once, such as standard input; kept in a temporary file meanwhile.
    Stream {
        /// Its name in messages: `<stdin>`.
        name: String,
        /// The archive.
        from: Box<dyn Read + Send>,
    },
}

/// An archive that was read through once.
pub(super) struct Scanned {
    pub name: Arc<str>,
    pub again: Again,
    /// The number of its last undamaged record.
    pub records: u64,
    /// How many of its records are about pages.
    pub captures: u64,
    /// Its length, decompressed.
    pub bytes: u64,
    /// Whether the captures of each address come in the order of their dates.
    pub in_order: bool,
    /// The first and last date per address, by [`key`].
    pub spans: HashMap<u64, (Timestamp, Timestamp)>,
    /// The damage at which reading stopped.
    pub fault: Option<Error>,
}

/// How to read it a second time.
pub(super) enum Again {
    Path(PathBuf),
    Copy(File),
    /// It can't be read at all.
    Never,
}

impl Input {
    /// Reads it through once; `folder` takes the copies of what can't be read again.
    pub(super) fn scan(self, folder: &Path) -> Scanned {
        let mut scanned = Scanned::new(match &self {
            Self::File(path) => path.display().to_string().into(),
            Self::Stream { name, .. } => name.as_str().into(),
        });
        if let Err(error) = scanned.begin(self, folder) {
            let place = Place { archive: scanned.name.clone(), record: 0, offset: 0 };
            scanned.fault = Some(Error { place, fault: error.into() });
        }
        scanned
    }
}

impl Scanned {
    fn new(name: Arc<str>) -> Self {
        Self {
            name,
            again: Again::Never,
            records: 0,
            captures: 0,
            bytes: 0,
            in_order: true,
            spans: HashMap::new(),
            fault: None,
        }
    }

    fn begin(&mut self, input: Input, folder: &Path) -> io::Result<()> {
        let from: Box<dyn Read + Send> = match input {
            Input::File(path) => {
                let file = File::open(&path)?;
                if file.metadata()?.is_file() {
                    self.again = Again::Path(path);
                    self.run(file);
                    return Ok(());
                }
                Box::new(file)
            }
            Input::Stream { from, .. } => from,
        };
        let copy = tempfile::tempfile_in(folder).map_err(copying)?;
        self.again = Again::Copy(copy.try_clone().map_err(copying)?);
        self.run(Tee { from, copy });
        Ok(())
    }

    fn run(&mut self, from: impl Read + Send) {
        if let Err(error) = self.records(from) {
            self.fault = Some(error);
        }
    }

    fn records(&mut self, from: impl Read + Send) -> Result<(), Error> {
        let mut reader = Reader::new(self.name.clone(), from)?;
        while let Some(head) = reader.next_head()? {
            reader.end_record()?;
            self.records = reader.place().record;
            self.bytes = reader.offset();
            if let Ok(Some(address)) = head.address() {
                self.note(&address);
            }
        }
        Ok(())
    }

    fn note(&mut self, address: &Address) {
        self.captures += 1;
        let date = address.date;
        let (first, last) = self.spans.entry(key(address)).or_insert((date, date));
        self.in_order &= *last <= date;
        *first = date.min(*first);
        *last = date.max(*last);
    }

    /// Reads it a second time; only its first [`records`](Scanned::records) are known to be sound.
    pub fn open(&self) -> Result<Reader<'static>, Error> {
        let file = match &self.again {
            Again::Path(path) => File::open(path),
            Again::Copy(copy) => copy.try_clone().and_then(|mut file| file.rewind().map(|()| file)),
            Again::Never => Err(io::ErrorKind::NotFound.into()),
        };
        let place = || Place { archive: self.name.clone(), record: 0, offset: 0 };
        let file = file.map_err(|error| Error { place: place(), fault: error.into() })?;
        Reader::new(self.name.clone(), file)
    }
}

/// Stands for an address. Two addresses with one key are ordered together, which does no harm, and an
/// archive of millions of addresses needs no gigabytes.
fn key(address: &Address) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(&address.target)
}

/// Passes on what it reads, and keeps a copy.
struct Tee<R> {
    from: R,
    copy: File,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(buffer)?;
        self.copy.write_all(&buffer[..n]).map_err(copying)?;
        Ok(n)
    }
}

fn copying(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("no temporary copy can be made of it: {error}"))
}
