//! WARC 1.1, written so that others can read and check it.

use std::io::{self, Write};

use flate2::write::GzEncoder;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::http::Response;
use crate::model::Digest;

/// Writes an archive, record by record.
///
/// Every record carries SHA-256 digests and an id made from its content, so the same pages
/// give the same archive, byte for byte.
///
/// ```
/// use fineprint::archive::warc::{Compression, Reader, Response, Writer};
/// let page = Response { status: 200, headers: vec![("content-type".into(), "text/plain".into())], body: "Terms".into() };
/// let url = "https://acme.example/terms".parse()?;
/// let date = "2026-03-01T00:00:00Z".parse()?;
///
/// let mut writer = Writer::new(Vec::new(), Compression::Gzip);
/// writer.info(date, &[("software", "fineprint")])?;
/// writer.response(&url, date, &page)?;
/// let archive = writer.finish()?;
///
/// let record = Reader::new("terms.warc.gz", archive.as_slice())?.next().expect("one page")?;
/// assert_eq!(record.response, Some(page));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Writer<W> {
    out: W,
    compression: Compression,
}

/// The name of a record, by which others refer to it: `<urn:uuid:…>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordId(String);

impl RecordId {
    /// The name, in its brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How the records of an archive are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not at all: `.warc`.
    None,
    /// Each record by itself, so that each can be read by itself: `.warc.gz`.
    Gzip,
}

/// Fields that describe the transfer and not the page: they no longer hold for the decoded body.
const TRANSFER: [&str; 3] = ["content-encoding", "transfer-encoding", "content-length"];

impl<W: Write> Writer<W> {
    /// Begins an archive.
    pub fn new(out: W, compression: Compression) -> Self {
        Self { out, compression }
    }

    /// Says how the archive came about, in fields such as `software` and `description`.
    pub fn info(&mut self, date: Timestamp, fields: &[(&str, &str)]) -> io::Result<()> {
        let block: String =
            fields.iter().map(|(name, value)| format!("{name}: {}\r\n", line(value))).collect();
        let record = Draft { media_type: "application/warc-fields", ..Draft::new("warcinfo", date) };
        self.record(&Draft { payload: block.as_bytes(), ..record }).map(drop)
    }

    /// Adds the request that led to a response: its method, and its headers but for `Host`.
    ///
    /// Secrets must have been taken out of the headers; what is written here gets passed on.
    pub fn request(
        &mut self,
        url: &Url,
        date: Timestamp,
        method: &str,
        headers: &[(String, String)],
    ) -> io::Result<()> {
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
        let head =
            format!("{} {path} HTTP/1.1\r\nhost: {host}\r\n{}\r\n", line(method), header_lines(headers));
        let record = Draft { media_type: "application/http; msgtype=request", ..Draft::new("request", date) };
        self.record(&Draft { target: Some(url.as_str()), head: &head, ..record }).map(drop)
    }

    /// Adds a page; returns the name of its record.
    ///
    /// The body is written decoded, as [`Response`] has it. Headers about its transfer that no longer hold
    /// get the customary prefix `x-orig-`, so that no reader decodes twice.
    pub fn response(&mut self, url: &Url, date: Timestamp, response: &Response) -> io::Result<RecordId> {
        let length = response.body.len().to_string();
        let stale = |name: &str, value: &str| TRANSFER.contains(&name) && value != length;
        let rename = |(n, v): &(String, String)| {
            (if stale(n, v) { format!("x-orig-{n}") } else { n.clone() }, v.clone())
        };
        let headers: Vec<_> = response.headers.iter().map(rename).collect();
        let head = format!("HTTP/1.1 {:03} \r\n{}\r\n", response.status, header_lines(&headers));
        let payload_digest = Some(Digest::of(&response.body));
        let record = Draft {
            target: Some(url.as_str()),
            head: &head,
            payload: &response.body,
            ..Draft::new("response", date)
        };
        self.record(&Draft { media_type: "application/http; msgtype=response", payload_digest, ..record })
    }

