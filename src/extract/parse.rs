//! Characters to a tree, within bounds.
//!
//! html5ever is quadratic in elements that are open at the same time: at most tags it looks for others among them, and a
//! megabyte of open `<div>`s would take 20 s. What is refused is refused by what it would have the parser do, and thus
//! on every machine, however busy: a real page is only waited for.

use std::cell::Cell;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use aho_corasick::AhoCorasick;
use ego_tree::NodeId;
use ego_tree::iter::Edge;
use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::BufferQueue;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Token, TokenSink, TokenSinkResult, Tokenizer};
use html5ever::tree_builder::{TreeBuilder, TreeSink as _};
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
    let tree = Parser::new(work).parse(html)?;
    if is_too_deep(&tree) { Err(TOO_DEEP) } else { Ok(tree) }
}

/// html5ever, which looks at scripts and style sheets character by character, and most of a page is those. Where it
/// has just opened one and would do nothing but collect what comes until the end tag, that is handed over in one piece.
struct Parser {
    tokenizer: Tokenizer<Builder>,
    waiting: BufferQueue,
    watch: StopWatch,
    /// Open elements passed on the way so far.
    passed: usize,
    nodes: usize,
}

impl Parser {
    fn new(work: Duration) -> Self {
        let tree = TreeBuilder::new(HtmlTreeSink::new(Html::new_document()), Default::default());
        let builder = Builder { tree, opened: Cell::new(None) };
        let tokenizer = Tokenizer::new(builder, Default::default());
        Self {
            tokenizer,
            waiting: BufferQueue::default(),
            watch: StopWatch::start(work),
            passed: 0,
            nodes: 0,
        }
    }

    fn parse(mut self, html: &str) -> Result<Html, Error> {
        let mut rest = html;
        while !rest.is_empty() {
            let (markup, after) = rest.split_at(RawText::opening(rest));
            self.feed(markup)?;
            rest = &after[self.collect(after)..];
        }
        self.tokenizer.end();
        Ok(self.tokenizer.sink.tree.sink.finish())
    }

    fn feed(&mut self, markup: &str) -> Result<(), Error> {
        let mut rest = markup;
        while !rest.is_empty() {
            let (chunk, after) = rest.split_at(rest.floor_char_boundary(CHUNK.min(rest.len())).max(1));
            self.waiting.push_back(StrTendril::from_slice(chunk));
            // It pauses at scripts and declared encodings, about which there is nothing to do here.
            while !matches!(self.tokenizer.feed(&self.waiting), TokenizerResult::Done) {}
            self.stay_within_bounds(chunk)?;
            rest = after;
        }
        Ok(())
    }

    fn stay_within_bounds(&mut self, chunk: &str) -> Result<(), Error> {
        let so_far = self.tokenizer.sink.tree.sink.0.borrow();
        let (before, tags) = (self.nodes, chunk.bytes().filter(|byte| *byte == b'<').count());
        self.nodes = so_far.tree.values().len();
        let depth = depth(&so_far, self.nodes - before);
        self.passed += tags * depth;
        match () {
            () if depth > DEEPEST => Err(TOO_DEEP),
            () if self.nodes > NODES => Err(TOO_MANY),
            () if self.passed > PASSED => Err(TOO_TANGLED),
            () if self.watch.has_run_out() => Err(TOO_LONG),
            () => Ok(()),
        }
    }

    /// How much of `rest` is the inside of an element that was just opened, and needs no look.
    fn collect(&self, rest: &str) -> usize {
        let opened = self.tokenizer.sink.opened.take();
        let length = opened.and_then(RawText::of).map_or(0, |text| text.plain(rest));
        if length > 0 {
            let text = Token::CharacterTokens(StrTendril::from_slice(&rest[..length]));
            let _ = self.tokenizer.sink.process_token(text, 0);
        }
        length
    }
}

/// Builds the tree, and remembers whether the last tag opened an element without markup in it.
struct Builder {
    tree: TreeBuilder<NodeId, HtmlTreeSink>,
    opened: Cell<Option<RawKind>>,
}

