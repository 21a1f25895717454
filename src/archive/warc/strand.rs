//! Captures in the order of their dates.

use std::sync::Arc;
use std::vec;

use jiff::Timestamp;
use url::Url;

use super::error::{Error, Fault, Place};
use super::head::{Address, Form};
use super::http::Response;
use super::reader::{Reader, Record};
use super::scan::Scanned;
use super::spool::{Slot, Spool};

/// A page as it was captured at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// The address captured.
    pub target: Url,
    /// When it was captured.
    pub date: Timestamp,
    /// The answer; for a bare resource one with status 200 and its media type.
    pub response: Response,
    /// Where it stands, for messages.
    pub place: Place,
}

/// All captures of one address or several; those of one address come in the order of their dates.
///
/// No two strands share an address, so each can be read by a thread of its own. An error leaves out
/// something; the iterator goes on behind it and ends by itself.
pub struct Strand {
    kind: Kind,
    captures: u64,
    bytes: u64,
}

enum Kind {
    /// Archives that are in order one after another, read from their files.
    Streamed { archives: vec::IntoIter<Scanned>, open: Option<Open> },
    /// The captures of one address, sorted in a temporary file.
    Sorted { target: Url, spool: Arc<Spool>, entries: vec::IntoIter<Entry> },
}

struct Open {
    reader: Reader<'static>,
    /// What stands behind this record was damaged when it was scanned, and that is known by now.
    last: u64,
}

/// A capture in a spool.
pub(super) struct Entry {
    pub date: Timestamp,
    pub form: Form,
    pub place: Place,
    pub slot: Slot,
}

impl Strand {
    /// Reads archives, which are in order, one after another.
    pub(super) fn streamed(archives: Vec<Scanned>) -> Self {
        Self {
            captures: archives.iter().map(|a| a.captures).sum(),
            bytes: archives.iter().map(|a| a.bytes).sum(),
            kind: Kind::Streamed { archives: archives.into_iter(), open: None },
        }
    }

    /// Reads one address from a spool, where its captures may be in any order.
    pub(super) fn sorted(target: Url, spool: Arc<Spool>, mut entries: Vec<Entry>) -> Self {
        entries.sort_by_key(|e| e.date); // stable: captures of one date stay as they came
        Self {
            captures: entries.len() as u64,
            bytes: entries.iter().map(|e| e.slot.size as u64).sum(),
            kind: Kind::Sorted { target, spool, entries: entries.into_iter() },
        }
    }

    /// How many captures it has, those included that turn out to be unreadable.
    pub fn captures(&self) -> u64 {
        self.captures
    }

    /// How many bytes they are, about: for progress, and for beginning with the longest strand.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Iterator for Strand {
    type Item = Result<Capture, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = match &mut self.kind {
            Kind::Streamed { archives, open } => next_streamed(archives, open)?,
            Kind::Sorted { target, spool, entries } => read(entries.next()?, target, spool),
        };
        Some(record.and_then(Capture::try_from))
    }
}

fn next_streamed(
    archives: &mut vec::IntoIter<Scanned>,
    open: &mut Option<Open>,
) -> Option<Result<Record, Error>> {
    loop {
        let Some(Open { reader, last }) = open else {
            let archive = archives.next()?;
            match archive.open() {
                Ok(reader) => *open = Some(Open { reader, last: archive.records }),
                Err(error) => return Some(Err(error)),
            }
            continue;
        };
        let next = reader.next().filter(|next| number(next) <= *last);
        if next.is_some() {
            return next;
        }
        *open = None;
    }
}

fn number(record: &Result<Record, Error>) -> u64 {
    match record {
        Ok(record) => record.place.record,
        Err(error) => error.place.record,
    }
}

fn read(entry: Entry, target: &Url, spool: &Spool) -> Result<Record, Error> {
    let Entry { date, form, place, slot } = entry;
    match spool.get(slot) {
        Ok(block) => Record::new(Address { target: target.clone(), date, form }, block, place),
        Err(error) => Err(Error { place, fault: Fault::Spool(error) }),
    }
}

impl TryFrom<Record> for Capture {
    type Error = Error;

    fn try_from(record: Record) -> Result<Self, Error> {
        let Record { target, date, response, place } = record;
        match response {
            Some(response) => Ok(Self { target, date, response, place }),
            None => Err(Error { place, fault: Fault::Revisit }),
        }
    }
}
