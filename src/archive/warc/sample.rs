//! Archives for tests.

use std::io::Write as _;

use super::{Compression, Error, Reader, Record, Response, Writer};

/// Two addresses, three captures: address, date, body.
pub const PAGES: [(&str, &str, &str); 3] = [
    ("https://acme.example/terms", "2026-01-01T00:00:00Z", "<p>One"),
    ("https://acme.example/privacy", "2026-01-02T00:00:00Z", "<p>Two"),
    ("https://acme.example/terms", "2026-01-03T00:00:00Z", "<p>Three"),
];

/// A plain archive of pages: address, date, body.
pub fn archive(pages: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), Compression::None);
    for (url, date, body) in pages {
        let response = Response { status: 200, headers: Vec::new(), body: (*body).to_owned().into() };
        writer.response(&url.parse().unwrap(), date.parse().unwrap(), &response).unwrap();
    }
    writer.finish().unwrap()
}

/// Everything that an archive yields.
pub fn read(archive: &[u8]) -> Vec<Result<Record, Error>> {
    match Reader::new("a.warc", archive) {
        Ok(reader) => reader.collect(),
        Err(error) => vec![Err(error)],
    }
}

/// A gzip member.
pub fn gzip(data: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(data).unwrap();
    out.finish().unwrap()
}

/// A zstd frame.
pub fn zstd_with(data: &[u8], window_log: u32, dictionary: &[u8]) -> Vec<u8> {
    let mut out = zstd::stream::write::Encoder::with_dictionary(Vec::new(), 1, dictionary).unwrap();
    out.window_log(window_log).unwrap();
    out.write_all(data).unwrap();
    out.finish().unwrap()
}
