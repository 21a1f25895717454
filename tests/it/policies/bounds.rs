//! Pages made to hurt: each ends with a clear outcome.

use fineprint::extract::{Page, extract};
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

/// What comes of a page. How long it took isn't asserted, for a busy machine proves nothing; what is refused is refused
/// by what it would have the parser do, and thus on every machine.
fn outcome(body: &[u8], content_type: &str) -> String {
    let page = Page { body, content_type: Some(content_type), url: "https://provider.example/" };
    match extract(&page, &Rules::default()) {
        Ok(_) => "read".to_owned(),
        Err(error) => error.to_string(),
    }
}

const TOO_DEEP: &str = "the page was not parsed: its elements nest deeper than any real page's";
const TOO_MANY: &str = "the page was not parsed: it has more elements than any real page";
const TOO_TANGLED: &str = "the page was not parsed: its open elements take more work than any real page's";
const BINARY: &str = "the page can't be read as text: it is binary";

#[test]
fn hostile_pages_end_clearly() {
    let mb = 1 << 20;
    let html = "text/html; charset=utf-8";
    let inside = |outer: &str, times: usize, inner: &str, bytes: usize| {
        [outer.as_bytes().repeat(times), repeated(inner, bytes)].concat()
    };
    let bold: String = (0..100_000).map(|n| format!("<p><b id={n}></p>")).collect();
    let pages: [(&str, Vec<u8>, &str, &str); 21] = [
        ("20,000 nested divs", repeated("<div>", 20_000 * 5), html, TOO_DEEP),
        ("100,000 nested divs", repeated("<div>word", 100_000 * 9), html, TOO_DEEP),
        ("900 nested divs", repeated("<div>", 900 * 5), html, "read"),
        ("5,000 nested tables", repeated("<table><tr><td>", 5_000 * 15), html, TOO_DEEP),
        ("5,000 nested lists", repeated("<ul><li>a", 5_000 * 9), html, TOO_DEEP),
        ("divs nested beside a table", inside("<table>", 1, "<div>", mb), html, TOO_DEEP),
        ("1 MB of <b>", repeated("<b>", mb), html, TOO_DEEP),
        ("1 MB of <b><p>", repeated("<b><p>x", mb), html, "read"),
        ("formatting that is never closed", bold.into_bytes(), html, TOO_DEEP),
        ("paragraphs in 900 divs", inside("<div>", 900, "<p></p>", 10 * mb), html, TOO_TANGLED),
        ("the same with odd tags", inside("<div>", 900, "<p a=1></p >", 10 * mb), html, TOO_TANGLED),
        ("ends of nothing in 900 spans", inside("<span>", 900, "</x>", 10 * mb), html, TOO_TANGLED),
        ("elements nested behind comments elsewhere", repeated("<div></body><!--x-->", mb), html, TOO_DEEP),
        ("10 MB of <a>", repeated("<a>", 10 * mb), html, TOO_MANY),
        ("10 MB of <br>", repeated("<br>", 10 * mb), html, TOO_MANY),
        ("a paragraph in every 20 bytes", repeated("<p>a word, or three</p>", mb), html, "read"),
        ("10 MB of a script", inside("<script>", 1, "var a=1;", 10 * mb), html, "read"),
        ("10 MB of noise as HTML", noise(10 * mb), "text/html", BINARY),
        ("10 MB of noise as text", noise(10 * mb), "text/plain", BINARY),
        ("10 MB of one attribute", [b"<p class='".to_vec(), repeated("ad ", 10 * mb)].concat(), html, "read"),
        (
            "8 MB of prose",
            repeated("<p>You may appeal against it within thirty days of our notice.</p>", 8 * mb),
            html,
            "read",
        ),
    ];
    let come: Vec<_> = pages.iter().map(|(name, body, kind, _)| (*name, outcome(body, kind))).collect();
    let expected: Vec<_> = pages.iter().map(|(name, _, _, outcome)| (*name, (*outcome).to_owned())).collect();
    assert_eq!(come, expected);
}
