//! Pages made to hurt: each ends soon, with a clear outcome.

use std::time::Instant;

use fineprint::extract::{Error, Page, extract};
use fineprint::model::Rules;

/// A page of one piece over and over, up to a size.
fn repeated(piece: &str, bytes: usize) -> Vec<u8> {
    piece.as_bytes().repeat(bytes / piece.len())
}

/// Bytes without any pattern (SplitMix64).
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 0u64;
    let word = std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb)
    });
    word.flat_map(u64::to_le_bytes).take(bytes).collect()
}

/// An outcome in one line. How long it took isn't asserted: a busy machine proves nothing.
fn outcome(name: &str, body: &[u8], content_type: &str) -> String {
    let page = Page { body, content_type: Some(content_type), url: "https://provider.example/" };
    let started = Instant::now();
    let outcome = match extract(&page, &Rules::default()) {
        Ok(text) => format!("{} clauses", text.clauses.len()),
        Err(Error::Hostile(_)) => "refused".to_owned(),
        Err(error) => error.to_string(),
    };
    format!("{name} after {:?}: {outcome}", started.elapsed())
}

#[test]
fn hostile_pages_end_soon_and_clearly() {
    let mb = 1 << 20;
    let html = "text/html; charset=utf-8";
    let pages: [(&str, Vec<u8>, &str); 12] = [
        ("20,000 nested divs", repeated("<div>", 20_000 * 5), html),
        ("100,000 nested divs", repeated("<div>word", 100_000 * 9), html),
        ("900 nested divs", repeated("<div>", 900 * 5), html),
        ("5,000 nested tables", repeated("<table><tr><td>", 5_000 * 15), html),
        ("5,000 nested lists", repeated("<ul><li>a", 5_000 * 9), html),
        ("1 MB of <b>", repeated("<b>", mb), html),
        ("1 MB of <b><p>", repeated("<b><p>x", mb), html),
        ("10 MB of <a>", repeated("<a>", 10 * mb), html),
        ("10 MB of <p>", repeated("<p>a word ", 10 * mb), html),
        ("10 MB of noise as HTML", noise(10 * mb), "text/html"),
        ("10 MB of noise as text", noise(10 * mb), "text/plain"),
        ("10 MB of one attribute", [b"<p class='".to_vec(), repeated("ad ", 10 * mb)].concat(), html),
    ];
    let lines: Vec<String> = pages.iter().map(|(name, body, kind)| outcome(name, body, kind)).collect();
    for line in &lines {
        assert!(
            line.ends_with(" clauses") || line.ends_with("refused") || line.ends_with("it is binary"),
            "{line}"
        );
    }
}
