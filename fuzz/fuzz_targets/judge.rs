//! Any two texts and any memory give a verdict and a diff, and a memory that can be read back.
#![no_main]

use fineprint::diff;
use fineprint::extract::{Page, extract};
use fineprint::judge::{Look, Memory, judge};
use fineprint::model::{Rules, Text};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str, &[u8], u16)| {
    let (before, after, memory, status) = input;
    let (before, after) = (text(before), text(after));
    let mut memory = Memory::from_bytes(memory);
    for _ in 0..3 {
        let _ = judge(Look { status, text: &after, at: Timestamp::UNIX_EPOCH }, Some(&before), &mut memory);
        let written = memory.to_bytes();
        assert_eq!(Memory::from_bytes(&written).to_bytes(), written);
    }
    let diff = diff::compare(&before, &after);
    assert_eq!(diff.edits.iter().filter(|e| e.after().is_some()).count(), after.clauses.len());
    assert_eq!(diff.edits.iter().filter(|e| e.before().is_some()).count(), before.clauses.len());
    assert!(diff::compare(&after, &after).is_empty());
});

/// Markdown is the shortest way to write any text.
fn text(markdown: &str) -> Text {
    let page = Page { body: markdown.as_bytes(), content_type: Some("text/plain; charset=utf-8"), url: "https://provider.example/" };
    extract(&page, &Rules::default()).unwrap_or_default()
}
