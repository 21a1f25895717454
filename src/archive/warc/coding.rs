//! Transfer and content codings, undone within bounds.

use std::io::{self, Read};

use bytes::Bytes;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::MAX_BLOCK;
use super::error::Fault;

/// More codings in a row than anyone sends; each costs a pass over the body.
const MAX_CODINGS: usize = 4;

/// Undoes `Transfer-Encoding: chunked`, where the headers name it and the body has it.
pub(super) fn dechunk(headers: &[(String, String)], body: Bytes) -> Result<Bytes, Fault> {
    let chunked = values(headers, "transfer-encoding").any(|coding| coding == "chunked");
    if !chunked || chunk(&body).is_none() {
        return Ok(body); // an archive may keep the body without its chunks under the headers as received
    }
    // Never longer than the body: a chunk is shorter than its frame.
    let mut out = Vec::with_capacity(body.len());
    let mut rest = &body[..];
    loop {
        let broken = || Fault::Coding("chunked: a chunk is broken or cut off".to_owned());
        let (size, behind) = chunk(rest).ok_or_else(broken)?;
        if size == 0 {
            return Ok(out.into());
        }
        let data = usize::try_from(size).ok().and_then(|size| behind.split_at_checked(size));
        let (data, behind) = data.ok_or_else(broken)?;
        out.extend_from_slice(data);
        rest = behind.strip_prefix(b"\r\n").or_else(|| behind.strip_prefix(b"\n")).ok_or_else(broken)?;
    }
}

/// The size of a chunk, and what follows its first line.
fn chunk(bytes: &[u8]) -> Option<(u64, &[u8])> {
    // A size and its extensions are short; looking further would search a whole page for its first line.
    let end = bytes.iter().take(1024).position(|b| *b == b'\n')?;
    let size = bytes[..end].split(|b| *b == b';').next()?.trim_ascii();
    let valid = (1..=16).contains(&size.len()) && size.iter().all(u8::is_ascii_hexdigit);
    let size = u64::from_str_radix(str::from_utf8(size).ok().filter(|_| valid)?, 16).ok()?;
    Some((size, &bytes[end + 1..]))
}

