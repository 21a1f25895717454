//! Servers whose bodies are too large, packed to be too large, or not what they are said to be.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use super::{HTML, each, ok};
use crate::web::Answer;

/// 64 MB of nothing: 64 kB in gzip, 2 kB in zstd.
fn nothing() -> Vec<u8> {
    vec![b' '; 64 * 1024 * 1024]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

fn packed(how: &str, body: Vec<u8>) -> Answer {
    Answer::full(200, &[HTML, ("content-encoding", how)], body)
}

fn chunked(body: &str) -> Answer {
    Answer::head(200, &[HTML, ("transfer-encoding", "chunked")]).then_send(body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_as_body() {
    let terms = b"<p>We may suspend your account.".repeat(400);
    // What `brotli` makes of 4 MB of spaces: a stream of one huge repetition.
    let brotli = [0x1f, 0xff, 0xff, 0xff, 0xff, 0x27, 0x00, 0x40, 0xa2, 0x00, 0x00];
    each(vec![
        ("endless", ok().then_endlessly([b'x'; 4096]), "the page is larger than 65536 bytes (retry: no)"),
        (
            "announced as nine gigabytes",
            Answer::head(200, &[HTML, ("content-length", "9000000000")]).then_stall(),
            "the page is larger than 65536 bytes (retry: no)",
        ),
        ("a gzip bomb", packed("gzip", gzip(&nothing())), "the page is larger than 65536 bytes (retry: no)"),
        (
            "a zlib bomb",
            packed("deflate", zlib(&nothing())),
            "the page is larger than 65536 bytes (retry: no)",
        ),
        ("a zstd bomb", packed("zstd", zstd(&nothing())), "the page is larger than 65536 bytes (retry: no)"),
        (
            "a brotli stream that is none",
            packed("br", brotli.to_vec()),
            "the answer can't be read: br: Invalid Data (retry: soon)",
        ),
        ("gzip within gzip", packed("gzip, gzip", gzip(&gzip(&terms))), "page 200, 12400 bytes"),
        (
            "gzip that breaks off",
            packed("gzip", gzip(&terms)[..60].to_vec()),
            "the answer broke off (retry: soon)",
        ),
        (
            "gzip with a wrong sum",
            packed("gzip", [&gzip(&terms)[..gzip(&terms).len() - 8], &[0; 8]].concat()),
            "the answer can't be read: gzip: corrupt gzip stream does not have a matching checksum (retry: soon)",
        ),
        (
            "gzip that is plain text",
            packed("gzip", b"<p>Plain.".to_vec()),
            "page 200, 9 bytes",
        ),
        (
            "gzip and something behind it",
            packed("gzip", [&gzip(&terms)[..], b"trailing"].concat()),
            "page 200, 12400 bytes",
        ),
        (
            "raw deflate",
            packed("deflate", deflate(&terms)),
            "page 200, 12400 bytes",
        ),
        ("fine gzip", packed("gzip", gzip(&terms)), "page 200, 12400 bytes"),
        ("fine zstd", packed("zstd", zstd(&terms)), "page 200, 12400 bytes"),
        ("an unknown packing", packed("smoke", b"<p>Plain.".to_vec()), "page 200, 9 bytes"),
        (
            "chunks of no size",
            chunked("zz\r\nabc\r\n"),
            "the answer can't be read: Invalid chunk size line: missing size digit (retry: soon)",
        ),
        (
            "chunks of a size beyond numbers",
            chunked("fffffffffffffffff\r\nabc\r\n"),
            "the answer can't be read: invalid chunk size: overflow (retry: soon)",
        ),
        (
            "chunks that never end",
            Answer::head(200, &[HTML, ("transfer-encoding", "chunked")]).then_endlessly(*b"4\r\nxxxx\r\n"),
            "the page is larger than 65536 bytes (retry: no)",
        ),
        ("chunks that break off", chunked("5\r\nab"), "the answer broke off (retry: soon)"),
        (
            "an endless chunk extension",
            chunked("5;").then_endlessly([b'x'; 4096]),
            "the answer can't be read: chunk extensions over limit (retry: soon)",
        ),
        (
            "a longer body than said",
            Answer::head(200, &[HTML, ("content-length", "3")]).then_send("abcdef"),
            "page 200, 3 bytes",
        ),
        ("nothing", Answer::page(""), "page 200, 0 bytes"),
        (
            "another encoding than said",
            Answer::full(200, &[("content-type", "text/html; charset=nonsense")], b"caf\xe9".to_vec()),
            "page 200, 4 bytes",
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_status_says() {
    each(vec![
        ("no content", Answer::head(204, &[]), "page 204, 0 bytes"),
        (
            "partial content unasked",
            Answer::full(206, &[HTML, ("content-range", "bytes 0-4/100")], "<p>Ha"),
            "page 206, 5 bytes",
        ),
        ("multiple choices", Answer::full(300, &[HTML], "<p>Choose."), "page 300, 10 bytes"),
        (
            "not modified unasked",
            Answer::head(304, &[]),
            "the server answered 304 (not modified) without having been asked for changes (retry: soon)",
        ),
        (
            "who are you",
            Answer::full(401, &[("www-authenticate", "Basic")], "<p>Log in."),
            "page 401, 10 bytes",
        ),
        ("forbidden", Answer::full(403, &[HTML], "<p>Are you human?"), "page 403, 17 bytes"),
        ("missing", Answer::status(404), "page 404, 0 bytes"),
        (
            "a proxy's question",
            Answer::full(407, &[("proxy-authenticate", "Basic")], ""),
            "page 407, 0 bytes",
        ),
        ("gone", Answer::status(410), "page 410, 0 bytes"),
        ("for legal reasons", Answer::status(451), "page 451, 0 bytes"),
        (
            "limited",
            Answer::full(429, &[("retry-after", "Sun, 01 Mar 2026 13:00:00 GMT")], "later"),
            "page 429, 5 bytes, again at 2026-03-01T13:00:00Z",
        ),
        (
            "in a year",
            Answer::full(500, &[("retry-after", "31536000")], "later"),
            "page 500, 5 bytes, again at 2026-03-02T12:00:00Z",
        ),
        (
            "overloaded",
            Answer::full(503, &[("retry-after", "120")], "later"),
            "page 503, 5 bytes, again at 2026-03-01T12:02:00Z",
        ),
        (
            "overloaded yesterday",
            Answer::full(503, &[("retry-after", "Sat, 28 Feb 2026 12:00:00 GMT")], "later"),
            "page 503, 5 bytes",
        ),
        (
            "overloaded until soon",
            Answer::full(503, &[("retry-after", "soon")], "later"),
            "page 503, 5 bytes",
        ),
        ("unknown trouble", Answer::status(520), "page 520, 0 bytes"),
    ])
    .await;
}
