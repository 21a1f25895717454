//! Any bytes that begin like a PDF, a Word document, a feed or JSON end as a text or as an error.
#![no_main]

use fineprint::extract::{Page, explain, extract};
use fineprint::model::Rules;
use libfuzzer_sys::fuzz_target;

const KINDS: [(&str, &[u8]); 6] = [
    ("application/pdf", b"%PDF-1.7\n"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
    ("application/rss+xml", b"<rss>"),
    ("application/atom+xml", b"<feed>"),
    ("application/json", b"{"),
    ("text/markdown", b"# "),
];

fuzz_target!(|input: (u8, bool, &[u8])| {
    let (kind, begun, rest) = input;
    let (content_type, start) = KINDS[usize::from(kind) % KINDS.len()];
    // A seed is a whole document; what is made up begins like one.
    let body = if begun { rest.to_vec() } else { [start, rest].concat() };
    let page = Page { body: &body, content_type: Some(content_type), url: "https://provider.example/terms" };
    if let Ok(text) = extract(&page, &Rules::default()) {
        assert_eq!(text, explain(&page, &Rules::default()).map(|e| e.text).unwrap_or_default());
        text.to_markdown();
    }
});
