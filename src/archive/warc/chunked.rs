//! `Transfer-Encoding: chunked`, undone.

use bytes::Bytes;

use super::error::Fault;
use crate::net;

/// Undoes `Transfer-Encoding: chunked`, where the headers name it and the body has it.
pub(super) fn dechunk(headers: &[(String, String)], body: Bytes) -> Result<Bytes, Fault> {
    let chunked = net::list(headers, "transfer-encoding").any(|coding| coding == "chunked");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined() {
        let headers = [("transfer-encoding".to_owned(), "gzip, Chunked".to_owned())];
        let dechunk = |body: &'static str| dechunk(&headers, body.into());
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
