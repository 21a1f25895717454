//! The header of a record.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use url::Url;

use super::error::Fault;
use super::http::{Fields, fields};

/// What the header of a record says, as far as it matters here.
pub(super) struct Head {
    /// The length of the block that follows.
    pub length: u64,
    kind: String,
    headers: Fields,
}

/// The page that a record is about.
#[derive(Debug)]
pub(super) struct Address {
    pub target: Url,
    pub date: Timestamp,
    pub form: Form,
}

/// How a record holds its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// As an HTTP answer.
    Http,
    /// As the bare body, of this media type.
    Body(Option<String>),
    /// Not at all: it was the same as in an earlier capture.
    Revisit,
}

impl Head {
    /// Reads a whole header, from the version to the empty line.
    pub fn parse(head: &[u8]) -> Result<Self, Fault> {
        let (version, rest) = match head.iter().position(|b| *b == b'\n') {
            Some(end) => head.split_at(end + 1),
            None => (head, &[][..]),
        };
        if !version.starts_with(b"WARC/") {
            return Err(Fault::NotWarc(excerpt(head)));
        }
        let headers = fields(rest);
        let value = |name| value(&headers, name);
        // The number goes into arithmetic only; what is read is bounded by what is there.
        let length = value("content-length").and_then(|v| v.parse().ok()).ok_or(Fault::NoLength)?;
        let kind = value("warc-type").unwrap_or_default().to_ascii_lowercase();
        Ok(Self { length, kind, headers })
    }

    /// Which page it is about, if it is about a page of the web at all.
    pub fn address(&self) -> Result<Option<Address>, Fault> {
        let form = match self.kind.as_str() {
            "response" => Form::Http,
            "resource" => Form::Body(self.value("content-type").map(str::to_owned)),
            "revisit" => Form::Revisit,
            _ => return Ok(None),
        };
        let target = self.value("warc-target-uri").unwrap_or_default();
        // WARC 1.0 showed the address in angle brackets by mistake, and writers followed it.
        let target = target.strip_prefix('<').and_then(|t| t.strip_suffix('>')).unwrap_or(target);
        let target = Url::parse(target).map_err(|_| Fault::BadTarget(excerpt(target.as_bytes())))?;
        if !matches!(target.scheme(), "http" | "https") {
            return Ok(None); // name look-ups and a crawler's own notes are kept as records too
        }
        if let Some(reason) = self.partial() {
            return Err(Fault::Partial(reason));
        }
        let date = self.value("warc-date").unwrap_or_default();
        let date = parse_date(date).ok_or_else(|| Fault::BadDate(excerpt(date.as_bytes())))?;
        Ok(Some(Address { target, date, form }))
    }

    fn partial(&self) -> Option<String> {
        let truncated = self.value("warc-truncated").map(|why| excerpt(why.as_bytes()));
        truncated.or_else(|| self.value("warc-segment-number").map(|_| "segmented record".to_owned()))
    }

    fn value(&self, name: &str) -> Option<&str> {
        value(&self.headers, name)
    }
}

fn value<'a>(headers: &'a Fields, name: &str) -> Option<&'a str> {
    headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
}

/// The first characters of something unexpected, safe to show in one line.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]);
    start.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim_end().to_owned()
}

/// A date as WARC 1.1 allows it: RFC 3339 in UTC, or cut off after the year, month, day or minute.
fn parse_date(text: &str) -> Option<Timestamp> {
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let bytes = text.as_bytes();
    let whole = match bytes {
        [_, _, _, _] => format!("{text}-01-01"),
        [_, _, _, _, b'-', _, _] => format!("{text}-01"),
        _ => text.to_owned(),
    };
    if whole.len() != "2026-01-01".len() {
        return None;
    }
    let day: Date = whole.parse().ok()?;
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(lines: &str) -> Result<Head, Fault> {
        Head::parse(format!("WARC/1.1\r\n{}\r\n\r\n", lines.replace('\n', "\r\n")).as_bytes())
    }

    #[test]
    fn names_have_no_case_and_addresses_may_stand_in_brackets() {
        let head = head("warc-TYPE: Response\nWARC-TARGET-uri: <https://acme.example/terms>\nwarc-date: 2026-01-02T03:04:05Z\ncontent-length: 7").unwrap();
        let address = head.address().unwrap().unwrap();
        assert_eq!(head.length, 7);
        assert_eq!(address.target.as_str(), "https://acme.example/terms");
        assert_eq!(address.form, Form::Http);
    }

    #[test]
    fn dates_may_be_cut_off_anywhere() {
        for (text, date) in [
            ("2026", "2026-01-01T00:00:00Z"),
            ("2026-03", "2026-03-01T00:00:00Z"),
            ("2026-03-04", "2026-03-04T00:00:00Z"),
            ("2026-03-04T05:06Z", "2026-03-04T05:06:00Z"),
            ("2026-03-04T05:06:07Z", "2026-03-04T05:06:07Z"),
            ("2026-03-04T05:06:07.123456789Z", "2026-03-04T05:06:07.123456789Z"),
        ] {
            assert_eq!(parse_date(text), Some(date.parse().unwrap()), "{text}");
        }
        for text in ["", "now", "20260304050607", "2026-13", "2026-02-30", "€€"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn only_pages_of_the_web_are_pages() {
        let of = |kind: &str, target: &str| {
            head(&format!("WARC-Type: {kind}\nWARC-Target-URI: {target}\nWARC-Date: 2026\nContent-Length: 0"))
                .unwrap()
                .address()
        };
        assert!(of("response", "https://acme.example/").unwrap().is_some());
        for (kind, target) in
            [("request", "https://acme.example/"), ("response", "dns:acme.example"), ("warcinfo", "")]
        {
            assert!(of(kind, target).unwrap().is_none(), "{kind} {target}");
        }
        assert!(matches!(of("response", "acme"), Err(Fault::BadTarget(t)) if t == "acme"));
    }

    #[test]
    fn half_a_page_is_no_page() {
        let base =
            "WARC-Type: response\nWARC-Target-URI: https://acme.example/\nWARC-Date: 2026\nContent-Length: 0";
        for extra in ["WARC-Truncated: length", "WARC-Segment-Number: 1"] {
            let head = head(&format!("{base}\n{extra}")).unwrap();
            assert!(matches!(head.address(), Err(Fault::Partial(_))), "{extra}");
        }
    }

    #[test]
    fn a_length_is_a_number() {
        for length in ["", "-1", "1e3", "18446744073709551616", "12 34"] {
            let head = head(&format!("Content-Length: {length}"));
            assert!(matches!(head, Err(Fault::NoLength)), "{length}");
        }
    }
}
