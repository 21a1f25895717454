//! The pages of one archive, one after another.

use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use url::Url;

use super::error::{Error, Fault, Place};
use super::head::{Address, Form, Head, excerpt};
use super::http::{Response, head_end};
use super::stream::Stream;
use super::{MAX_BLOCK, MAX_HEAD};

/// Streams the pages of an archive: `.warc`, `.warc.gz` or `.warc.zst`, told apart by their first bytes.
///
/// The iterator yields what records say about pages of the web (`response`, `resource` and `revisit`) and
/// passes over the others. An error leaves out one record or, where [`Fault::ends_archive`], is the last
/// thing yielded; what stands before the damage has been yielded by then.
///
/// ```
/// use fineprint::archive::warc::Reader;
/// let archive = "WARC/1.1\r\nWARC-Type: resource\r\nWARC-Target-URI: https://acme.example/terms\r\n\
///     WARC-Date: 2026-03-01T00:00:00Z\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nTerms\r\n\r\n";
/// let page = Reader::new("terms.warc", archive.as_bytes())?.next().expect("one page")?;
/// assert_eq!(page.response.expect("with its body").body, "Terms");
/// # Ok::<(), fineprint::archive::warc::Error>(())
/// ```
pub struct Reader<'a> {
    stream: Stream<'a>,
    place: Place,
    /// What is left of the present record's block; `None` between records.
    block: Option<u64>,
    ended: bool,
}

/// A page at a time, as an archive has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The address captured.
    pub target: Url,
    /// When it was captured.
    pub date: Timestamp,
    /// The answer; for a bare resource one with status 200 and its media type. `None` for a revisit: the
    /// page was the same as in an earlier capture.
    pub response: Option<Response>,
    /// Where it stands, for messages.
    pub place: Place,
}

impl<'a> Reader<'a> {
    /// Begins to read an archive; `name` is for messages, `input` needs no buffering.
    ///
    /// # Errors
    /// If the first bytes can't be read.
    pub fn new(name: impl Into<Arc<str>>, input: impl Read + Send + 'a) -> Result<Self, Error> {
        let place = Place { archive: name.into(), record: 0, offset: 0 };
        match Stream::open(input) {
            Ok(stream) => Ok(Self { stream, place, block: None, ended: false }),
            Err(error) => Err(Error { place, fault: error.into() }),
        }
    }

    /// Where the present record is.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// How many bytes of the decompressed archive are behind it.
    pub(super) fn offset(&self) -> u64 {
        self.stream.offset()
    }

    /// Goes to the next record of any kind; its header.
    pub(super) fn next_head(&mut self) -> Result<Option<Head>, Error> {
        if self.ended {
            return Ok(None);
        }
        self.end_record()?;
        let head = self.read_head();
        let head = self.placed(head)?;
        match &head {
            Some(head) => self.block = Some(head.length),
            None => self.ended = true,
        }
        Ok(head)
    }

    /// Reads the block of the present record, with the check that it ends where it should.
    pub(super) fn block(&mut self) -> Result<Bytes, Error> {
        let length = self.block.unwrap_or_default();
        let block = match usize::try_from(length) {
            Ok(n) if length <= MAX_BLOCK => self.stream.take(n).map_err(Fault::from),
            _ => Err(Fault::TooLarge),
        };
        let block = self.placed(block)?;
        self.block = Some(0);
        self.end_record()?;
        Ok(block.into())
    }

    /// Passes over what is left of the present record, and checks that it ends where it should.
    pub(super) fn end_record(&mut self) -> Result<(), Error> {
        let Some(rest) = self.block.take() else { return Ok(()) };
        let ended = self.stream.skip(rest).map_err(Fault::from).and_then(|()| self.end_mark());
        self.placed(ended)
    }

    /// Two line ends close a record. One is enough here, and none at the very end: the length is right then.
    fn end_mark(&mut self) -> Result<(), Fault> {
        while self.stream.ahead().is_empty() {
            if !self.stream.fill()? {
                return Ok(());
            }
        }
        match self.stream.ahead() {
            [b'\r' | b'\n', ..] => Ok(()),
            _ => Err(Fault::WrongLength),
        }
    }

