//! An HTTP answer as it went over the wire.

use bytes::Bytes;

use super::chunked::dechunk;
use super::error::Fault;
use super::{MAX_BLOCK, MAX_HEAD};
use crate::net::{self, Undecodable};

/// Header fields: names in lower case, in the order received.
pub(super) type Fields = Vec<(String, String)>;

/// An HTTP answer with its codings undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The response headers as received, names in lower case, in order; values that aren't UTF-8 are
    /// decoded as Latin-1.
    pub headers: Vec<(String, String)>,
    /// The body after transfer and content decoding, at most 64 MiB.
    pub body: Bytes,
}

impl Response {
    /// Reads an answer: status line, headers, body; never panics, whatever the bytes.
    ///
    /// The body isn't copied unless it is encoded. Codings that the headers name but the body doesn't
    /// have are passed over: many archives keep decoded bodies under the headers as received.
    ///
    /// # Errors
    /// If the bytes aren't an HTTP/1-style answer, or the body can't be decoded into 64 MiB.
    pub fn parse(block: Bytes) -> Result<Self, Fault> {
        let end =
            head_end(&block[..block.len().min(MAX_HEAD)]).ok_or(Fault::NotHttp("its headers have no end"))?;
        let head = &block[..end];
        let line = head.iter().position(|b| *b == b'\n').unwrap_or(end);
        let status = status(&head[..line]).ok_or(Fault::NotHttp("it has no status line"))?;
        let headers = fields(&head[line..]);
        let body = net::decode(&headers, dechunk(&headers, block.slice(end..))?, MAX_BLOCK)?;
        Ok(Self { status, headers, body })
    }
}

impl From<Undecodable> for Fault {
    fn from(why: Undecodable) -> Self {
        match why {
            Undecodable::TooLarge(_) => Self::TooLarge,
            why => Self::Coding(why.to_string()),
        }
    }
}

/// `HTTP/1.1 200 OK`; archives made by browsers have `HTTP/2 200` too.
fn status(line: &[u8]) -> Option<u16> {
    let mut words = line.strip_prefix(b"HTTP/")?.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty());
    let code = words.nth(1).filter(|code| code.len() == 3)?;
    str::from_utf8(code).ok()?.parse().ok().filter(|code| *code >= 100)
}

/// Where the header ends: behind its empty line.
pub(super) fn head_end(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let line = from + bytes[from..].iter().position(|b| *b == b'\n')? + 1;
        match bytes[line..] {
            [b'\n', ..] => return Some(line + 1),
            [b'\r', b'\n', ..] => return Some(line + 2),
            _ => from = line,
        }
    }
}

/// The fields of a header, from the line after its first to its end.
///
/// Lines without a colon are passed over, as browsers do; folded lines become one.
pub(super) fn fields(lines: &[u8]) -> Fields {
    let mut fields: Fields = Vec::new();
    for line in lines.split(|b| *b == b'\n') {
        let folded = line.first().is_some_and(|b| matches!(b, b' ' | b'\t'));
        let line = line.trim_ascii();
        if let (true, Some((_, value))) = (folded, fields.last_mut()) {
            value.push(' ');
            value.push_str(&text(line));
        } else if let Some(colon) = line.iter().position(|b| *b == b':') {
            let name = text(line[..colon].trim_ascii()).to_ascii_lowercase();
            fields.push((name, text(line[colon + 1..].trim_ascii())));
        }
    }
    fields
}

fn text(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(answer: &str) -> Result<Response, Fault> {
        Response::parse(Bytes::copy_from_slice(answer.as_bytes()))
    }

    #[test]
    fn an_answer_is_status_headers_and_body() {
        let answer = parse(
            "HTTP/1.1 404 Not Found\r\nContent-TYPE:text/html \r\nX-Two: a\r\nX-Two: b\r\n\r\n<p>\r\n\r\n",
        )
        .unwrap();
        assert_eq!(answer.status, 404);
        assert_eq!(answer.body, "<p>\r\n\r\n");
        let headers: Vec<_> = answer.headers.iter().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(headers, ["content-type=text/html", "x-two=a", "x-two=b"]);
    }

    #[test]
    fn sloppy_answers_are_read_as_browsers_read_them() {
        for answer in ["HTTP/2 200\r\n\r\nhi", "HTTP/1.0 200 OK\n\nhi", "HTTP/1.1  200\r\nnonsense\r\n\r\nhi"]
        {
            let answer = parse(answer).unwrap();
            assert_eq!((answer.status, &answer.body[..], answer.headers.len()), (200, &b"hi"[..], 0));
        }
        let folded = parse("HTTP/1.1 200 OK\r\na: one\r\n\ttwo\r\nb: 3\r\n\r\n").unwrap();
        assert_eq!(
            folded.headers,
            [("a".to_owned(), "one two".to_owned()), ("b".to_owned(), "3".to_owned())]
        );
    }

    #[test]
    fn values_in_latin_1_keep_their_letters() {
        let answer =
            Response::parse(Bytes::from_static(b"HTTP/1.1 200 \xe9\r\nx: caf\xe9\r\ny: \xc3\xa9\r\n\r\n"))
                .unwrap();
        assert_eq!(answer.headers[0].1, "café");
        assert_eq!(answer.headers[1].1, "é");
    }

    #[test]
    fn what_is_not_an_answer_is_refused() {
        for answer in
            ["", "<html>\n\n", "HTTP/1.1 200 OK", "HTTP/1.1\n\n", "HTTP/1.1 20 OK\n\n", "HTTP/1.1 +20 OK\n\n"]
        {
            assert!(matches!(parse(answer), Err(Fault::NotHttp(_))), "{answer}");
        }
        let endless = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(20_000));
        assert!(matches!(parse(&endless), Err(Fault::NotHttp(_))));
    }
}
