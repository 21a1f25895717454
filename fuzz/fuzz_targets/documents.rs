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

fuzz_target!(|input: &[u8]| {
    // A seed is a whole document; what is made up begins like the one that its last byte chooses.
    let whole = KINDS.iter().find(|(_, start)| input.starts_with(&start[..start.len().min(4)]));
    let (content_type, body) = match (whole, input.split_last()) {
        (Some((content_type, _)), _) => (content_type, input.to_vec()),
        (None, Some((kind, rest))) => {
            let (content_type, start) = &KINDS[usize::from(*kind) % KINDS.len()];
            (content_type, [start, rest].concat())
        }
        (None, None) => return,
    };
    let page = Page { body: &body, content_type: Some(content_type), url: "https://provider.example/terms" };
    if let Ok(text) = extract(&page, &Rules::default()) {
        assert_eq!(text, explain(&page, &Rules::default()).map(|e| e.text).unwrap_or_default());
        text.to_markdown();
    }
});