    fn read_head(&mut self) -> Result<Option<Head>, Fault> {
        loop {
            let ahead = self.stream.ahead();
            let newlines = ahead.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
            let found = newlines < ahead.len();
            self.stream.consume(newlines);
            if found {
                break;
            }
            if !self.stream.fill()? {
                return Ok(None);
            }
        }
        self.place.record += 1;
        self.place.offset = self.stream.offset();
        let end = self.find_head_end()?;
        let head = Head::parse(&self.stream.ahead()[..end])?;
        self.stream.consume(end);
        Ok(Some(head))
    }

    fn find_head_end(&mut self) -> Result<usize, Fault> {
        loop {
            let ahead = self.stream.ahead();
            let version = ahead.len().min(5);
            if ahead[..version] != b"WARC/"[..version] {
                self.stream.fill()?; // for the message: the first read may be short
                return Err(Fault::NotWarc(excerpt(self.stream.ahead())));
            }
            let searched = &ahead[..ahead.len().min(MAX_HEAD)];
            if let Some(end) = head_end(searched) {
                return Ok(end);
            }
            if searched.len() == MAX_HEAD {
                return Err(Fault::LongHead);
            }
            if !self.stream.fill()? {
                return Err(Fault::CutOff);
            }
        }
    }

    /// Says where a fault was met, and stops after one that ends the archive.
    fn placed<T>(&mut self, result: Result<T, Fault>) -> Result<T, Error> {
        result.map_err(|fault| {
            self.ended |= fault.ends_archive();
            Error { place: self.place.clone(), fault }
        })
    }

    /// Goes to the next record that is about a page; the page's address, and the record's block.
    pub(super) fn next_page(&mut self) -> Result<Option<(Address, Bytes)>, Error> {
        while let Some(head) = self.next_head()? {
            let address = head.address();
            if let Some(address) = self.placed(address)? {
                return Ok(Some((address, self.block()?)));
            }
        }
        Ok(None)
    }

    fn next_record(&mut self) -> Result<Option<Record>, Error> {
        let Some((address, block)) = self.next_page()? else { return Ok(None) };
        Record::new(address, block, self.place.clone()).map(Some)
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_record().transpose()
    }
}

impl Record {
    /// Reads the block of a page's record.
    pub(super) fn new(address: Address, block: Bytes, place: Place) -> Result<Self, Error> {
        let Address { target, date, form } = address;
        let response = match form {
            Form::Http => match Response::parse(block) {
                Ok(response) => Some(response),
                Err(fault) => return Err(Error { place, fault }),
            },
            Form::Body(media_type) => {
                let headers = media_type.map(|t| ("content-type".to_owned(), t)).into_iter().collect();
                Some(Response { status: 200, headers, body: block })
            }
            Form::Revisit => None,
        };
        Ok(Self { target, date, response, place })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read, repeat};

    use super::super::sample::{self, PAGES, gzip, read, zstd_with};
    use super::*;

    /// What is yielded: a body, or a message.
    fn story(archive: &[u8]) -> Vec<String> {
        let body = |r: Record| String::from_utf8(r.response.unwrap().body.to_vec()).unwrap();
        read(archive).into_iter().map(|r| r.map_or_else(|e| e.to_string(), body)).collect()
    }

