//! Content codings (RFC 9110, section 8.4), undone in one go and within bounds.

use std::io::{self, Read};

use bytes::Bytes;
use flate2::bufread::GzDecoder;
use flate2::read::{DeflateDecoder, ZlibDecoder};

/// What can be undone, as a request says it.
pub const ACCEPTED: &str = "gzip, br, zstd, deflate";

/// More codings in a row than anyone sends; each costs a pass over the body.
const MAX_CODINGS: usize = 4;

/// More members than anyone makes of a page in gzip; each costs a decoder.
const MAX_MEMBERS: usize = 1_000;

/// Codings that are known, and can't be undone here. What else stands in a header by mistake, as `none` or a character
/// encoding, means nothing.
const OTHERS: [&str; 4] = ["compress", "x-compress", "dcb", "dcz"];

/// Why a body can't be decoded.
#[derive(Debug, thiserror::Error)]
pub enum Undecodable {
    /// It is longer than it may be.
    #[error("longer than {0} bytes")]
    TooLarge(u64),
    /// It ends in the middle.
    #[error("{0}: cut off")]
    CutOff(&'static str),
    /// It isn't what its headers say.
    #[error("{0}: {1}")]
    Broken(&'static str, io::Error),
    /// A coding that can't be undone here.
    #[error("packed with `{0}`, which can't be unpacked here")]
    Unknown(&'static str),
    /// A bomb, or a joke.
    #[error("{0} content codings")]
    TooMany(usize),
}

/// Undoes the `Content-Encoding`s of a body, which may have `most` bytes after each. It isn't copied if it has none.
///
/// A body that doesn't have the codings that its headers name, and is text, is taken as it is: some servers say so of
/// what is plain, and many archives keep decoded bodies under the headers as received.
///
/// # Errors
/// If a coding can't be undone, the body doesn't have it, or more comes out.
pub fn decode(headers: &[(String, String)], mut body: Bytes, most: u64) -> Result<Bytes, Undecodable> {
    let codings: Vec<String> = list(headers, "content-encoding").collect();
    if codings.len() > MAX_CODINGS {
        return Err(Undecodable::TooMany(codings.len()));
    }
    for coding in codings.iter().rev() {
        match undo(coding, &body, most) {
            Ok(Some(decoded)) => body = decoded.into(),
            Ok(None) => {}
            Err(Undecodable::TooLarge(most)) => return Err(Undecodable::TooLarge(most)),
            Err(_) if is_text(&body) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(body)
}

/// Whether a body is text, which nothing packed is: it would have control characters or break the rules of UTF-8.
fn is_text(body: &[u8]) -> bool {
    let is_odd = |c: char| c.is_control() && !c.is_ascii_whitespace();
    str::from_utf8(body).is_ok_and(|text| !text.contains(is_odd))
}

/// The values of a list header, in lower case.
pub fn list(headers: &[(String, String)], name: &str) -> impl Iterator<Item = String> {
    let fields = headers.iter().filter(move |(n, _)| n == name);
    fields.flat_map(|(_, v)| v.split(',')).map(|v| v.trim().to_ascii_lowercase())
}

/// How every gzip file begins (RFC 1952, section 2.3.1).
pub const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Unpacks a gzip file of at most `most` bytes.
pub fn gunzip(packed: &[u8], most: u64) -> Result<Vec<u8>, Undecodable> {
    Packed { body: packed, most }.gzip()
}

fn undo(coding: &str, body: &[u8], most: u64) -> Result<Option<Vec<u8>>, Undecodable> {
    let packed = Packed { body, most };
    match coding {
        "" | "identity" => Ok(None),
        _ if body.is_empty() => Ok(None), // answers to HEAD and 304s
        "gzip" | "x-gzip" => packed.gzip().map(Some),
        // Half of the web's servers took "deflate" for zlib's format, as the standard has it, half for the bare one.
        "deflate" => match packed.read("deflate", ZlibDecoder::new(body)) {
            Err(Undecodable::Broken(..)) => packed.read("deflate", DeflateDecoder::new(body)).map(Some),
            read => read.map(Some),
        },
        "br" => packed.brotli().map(Some),
        "zstd" => packed.zstandard().map(Some),
        other => match OTHERS.iter().find(|known| **known == other) {
            Some(known) => Err(Undecodable::Unknown(known)),
            None => Ok(None),
        },
    }
}

/// A packed body, and how many bytes may come out of it.
struct Packed<'a> {
    body: &'a [u8],
    most: u64,
}

impl Packed<'_> {
    /// One member after the other; what follows the last one and is none means nothing, as browsers have it.
    fn gzip(&self) -> Result<Vec<u8>, Undecodable> {
        // The last four bytes say how long the last member is, which is mostly the only one.
        let (mut rest, mut out) = (self.body, Vec::new());
        let mut expected = rest.last_chunk().map_or(0, |length| u64::from(u32::from_le_bytes(*length)));
        for _ in 0..MAX_MEMBERS {
            rest = self.append(&mut out, "gzip", GzDecoder::new(rest), expected)?.into_inner();
            if !rest.starts_with(&GZIP) {
                return Ok(shrunk(out));
            }
            expected = 0;
        }
        Err(broken("gzip", "more members than any real page has"))
    }

    fn brotli(&self) -> Result<Vec<u8>, Undecodable> {
        // "Large window" brotli isn't for HTTP, and would let seven bits reserve a gigabyte.
        if self.body.first().is_some_and(|b| b & 0x7f == 0x11) {
            return Err(broken("br", "a window that HTTP does not allow"));
        }
        self.read("br", brotli_decompressor::Decompressor::new(self.body, 64 << 10))
    }

    fn zstandard(&self) -> Result<Vec<u8>, Undecodable> {
        let decoder = || -> io::Result<_> {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(self.body)?;
            decoder.window_log_max(23)?; // 8 MiB, the most that HTTP allows (RFC 9659)
            Ok(decoder)
        };
        self.read("zstd", decoder().map_err(|why| Undecodable::Broken("zstd", why))?)
    }

    fn read(&self, coding: &'static str, decoder: impl Read) -> Result<Vec<u8>, Undecodable> {
        let mut out = Vec::new();
        self.append(&mut out, coding, decoder, 4 * self.body.len() as u64)?;
        Ok(shrunk(out))
    }

    /// Appends what comes out of a decoder, probably `expected` bytes.
    fn append<D: Read>(
        &self,
        out: &mut Vec<u8>,
        coding: &'static str,
        mut decoder: D,
        expected: u64,
    ) -> Result<D, Undecodable> {
        out.reserve(expected.min(self.most) as usize);
        let room = self.most - out.len() as u64;
        match decoder.by_ref().take(room + 1).read_to_end(out) {
            Err(why) if why.kind() == io::ErrorKind::UnexpectedEof => Err(Undecodable::CutOff(coding)),
            Err(why) => Err(Undecodable::Broken(coding, why)),
            Ok(_) if out.len() as u64 > self.most => Err(Undecodable::TooLarge(self.most)),
            Ok(_) => Ok(decoder),
        }
    }
}

fn broken(coding: &'static str, why: &str) -> Undecodable {
    Undecodable::Broken(coding, io::Error::new(io::ErrorKind::InvalidData, why))
}

fn shrunk(mut out: Vec<u8>) -> Vec<u8> {
    out.shrink_to_fit();
    out
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const PAGE: &[u8] = b"<p>We may suspend your account.</p>";
    const MOST: u64 = 1 << 20;

    fn undo(coding: &str, body: impl Into<Bytes>) -> Result<Bytes, Undecodable> {
        decode(&[("content-encoding".to_owned(), coding.to_owned())], body.into(), MOST)
    }

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut out = GzEncoder::new(Vec::new(), Compression::fast());
        out.write_all(data).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn every_content_coding_of_the_web_is_undone() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(PAGE).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        bare.write_all(PAGE).unwrap();
        // One uncompressed meta-block behind a 16-bit window, then the empty last one.
        let length = PAGE.len() - 1;
        let mut brotli = vec![(length << 4) as u8, (length >> 4) as u8, (1 << 4) | (length >> 12) as u8];
        brotli.extend_from_slice(PAGE);
        brotli.push(3);

        assert_eq!(undo("gzip", gzip(PAGE)).unwrap(), PAGE);
        assert_eq!(undo("deflate", zlib.finish().unwrap()).unwrap(), PAGE);
        assert_eq!(undo("deflate", bare.finish().unwrap()).unwrap(), PAGE);
        assert_eq!(undo("zstd", zstd::bulk::compress(PAGE, 1).unwrap()).unwrap(), PAGE);
        assert_eq!(undo("br", brotli).unwrap(), PAGE);
        assert_eq!(undo("GZip, x-gzip", gzip(&gzip(PAGE))).unwrap(), PAGE);
    }

    #[test]
    fn gzip_may_have_several_members_and_something_behind_them() {
        let (first, second) = PAGE.split_at(10);
        let members = [gzip(first), gzip(&[]), gzip(second)].concat();
        assert_eq!(undo("gzip", members.clone()).unwrap(), PAGE);
        assert_eq!(undo("gzip", [&members[..], b"\0\0\x1f"].concat()).unwrap(), PAGE);
        assert!(matches!(
            undo("gzip", [&members[..], &[0x1f, 0x8b, 8]].concat()),
            Err(Undecodable::CutOff("gzip"))
        ));
        assert_eq!(undo("gzip", gzip(b"a").repeat(MAX_MEMBERS)).unwrap(), "a".repeat(MAX_MEMBERS));
        assert!(matches!(undo("gzip", gzip(b"a").repeat(MAX_MEMBERS + 1)), Err(Undecodable::Broken(..))));
    }

    #[test]
    fn a_body_that_was_decoded_before_is_taken_as_it_is() {
        for coding in ["gzip", "deflate", "br", "zstd", "identity", "compress"] {
            assert_eq!(undo(coding, PAGE).unwrap(), PAGE, "{coding}");
        }
        assert_eq!(undo("gzip", Bytes::new()).unwrap(), "");
        assert_eq!(undo("iso-8859-1", &b"caf\xe9"[..]).unwrap(), &b"caf\xe9"[..]);
    }

    #[test]
    fn a_broken_body_is_refused() {
        let packed = gzip(&PAGE.repeat(100));
        let wrong = [&packed[..packed.len() - 8], &[0; 8]].concat();
        let broken = |coding, body: &[u8]| undo(coding, body.to_vec()).unwrap_err().to_string();
        assert_eq!(broken("gzip", &packed[..60]), "gzip: cut off");
        assert_eq!(broken("gzip", &wrong), "gzip: corrupt gzip stream does not have a matching checksum");
        assert_eq!(broken("br", &[0x11, 0xff, 0xff]), "br: a window that HTTP does not allow");
        assert_eq!(broken("compress", &[0x1f, 0x9d]), "packed with `compress`, which can't be unpacked here");
        assert_eq!(broken("br", b"\x1b"), "br: Invalid Data");
        assert_eq!(broken("a,b,c,d,e", PAGE), "5 content codings");
    }

    #[test]
    fn a_bomb_is_refused_at_its_bound() {
        let nothing = vec![0; MOST as usize + 1];
        let zstd = zstd::bulk::compress(&nothing, 1).unwrap();
        let halves = [gzip(&nothing[..MOST as usize / 2]), gzip(&nothing[..MOST as usize / 2 + 1])].concat();
        for (coding, bomb) in [("zstd", zstd), ("gzip", gzip(&nothing)), ("gzip", halves)] {
            assert!(bomb.len() < 100_000);
            assert!(matches!(undo(coding, bomb), Err(Undecodable::TooLarge(MOST))), "{coding}");
        }
        assert_eq!(undo("gzip", gzip(&nothing[1..])).unwrap().len() as u64, MOST);
        // What is said of the length is a hint, and may be a lie.
        let mut lie = gzip(PAGE);
        let end = lie.len() - 4;
        lie[end..].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(matches!(undo("gzip", lie), Err(Undecodable::Broken(..))));
    }
}
