//! Characters to a tree, within bounds.
//!
//! html5ever is quadratic in elements that are open at the same time: at most tags it looks for others among them, and a
//! megabyte of open `<div>`s would take 20 s. What is refused is refused by what it would have the parser do, and thus
//! on every machine, however busy: a real page is only waited for.

use std::time::Duration;

use ego_tree::iter::Edge;
use html5ever::driver;
use html5ever::tendril::{StrTendril, TendrilSink as _};
use rustix::time::{ClockId, clock_gettime};
use scraper::{Html, HtmlTreeSink};

use super::Error;

/// How much is parsed between two looks at the bounds, in bytes.
const CHUNK: usize = 2 * 1024;
/// How deep nodes may lie inside each other. Browsers stop at 512; nothing we have seen reaches 100. What reads the tree
/// looks from an element into what is inside it, and the bound keeps that from becoming quadratic.
const DEEPEST: usize = 1000;
/// The most nodes of a page. Policies have some thousands; 10 MB with one in every 5 bytes have these.
const NODES: usize = 2_000_000;
/// The most open elements that are passed on the way, over all tags: a third of a second's worth. A page with a hundred
/// thousand tags, thirty deep, passes 3 million.
const PASSED: usize = 100_000_000;
/// The last resort, for what the other bounds don't foresee, as a tag with a million attributes: how long the parser may
/// work, on a processor and not by the clock. Without optimisation it is slow.
const WORK: Duration = Duration::from_millis(if cfg!(debug_assertions) { 15_000 } else { 1_500 });

const TOO_DEEP: Error = Error::Hostile("its elements nest deeper than any real page's");
const TOO_MANY: Error = Error::Hostile("it has more elements than any real page");
const TOO_TANGLED: Error = Error::Hostile("its open elements take more work than any real page's");
const TOO_LONG: Error = Error::Hostile("it takes longer than any real page");

/// Parses a page as browsers do (WHATWG HTML), or refuses it where that takes more than any real page does. A page cut
/// off here gives no text at all, never half of one.
pub(super) fn parse(html: &str) -> Result<Html, Error> {
    parse_within(html, WORK)
}

fn parse_within(html: &str, work: Duration) -> Result<Html, Error> {
    let until = worked() + work;
    let mut parser = driver::parse_document(HtmlTreeSink::new(Html::new_document()), Default::default());
    let (mut rest, mut passed, mut nodes) = (html, 0, 0);
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(rest.floor_char_boundary(CHUNK.min(rest.len())).max(1));
        parser.process(StrTendril::from_slice(chunk));
        rest = after;
        let so_far = parser.tokenizer.sink.sink.0.borrow();
        let (before, tags) = (nodes, chunk.bytes().filter(|byte| *byte == b'<').count());
        nodes = so_far.tree.values().len();
        let depth = depth(&so_far, nodes - before);
        passed += tags * depth;
        match () {
            () if depth > DEEPEST => return Err(TOO_DEEP),
            () if nodes > NODES => return Err(TOO_MANY),
            () if passed > PASSED => return Err(TOO_TANGLED),
            () if worked() > until => return Err(TOO_LONG),
            () => {}
        }
    }
    let tree = parser.finish();
    if is_too_deep(&tree) { Err(TOO_DEEP) } else { Ok(tree) }
}

/// How deep the latest element lies, which is about how many are open; a comment can stand elsewhere. 0 if none of the
/// latest `new` nodes is an element.
fn depth(tree: &Html, new: usize) -> usize {
    let latest = tree.tree.nodes().rev().take(new).find(|node| node.value().is_element());
    latest.map_or(0, |element| element.ancestors().count())
}

/// How long this thread has worked, whoever else kept the processor.
fn worked() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or(0), time.tv_nsec.try_into().unwrap_or(0))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_other_bound_foresees_ends_by_the_work_it_takes() {
        let attributes: String = (0..20_000).map(|n| format!(" a{n}=1")).collect();
        let page = format!("<p{attributes}>We may suspend your account.");
        assert_eq!(parse_within(&page, Duration::from_millis(1)).err(), Some(TOO_LONG));
        assert!(parse_within(&page, WORK).is_ok());
    }
}