    fn record(kind: &str, extra: &str, block: &str) -> String {
        let length = block.len();
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: <https://acme.example/terms>\r\n\
             WARC-Date: 2026-01-01T00:00:00Z\r\n{extra}Content-Length: {length}\r\n\r\n{block}\r\n\r\n"
        )
    }

    fn skippable(magic: u32, data: &[u8]) -> Vec<u8> {
        [&magic.to_le_bytes()[..], &(data.len() as u32).to_le_bytes(), data].concat()
    }

    #[test]
    fn every_format_gives_the_same_pages() {
        let plain = sample::archive(&PAGES);
        let (one, rest) = plain.split_at(sample::archive(&PAGES[..1]).len());
        let dictionary = b"<p>One <p>Two WARC-Type: response https://acme.example/".repeat(4);
        let with_dictionary = zstd_with(&plain, 20, &dictionary);
        for (format, archive) in [
            ("plain", plain.clone()),
            ("gzip, one member", gzip(&plain)),
            ("gzip, a member per record", [gzip(one), gzip(rest)].concat()),
            ("zstd, a long window", zstd_with(&plain, 27, &[])),
            ("zstd, a frame per record", [zstd_with(one, 20, &[]), zstd_with(rest, 20, &[])].concat()),
            ("zstd, a note before", [skippable(0x184D_2A50, b"note"), zstd_with(&plain, 20, &[])].concat()),
            ("zstd, a dictionary", [skippable(0x184D_2A5D, &dictionary), with_dictionary.clone()].concat()),
            (
                "zstd, a compressed dictionary",
                [skippable(0x184D_2A5D, &zstd_with(&dictionary, 20, &[])), with_dictionary].concat(),
            ),
        ] {
            assert_eq!(story(&archive), ["<p>One", "<p>Two", "<p>Three"], "{format}");
        }
        assert!(story(&[]).is_empty());
    }

    #[test]
    fn a_window_that_would_fill_the_memory_is_refused() {
        let archive = zstd_with(&sample::archive(&PAGES), 28, &[]);
        assert!(matches!(read(&archive)[..], [Err(Error { fault: Fault::Io(_), .. })]));
    }

    #[test]
    fn resources_and_revisits_are_pages_and_the_rest_is_passed_over() {
        let archive = [
            record("warcinfo", "", "software: x\r\n"),
            record("resource", "Content-Type: text/plain\r\n", "Terms"),
            record("request", "", "GET / HTTP/1.1\r\n\r\n"),
            record("revisit", "", "HTTP/1.1 304 Not Modified\r\n\r\n"),
        ];
        let records = read(archive.concat().as_bytes());
        let [Ok(resource), Ok(revisit)] = &records[..] else { panic!("{records:?}") };
        let response = resource.response.as_ref().unwrap();
        assert_eq!((response.status, &response.body[..]), (200, &b"Terms"[..]));
        assert_eq!(response.headers, [("content-type".to_owned(), "text/plain".to_owned())]);
        assert_eq!(resource.place.record, 2);
        assert_eq!(revisit.response, None);
    }

    #[test]
    fn a_bad_record_is_left_out_and_the_next_one_read() {
        let good = sample::archive(&PAGES[..1]);
        let bad = [record("response", "", "<p>no HTTP"), record("response", "WARC-Truncated: time\r\n", "")]
            .concat();
        insta::assert_snapshot!(story(&[&good, bad.as_bytes(), &good].concat()).join("\n"), @r"
        <p>One
        a.warc: record 2 at byte 459: left out: not an HTTP response (its headers have no end)
        a.warc: record 3 at byte 606: left out: only a part of the page was captured (time)
        <p>One
        ");
    }

    #[test]
    fn a_wrong_length_is_noticed_before_the_page_is_believed() {
        let good = record("resource", "", "Good");
        for wrong in ["Content-Length: 12", "Content-Length: 90"] {
            let bad = record("resource", "", "Thirteen char").replace("Content-Length: 13", wrong);
            assert_eq!(
                story([good.as_str(), &bad, &good].concat().as_bytes()),
                [
                    "Good",
                    "a.warc: record 2 at byte 140: the record does not end where its Content-Length says"
                ],
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_length_reserves_no_memory_and_a_long_record_is_left_out() {
        let claim =
            |length: u64| record("resource", "", "").replace("Length: 0", &format!("Length: {length}"));
        for length in [1 << 20, MAX_BLOCK, MAX_BLOCK + 1, u64::MAX] {
            let told = read(claim(length).as_bytes());
            assert!(told.last().unwrap().as_ref().is_err_and(|e| e.fault.ends_archive()), "{length}");
        }
        let (head, tail) = (claim(MAX_BLOCK + 1), record("resource", "", "Next"));
        let archive = Cursor::new(head.trim_end().to_owned() + "\r\n\r\n");
        let archive =
            archive.chain(repeat(b'x').take(MAX_BLOCK + 1)).chain(Cursor::new(format!("\r\n\r\n{tail}")));
        let told: Vec<_> = Reader::new("a", archive).unwrap().collect();
        assert!(matches!(told[..], [Err(Error { fault: Fault::TooLarge, .. }), Ok(_)]), "{told:?}");
    }

    #[test]
    fn what_is_no_archive_is_said_to_be_none() {
        assert_eq!(
            story(b"<!doctype html>\n<p>"),
            ["a.warc: record 1 at byte 0: not a WARC record, it begins with `<!doctype html> <p>`"]
        );
        let endless = [b"WARC/1.1\r\n".as_slice(), &b"a: b\r\n".repeat(20_000)].concat();
        assert_eq!(
            story(&endless),
            ["a.warc: record 1 at byte 0: the record's header is longer than 64 KiB"]
        );
    }
}