    /// Adds that a page came again with the same body as one that stands in the archive, `of`, captured at `before`.
    pub fn revisit(
        &mut self,
        url: &Url,
        date: Timestamp,
        status: u16,
        (of, before): (&RecordId, Timestamp),
        body: Digest,
    ) -> io::Result<RecordId> {
        let fields = format!(
            "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest\r\nWARC-Refers-To: {}\r\n\
             WARC-Refers-To-Target-URI: {url}\r\nWARC-Refers-To-Date: {before}\r\n",
            of.as_str()
        );
        let head = format!("HTTP/1.1 {status:03} \r\n\r\n");
        let record =
            Draft { target: Some(url.as_str()), head: &head, fields: &fields, ..Draft::new("revisit", date) };
        let media_type = "application/http; msgtype=response";
        self.record(&Draft { media_type, payload_digest: Some(body), ..record })
    }

    /// Adds what is known about the capture in another record, as JSON.
    ///
    /// Its own address is `urn:fineprint:` and that of the page: under the page's, programs that replay archives would
    /// show it in place of the page.
    pub fn metadata(
        &mut self,
        url: &Url,
        date: Timestamp,
        about: &RecordId,
        json: &[u8],
    ) -> io::Result<RecordId> {
        let fields = format!("WARC-Concurrent-To: {}\r\n", about.as_str());
        let target = format!("urn:fineprint:{url}");
        let record =
            Draft { target: Some(&target), fields: &fields, payload: json, ..Draft::new("metadata", date) };
        self.record(&Draft { media_type: "application/json", ..record })
    }

    /// Ends the archive.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }

    fn record(&mut self, record: &Draft<'_>) -> io::Result<RecordId> {
        let Draft { kind, date, head, payload, media_type, .. } = record;
        let block_digest = Digest(Sha256::new().chain_update(head).chain_update(payload).finalize().into());
        let id = record_id(kind, record.target.unwrap_or_default(), *date, block_digest);
        let mut header = format!(
            "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {}\r\nWARC-Date: {date}\r\n",
            id.as_str()
        );
        if let Some(target) = record.target {
            header += &format!("WARC-Target-URI: {target}\r\n");
        }
        header += record.fields;
        if let Some(digest) = record.payload_digest {
            header += &format!("WARC-Payload-Digest: sha256:{digest}\r\n");
        }
        header += &format!(
            "WARC-Block-Digest: sha256:{block_digest}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\r\n",
            head.len() + payload.len(),
        );
        let parts = [header.as_bytes(), head.as_bytes(), payload, b"\r\n\r\n"];
        match self.compression {
            Compression::None => parts.iter().try_for_each(|part| self.out.write_all(part))?,
            Compression::Gzip => {
                let mut member = GzEncoder::new(&mut self.out, flate2::Compression::default());
                parts.iter().try_for_each(|part| member.write_all(part))?;
                member.finish()?;
            }
        }
        Ok(id)
    }
}

/// A record that is about to be written; its block is a head and a payload.
struct Draft<'d> {
    kind: &'static str,
    date: Timestamp,
    target: Option<&'d str>,
    /// Fields of its kind, each in a line.
    fields: &'d str,
    payload_digest: Option<Digest>,
    media_type: &'static str,
    head: &'d str,
    payload: &'d [u8],
}

impl Draft<'_> {
    fn new(kind: &'static str, date: Timestamp) -> Self {
        let (fields, media_type, head, payload) = ("", "", "", [].as_slice());
        Self { kind, date, target: None, fields, payload_digest: None, media_type, head, payload }
    }
}

/// A UUID of version 8, made from what the record says.
fn record_id(kind: &str, target: &str, date: Timestamp, block: Digest) -> RecordId {
    let text = format!("{kind}\n{target}\n{date}\n{block}");
    let mut id = [0; 16];
    id.copy_from_slice(&Digest::of(text.as_bytes()).0[..16]);
    let id = u128::from_be_bytes(id) & !(0xf << 76) & !(0x3 << 62) | (0x8 << 76) | (0x2 << 62);
    let hex = format!("{id:032x}");
    let uuid = format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
    RecordId(format!("<urn:uuid:{uuid}>"))
}

fn header_lines(headers: &[(String, String)]) -> String {
    headers.iter().map(|(name, value)| format!("{}: {}\r\n", line(name), line(value))).collect()
}