impl TokenSink for Builder {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        let answer = self.tree.process_token(token, line);
        self.opened.set(match &answer {
            TokenSinkResult::RawData(kind) => Some(*kind),
            _ => None,
        });
        answer
    }

    fn end(&self) {
        self.tree.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.tree.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// The elements that hold most of a page's bytes.
#[derive(Clone, Copy)]
enum RawText {
    Script,
    Style,
}

/// Where such an element may begin.
static OPENING: LazyLock<AhoCorasick> = LazyLock::new(|| any_of(&["<script", "<style"]));
/// Where a script may end, may hide its end in a comment, or has characters that are replaced: from there on, each one
/// has to be looked at.
static IN_SCRIPT: LazyLock<AhoCorasick> = LazyLock::new(|| any_of(&["</script", "<!--", "\0", "\r"]));
/// The same in a style sheet, which has no comments that hide anything.
static IN_STYLE: LazyLock<AhoCorasick> = LazyLock::new(|| any_of(&["</style", "\0", "\r"]));

fn any_of(patterns: &[&str]) -> AhoCorasick {
    let builder = AhoCorasick::builder().ascii_case_insensitive(true).build(patterns);
    builder.expect("a few fixed words")
}

impl RawText {
    /// One past the end of the next tag that may open such an element, or the end of the text.
    fn opening(html: &str) -> usize {
        let tag = OPENING.find(html).map(|found| found.end());
        let end = tag.and_then(|tag| html[tag..].find('>').map(|end| tag + end + 1));
        end.unwrap_or(html.len())
    }

    fn of(opened: RawKind) -> Option<Self> {
        match opened {
            RawKind::ScriptData => Some(Self::Script),
            RawKind::Rawtext => Some(Self::Style),
            _ => None,
        }
    }

    /// How much at the beginning of `rest` is nothing but this element's text.
    fn plain(self, rest: &str) -> usize {
        let ends = match self {
            Self::Script => &IN_SCRIPT,
            Self::Style => &IN_STYLE,
        };
        ends.find(rest).map_or(0, |end| end.start())
    }
}

/// How deep the latest element lies, which is about how many are open; a comment can stand elsewhere. 0 if none of the
/// latest `new` nodes is an element.
fn depth(tree: &Html, new: usize) -> usize {
    let latest = tree.tree.nodes().rev().take(new).find(|node| node.value().is_element());
    latest.map_or(0, |element| element.ancestors().count())
}

/// Whether this thread has worked longer than it may. It can't have before so much time has gone by, and to ask for that
/// takes no system call.
struct StopWatch {
    started: Instant,
    work: Duration,
    until: Duration,
}

impl StopWatch {
    fn start(work: Duration) -> Self {
        Self { started: Instant::now(), work, until: worked() + work }
    }

    fn has_run_out(&self) -> bool {
        self.started.elapsed() > self.work && worked() > self.until
    }
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_no_other_bound_foresees_ends_by_the_work_it_takes() {
        let attributes: String = (0..20_000).map(|n| format!(" a{n}=1")).collect();
        let page = format!("<p{attributes}>We may suspend your account.");
        assert_eq!(parse_within(&page, Duration::from_millis(1)).err(), Some(TOO_LONG));
        assert!(parse_within(&page, WORK).is_ok());
    }

    /// What scripts, style sheets and the tags around them are made of, and what looks like it.
    const PIECES: [&str; 34] = [
        "<script>",
        "</script>",
        "<SCRIPT src='a>b'>",
        "</Script >",
        "<style>",
        "</style>",
        "<style media=\"x\">",
        "</STYLE\n>",
        "<script",
        "</script",
        "</scripty>",
        "</style",
        "<!--",
        "-->",
        "<!-",
        "--",
        "<",
        ">",
        "/",
        "\0",
        "\r",
        "\n",
        "\r\n",
        "var a = '<b>';",
        "é字",
        "<noscript>",
        "</noscript>",
        "<svg>",
        "</svg>",
        "<p>",
        "<title>",
        "</title>",
        "<textarea>",
        "a{color:red}",
    ];

    proptest! {
        #[test]
        fn scripts_in_one_piece_make_the_same_tree_as_character_by_character(
            pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..24)
        ) {
            let html = pieces.concat();
            prop_assert_eq!(parse(&html).unwrap(), Html::parse_document(&html), "{}", html);
        }
    }
}
