//! Bytes to characters.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

/// How many bytes are searched for a `<meta charset>` (WHATWG HTML, "prescan a byte stream": 1024).
const PRESCAN: usize = 1024;

/// How many bytes tell an encoding that nothing declares; more take longer and tell no more.
const SAMPLE: usize = 256 * 1024;

/// Decodes a body: by its byte order mark, else the charset of the `Content-Type`, else `<meta>`, else UTF-8 if it
/// is valid, else by detection. Bytes that fit no character become U+FFFD; nothing fails.
pub fn decode<'a>(body: &'a [u8], content_type: Option<&str>) -> (Cow<'a, str>, &'static Encoding) {
    let declared = || content_type.and_then(charset_parameter).or_else(|| meta_charset(body));
    let encoding = match Encoding::for_bom(body) {
        Some((encoding, _)) => encoding,
        None => declared().unwrap_or_else(|| detect(body)),
    };
    let (text, encoding, _) = encoding.decode(body);
    (text, encoding)
}

fn charset_parameter(content_type: &str) -> Option<&'static Encoding> {
    let (_, value) = content_type
        .split(';')
        .skip(1)
        .filter_map(|p| p.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Encoding::for_label(value.trim().trim_matches(['"', '\'']).as_bytes())
}

fn meta_charset(body: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&body[..body.len().min(PRESCAN)]).to_ascii_lowercase();
    head.split("<meta").skip(1).find_map(|tag| {
        let tag = tag.split('>').next()?;
        let (_, rest) = tag.split_once("charset")?;
        let label = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
        let end = label.find(|c: char| matches!(c, '"' | '\'' | ';' | '/') || c.is_whitespace());
        match Encoding::for_label(&label.as_bytes()[..end.unwrap_or(label.len())])? {
            // The tag was read as ASCII, so the page isn't UTF-16 (WHATWG HTML, step 14 of the prescan).
            e if e == encoding_rs::UTF_16LE || e == encoding_rs::UTF_16BE => Some(UTF_8),
            e => Some(e),
        }
    })
}

fn detect(body: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(body).is_ok() {
        return UTF_8;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    let sample = &body[..body.len().min(SAMPLE)];
    detector.feed(sample, sample.len() == body.len());
    detector.guess(None, chardetng::Utf8Detection::Allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_comes_from_the_mark_the_header_the_page_or_the_bytes() {
        for (body, content_type, expected) in [
            (&b"\xEF\xBB\xBFcaf\xC3\xA9"[..], Some("text/html; charset=windows-1252"), "café"),
            (b"caf\xE9", Some("text/html; charset=ISO-8859-1"), "café"),
            (b"caf\xE9", Some("text/html; Charset=\"latin1\""), "café"),
            (
                b"<meta charset=windows-1251><p>\xEF\xF0\xE8\xE2\xE5\xF2",
                None,
                "<meta charset=windows-1251><p>привет",
            ),
            (
                b"<meta http-equiv=x content='text/html; charset=koi8-r'>\xD0",
                Some("text/html"),
                "<meta http-equiv=x content='text/html; charset=koi8-r'>п",
            ),
            ("naïve — 使用条款".as_bytes(), None, "naïve — 使用条款"),
            (
                b"\x83\x6E\x83\x8D\x81\x5B\x81\x41\x90\xA2\x8A\x45\x81\x42\x97\x98\x97\x70\x8B\x4B\x96\xF1",
                None,
                "ハロー、世界。利用規約",
            ),
            (b"<meta charset=utf-16>caf\xC3\xA9", None, "<meta charset=utf-16>café"),
            (b"caf\xE9", Some("text/html; charset=no-such-thing"), "café"),
        ] {
            assert_eq!(decode(body, content_type).0, expected);
        }
    }
}
