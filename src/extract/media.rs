//! What a page is: by the type that is declared, and by looking, for servers often say nothing, or something wrong.

use super::Page;
use super::decode;

/// The kinds of page that are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Media {
    /// HTML, and XHTML, which browsers show all the same.
    Html,
    /// Markdown.
    Markdown,
    /// Text without markup.
    Plain,
    /// JSON.
    Json,
    /// RSS or Atom.
    Feed,
    /// PDF.
    Pdf,
    /// A Word document.
    Docx,
    /// Anything else: what it is said to be.
    Other(String),
}

/// How many bytes tell what a page is.
const HEAD: usize = 2048;

/// Tells what a page is. What bytes show beyond doubt wins over what is declared: a PDF is one under any name.
pub(super) fn of(page: &Page<'_>) -> Media {
    let declared = page.content_type.unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if super::pdf::is_pdf(page.body) && !essence.starts_with("text/") {
        return Media::Pdf;
    }
    if page.body.starts_with(b"%PDF-") {
        return Media::Pdf;
    }
    if super::docx::is_docx(page.body) {
        return Media::Docx;
    }
    let head = &page.body[..page.body.len().min(HEAD)];
    let head = decode(head, page.content_type).0;
    let start = head.trim_start_matches('\u{feff}').trim_start();
    let looks = looks(start);
    match (essence.as_str(), looks) {
        (_, Looks::Feed) => Media::Feed,
        ("text/html" | "application/xhtml+xml", _) | (_, Looks::Html) => Media::Html,
        ("text/markdown" | "text/x-markdown", _) => Media::Markdown,
        ("application/json" | "text/json", _) => Media::Json,
        (json, _) if json.ends_with("+json") => Media::Json,
        ("application/rss+xml" | "application/atom+xml", _) => Media::Feed,
        ("text/plain" | "" | "application/octet-stream" | "binary/octet-stream", _) => {
            unsaid(page, start, &essence)
        }
        // The words of a document that is marked up in another way.
        ("application/xml" | "text/xml", _) if start.starts_with('<') => Media::Html,
        ("application/xml", _) => Media::Plain,
        (text, _) if text.starts_with("text/") => Media::Plain,
        (other, _) => Media::Other(other.to_owned()),
    }
}

/// A page of which hardly anything is declared: by its beginning, and by the ending of its address.
fn unsaid(page: &Page<'_>, start: &str, essence: &str) -> Media {
    let path = page.url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let is_binary = page.body[..page.body.len().min(HEAD)].contains(&0)
        && encoding_rs::Encoding::for_bom(page.body).is_none();
    if is_binary {
        return Media::Other("binary".to_owned());
    }
    if [".md", ".markdown", ".mdown"].iter().any(|ending| path.ends_with(ending)) {
        return Media::Markdown;
    }
    if start.starts_with(['{', '[']) && serde_json::from_slice::<serde::de::IgnoredAny>(page.body).is_ok() {
        return Media::Json;
    }
    match essence != "text/plain" && start.contains("</") {
        true => Media::Html,
        false => Media::Plain,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Looks {
    Html,
    Feed,
    Unclear,
}

/// What the beginning of a text shows, behind what may come before: an XML declaration, comments, a document type.
fn looks(start: &str) -> Looks {
    let mut rest = start.to_ascii_lowercase();
    let mut commented = false;
    loop {
        let end = if rest.starts_with("<?") {
            rest.find("?>").map(|end| end + 2)
        } else if rest.starts_with("<!--") {
            commented = true;
            rest.find("-->").map(|end| end + 3)
        } else if rest.starts_with("<!doctype") && !rest.starts_with("<!doctype html") {
            let subset = rest.find('[').filter(|open| rest.find('>').is_some_and(|end| *open < end));
            let from = subset.and_then(|open| rest[open..].find(']').map(|close| open + close)).unwrap_or(0);
            rest[from..].find('>').map(|end| from + end + 1)
        } else {
            None
        };
        let Some(end) = end else { break };
        rest = rest[end..].trim_start().to_owned();
    }
    let is = |tag: &str| {
        rest.strip_prefix(tag).is_some_and(|rest| rest.starts_with(|c: char| c.is_whitespace() || c == '>'))
    };
    if is("<rss") || is("<feed") || is("<rdf:rdf") {
        return Looks::Feed;
    }
    match rest.starts_with("<!doctype html") || is("<html") || is("<head") || is("<body") || commented {
        true => Looks::Html,
        false => Looks::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_what_it_looks_like_where_its_type_says_nothing_or_something_wrong() {
        let md = "https://acme.example/TERMS.md?raw=1";
        let at = "https://acme.example/terms";
        for (body, declared, url, expected) in [
            (&b"<!DOCTYPE html><p>Terms"[..], None, at, Media::Html),
            (b"\xEF\xBB\xBF<html><p>Terms", Some("text/plain"), at, Media::Html),
            (b"<?xml version='1.0'?><!-- x --><html xmlns='x'>", Some("application/xml"), at, Media::Html),
            (b"<p>Terms</p>", Some("application/octet-stream"), at, Media::Html),
            (b"You must be 18.", Some("text/html; charset=utf-8"), at, Media::Html),
            (b"You must be 18.", None, at, Media::Plain),
            (b"# Terms", Some("text/markdown"), at, Media::Markdown),
            (b"# Terms", Some("text/plain; charset=utf-8"), md, Media::Markdown),
            (b"# Terms", Some("text/plain"), at, Media::Plain),
            (b"{\"models\": []}", Some("application/json"), at, Media::Json),
            (b"{\"models\": []}", Some("application/vnd.acme+json"), at, Media::Json),
            (b"[1, 2]", Some("text/plain"), at, Media::Json),
            (b"[1, 2", Some("text/plain"), at, Media::Plain),
            (b"<?xml version='1.0'?>\n<rss version='2.0'>", Some("text/xml"), at, Media::Feed),
            (b"<feed xmlns='http://www.w3.org/2005/Atom'>", Some("text/html"), at, Media::Feed),
            (b"<rdf:RDF xmlns='x'>", None, at, Media::Feed),
            (b"<terms><p>You must be 18.</p></terms>", Some("text/xml"), at, Media::Html),
            (b"%PDF-1.7", Some("text/html"), at, Media::Pdf),
            (b"\r\n\r\n%PDF-1.4", Some("application/octet-stream"), at, Media::Pdf),
            (b"A file that begins with %PDF- is a PDF.", Some("text/plain"), at, Media::Plain),
            (b"PK\x03\x04", Some("application/zip"), at, Media::Other("application/zip".into())),
            (b"\x89PNG\r\n\x1a\n\0\0\0", None, at, Media::Other("binary".into())),
            (b"\xFF\xFEY\0o\0u\0", None, at, Media::Plain),
        ] {
            let page = Page { body, content_type: declared, url };
            assert_eq!(of(&page), expected, "{:?} as {declared:?}", String::from_utf8_lossy(body));
        }
    }
}