/// A value that stays in its line, whatever it was made from.
fn line(value: &str) -> String {
    value.replace(['\r', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use super::super::{Reader, sample};
    use super::*;

    fn page(headers: &[(&str, &str)], body: &'static str) -> Response {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Response { status: 200, headers, body: body.into() }
    }

    #[test]
    fn an_archive_says_what_it_holds() {
        let mut writer = Writer::new(Vec::new(), Compression::None);
        let url: Url = "https://acme.example:8443/terms?v=2#top".parse().unwrap();
        let date = "2026-03-01T00:00:00.25Z".parse().unwrap();
        writer.info(date, &[("software", "fineprint")]).unwrap();
        writer.request(&url, date, "GET", &[("accept".to_owned(), "text/html".to_owned())]).unwrap();
        writer.response(&url, date, &page(&[("content-type", "text/html")], "<p>Terms")).unwrap();
        let archive = String::from_utf8(writer.finish().unwrap()).unwrap();
        insta::assert_snapshot!(archive.replace("\r\n", "␍\n"), @r"
        WARC/1.1␍
        WARC-Type: warcinfo␍
        WARC-Record-ID: <urn:uuid:867dc3f4-ea85-8ef8-af0b-e491b8c785e1>␍
        WARC-Date: 2026-03-01T00:00:00.25Z␍
        WARC-Block-Digest: sha256:b770dbec68c5671dc9f36298633fc6dc706f8e2b18f4ccef45e95f4823f27899␍
        Content-Type: application/warc-fields␍
        Content-Length: 21␍
        ␍
        software: fineprint␍
        ␍
        ␍
        WARC/1.1␍
        WARC-Type: request␍
        WARC-Record-ID: <urn:uuid:59bd4bd3-cfa7-874a-9ecc-60af8ce93b32>␍
        WARC-Date: 2026-03-01T00:00:00.25Z␍
        WARC-Target-URI: https://acme.example:8443/terms?v=2#top␍
        WARC-Block-Digest: sha256:f74b0cf8e30a3e8e88aa40537e439186bde78e4e00178063a5ea19ca1ca0b6e8␍
        Content-Type: application/http; msgtype=request␍
        Content-Length: 71␍
        ␍
        GET /terms?v=2 HTTP/1.1␍
        host: acme.example:8443␍
        accept: text/html␍
        ␍
        ␍
        ␍
        WARC/1.1␍
        WARC-Type: response␍
        WARC-Record-ID: <urn:uuid:39b3a9f3-0982-8f2f-a2bd-829e386177e1>␍
        WARC-Date: 2026-03-01T00:00:00.25Z␍
        WARC-Target-URI: https://acme.example:8443/terms?v=2#top␍
        WARC-Payload-Digest: sha256:b91ca750815e3a30769c701b49923b6295711a73d8c2a5c314f98da07901183b␍
        WARC-Block-Digest: sha256:a97eb01d3a304ff96966eb895d8b5a35c867158f89cea9e18961f578852d4e14␍
        Content-Type: application/http; msgtype=response␍
        Content-Length: 50␍
        ␍
        HTTP/1.1 200 ␍
        content-type: text/html␍
        ␍
        <p>Terms␍
        ␍
        ");
    }

    #[test]
    fn the_same_page_gets_the_same_id_and_another_page_another() {
        let id = |date, body| {
            let archive = sample::archive(&[("https://acme.example/", date, body)]);
            let id = archive.split(|b| *b == b'\n').find(|line| line.starts_with(b"WARC-Record-ID"));
            id.unwrap().to_vec()
        };
        let one = id("2026-01-01T00:00:00Z", "a");
        assert_eq!(one, id("2026-01-01T00:00:00Z", "a"));
        assert_ne!(one, id("2026-01-01T00:00:00Z", "b"));
        assert_ne!(one, id("2026-01-02T00:00:00Z", "a"));
    }

    #[test]
    fn headers_that_no_longer_hold_are_set_aside() {
        let mut writer = Writer::new(Vec::new(), Compression::None);
        let sent = page(
            &[("content-encoding", "gzip"), ("content-length", "5"), ("etag", "x\r\nset-cookie: y")],
            "<p>Terms",
        );
        writer.response(&"https://acme.example/".parse().unwrap(), Timestamp::UNIX_EPOCH, &sent).unwrap();
        let archive = writer.finish().unwrap();
        let read = Reader::new("a", archive.as_slice()).unwrap().next().unwrap().unwrap().response.unwrap();
        let names: Vec<&str> = read.headers.iter().map(|(n, _)| n.as_str()).collect();
        assert_eq!(names, ["x-orig-content-encoding", "x-orig-content-length", "etag"]);
        assert_eq!(read.body, "<p>Terms");
    }
}
