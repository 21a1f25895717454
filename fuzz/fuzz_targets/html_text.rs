//! Any bytes under any content type end as a text or as an error.
#![no_main]

use fineprint::extract::{Page, explain, extract};
use fineprint::model::Rules;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Option<&str>, &[u8])| {
    let (content_type, body) = input;
    let page = Page { body, content_type: content_type.or(Some("text/html")), url: "https://provider.example/terms" };
    let text = extract(&page, &Rules::default());
    if let Ok(text) = text {
        assert_eq!(text, explain(&page, &Rules::default()).map(|e| e.text).unwrap_or_default());
        text.to_markdown();
    }
});