/// Undoes the `Content-Encoding`s.
pub(super) fn decode(headers: &[(String, String)], mut body: Bytes) -> Result<Bytes, Fault> {
    let codings: Vec<String> = values(headers, "content-encoding").collect();
    if codings.len() > MAX_CODINGS {
        return Err(Fault::Coding(format!("{} content codings", codings.len())));
    }
    for coding in codings.iter().rev() {
        match decode_one(coding, &body) {
            Ok(Some(decoded)) => body = decoded,
            Ok(None) => {}
            Err(Fault::TooLarge) => return Err(Fault::TooLarge),
            // Many archives keep decoded bodies under the headers as received. No coding gives UTF-8.
            Err(_) if str::from_utf8(&body).is_ok() => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(body)
}

fn decode_one(coding: &str, body: &[u8]) -> Result<Option<Bytes>, Fault> {
    let decoded = match coding {
        "" | "identity" => return Ok(None),
        _ if body.is_empty() => return Ok(None), // answers to HEAD and 304s
        "gzip" | "x-gzip" => read_bounded(MultiGzDecoder::new(body)),
        // Half of the web's servers took "deflate" for zlib's format, as the standard has it, half for the bare one.
        "deflate" => match read_bounded(ZlibDecoder::new(body)) {
            Err(Fault::Coding(_)) => read_bounded(DeflateDecoder::new(body)),
            read => read,
        },
        "br" => brotli(body),
        "zstd" => zstandard(body),
        other => {
            Err(Fault::Coding(format!("unknown content coding `{}`", super::head::excerpt(other.as_bytes()))))
        }
    };
    match decoded {
        Ok(decoded) => Ok(Some(decoded)),
        Err(Fault::Coding(why)) => Err(Fault::Coding(format!("{coding}: {why}"))),
        Err(fault) => Err(fault),
    }
}

fn brotli(body: &[u8]) -> Result<Bytes, Fault> {
    // "Large window" brotli isn't for HTTP, and would let seven bits reserve a gigabyte.
    if body.first().is_some_and(|b| b & 0x7f == 0x11) {
        return Err(Fault::Coding("a window that HTTP does not allow".to_owned()));
    }
    read_bounded(brotli_decompressor::Decompressor::new(body, 64 << 10))
}

fn zstandard(body: &[u8]) -> Result<Bytes, Fault> {
    let read = || -> io::Result<_> {
        let mut decoder = zstd::stream::read::Decoder::with_buffer(body)?;
        decoder.window_log_max(23)?; // 8 MiB, the most that HTTP allows (RFC 9659)
        Ok(decoder)
    };
    read_bounded(read().map_err(Fault::Io)?)
}

fn read_bounded(decoder: impl Read) -> Result<Bytes, Fault> {
    let mut out = Vec::new();
    match decoder.take(MAX_BLOCK + 1).read_to_end(&mut out) {
        Err(e) => Err(Fault::Coding(e.to_string())),
        Ok(_) if out.len() as u64 > MAX_BLOCK => Err(Fault::TooLarge),
        Ok(_) => Ok(out.into()),
    }
}

/// The values of a list header, in lower case.
fn values(headers: &[(String, String)], name: &str) -> impl Iterator<Item = String> {
    let fields = headers.iter().filter(move |(n, _)| n == name);
    fields.flat_map(|(_, v)| v.split(',')).map(|v| v.trim().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const PAGE: &[u8] = b"<p>We may suspend your account.</p>";

    fn header(name: &str, value: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), value.to_owned())]
    }

    fn undo(coding: &str, body: impl Into<Bytes>) -> Result<Bytes, Fault> {
        decode(&header("content-encoding", coding), body.into())
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
    fn a_body_that_was_decoded_before_is_taken_as_it_is() {
        for coding in ["gzip", "deflate", "br", "zstd", "identity", "compress"] {
            assert_eq!(undo(coding, PAGE).unwrap(), PAGE, "{coding}");
        }
        assert_eq!(undo("gzip", Bytes::new()).unwrap(), "");
    }

    #[test]
    fn a_broken_body_is_refused() {
        let cut = gzip(&PAGE.repeat(100))[..60].to_vec();
        for (coding, body) in [("gzip", cut), ("br", vec![0x11, 0xff, 0xff]), ("compress", vec![0x1f, 0x9d])]
        {
            assert!(
                matches!(undo(coding, body), Err(Fault::Coding(why)) if why.contains(coding)),
                "{coding}"
            );
        }
        assert!(matches!(undo("a,b,c,d,e", PAGE), Err(Fault::Coding(_))));
    }

    #[test]
    fn a_bomb_is_refused_at_its_bound() {
        let bomb = zstd::bulk::compress(&vec![0; MAX_BLOCK as usize + 1], 1).unwrap();
        assert!(bomb.len() < 100_000);
        assert!(matches!(undo("zstd", bomb), Err(Fault::TooLarge)));
    }

    #[test]
    fn chunks_are_joined() {
        let dechunk =
            |body: &'static str| dechunk(&header("transfer-encoding", "gzip, Chunked"), body.into());
        assert_eq!(
            dechunk("3\r\nabc\r\n0a;x=y\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n").unwrap(),
            "abc0123456789"
        );
        assert_eq!(dechunk("0\r\n\r\n").unwrap(), "");
        assert_eq!(dechunk("<p>no chunks</p>").unwrap(), "<p>no chunks</p>");
        for broken in ["3\r\nab", "3\r\nabcd", "3\r\nabc\r\n", "ffffffffffffffff\r\na\r\n0\r\n\r\n"] {
            assert!(matches!(dechunk(broken), Err(Fault::Coding(_))), "{broken}");
        }
    }
}
