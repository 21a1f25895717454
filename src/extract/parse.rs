//! Characters to a tree, within bounds.

use std::time::{Duration, Instant};

use ego_tree::iter::Edge;
use html5ever::driver;
use html5ever::tendril::{StrTendril, TendrilSink as _};
use scraper::{Html, HtmlTreeSink};

use super::Error;

/// How long one page may be parsed. A real page takes milliseconds; html5ever is quadratic in nested elements, and a
/// megabyte of open `<div>`s would take 20 s. A page cut off here gives no text at all, never half of one.
const DEADLINE: Duration = Duration::from_secs(1);
/// How much is parsed between two looks at the deadline, in bytes.
const CHUNK: usize = 8 * 1024;
/// How deep nodes may lie inside each other. Browsers stop at 512; nothing we have seen reaches 100. What reads the tree
/// looks from an element into what is inside it, and the bound keeps that from becoming quadratic.
const DEEPEST: usize = 1000;

/// Parses a page as browsers do (WHATWG HTML), or refuses it after a second.
pub(super) fn parse(html: &str) -> Result<Html, Error> {
    let started = Instant::now();
    let mut parser = driver::parse_document(HtmlTreeSink::new(Html::new_document()), Default::default());
    let mut rest = html;
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(rest.floor_char_boundary(CHUNK.min(rest.len())).max(1));
        parser.process(StrTendril::from_slice(chunk));
        rest = after;
        if started.elapsed() > DEADLINE {
            return Err(Error::Hostile("it takes longer than a second"));
        }
    }
    let tree = parser.finish();
    if is_too_deep(&tree) {
        Err(Error::Hostile("its elements nest deeper than any real page's"))
    } else {
        Ok(tree)
    }
}

fn is_too_deep(tree: &Html) -> bool {
    let mut depth = 0usize;
    tree.tree.root().traverse().any(|edge| {
        match edge {
            Edge::Open(_) => depth += 1,
            Edge::Close(_) => depth -= 1,
        }
        depth > DEEPEST
    })
}
