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
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::BufferQueue;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeSink as _};
use html5ever::{LocalName, TokenizerResult, local_name};
use regex::bytes::{Regex, RegexBuilder};
use rustix::time::{ClockId, clock_gettime};
use scraper::{Html, HtmlTreeSink};

use super::{Error, tags};

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
///
/// Comments aren't in the tree, nor is the text of scripts and style sheets, which is half of a page, nor attributes that
/// nobody reads.
pub(super) fn parse(html: &str) -> Result<Html, Error> {
    parse_within(html, false, WORK)
}

/// The same with scripts and attributes: for selectors, and where the text may be in scripts.
pub(super) fn parse_whole(html: &str) -> Result<Html, Error> {
    parse_within(html, true, WORK)
}

fn parse_within(html: &str, is_whole: bool, work: Duration) -> Result<Html, Error> {
    let tree = Parser::new(is_whole, work).parse(html)?;
    if is_too_deep(&tree) { Err(TOO_DEEP) } else { Ok(tree) }
}

/// html5ever, which looks at scripts and style sheets character by character, and most of a page is those. Where it
/// has just opened one and would do nothing but collect what comes until the end tag, that is handed over in one piece.
/// Of a drawing (`<svg>`), a fifth of the rest, what only draws is left out: nobody reads it. And of text and tags it only
/// sees what can be read in more than one way: see [`tags`].
struct Parser {
    tokenizer: Tokenizer<Builder>,
    waiting: BufferQueue,
    is_whole: bool,
    /// Whether the tokenizer is where text and tags are expected.
    at_rest: bool,
    /// What was read since the last look at the bounds: bytes, and how many tags.
    read: (usize, usize),
    /// How deep the latest element lay then.
    depth: usize,
    watch: StopWatch,
    /// Open elements passed on the way so far.
    passed: usize,
    nodes: usize,
}

impl Parser {
    fn new(is_whole: bool, work: Duration) -> Self {
        let tree = TreeBuilder::new(HtmlTreeSink::new(Html::new_document()), Default::default());
        let builder = Builder {
            tree,
            is_whole,
            opened: Cell::new(None),
            at_rest: Cell::new(false),
            in_script: Cell::new(false),
        };
        // It would look for one at the beginning of whatever it is fed.
        let tokenizer = Tokenizer::new(builder, TokenizerOpts { discard_bom: false, ..Default::default() });
        Self {
            tokenizer,
            waiting: BufferQueue::default(),
            is_whole,
            at_rest: false,
            read: (0, 0),
            depth: 0,
            watch: StopWatch::start(work),
            passed: 0,
            nodes: 0,
        }
    }

    fn parse(mut self, html: &str) -> Result<Html, Error> {
        let mut rest = html.strip_prefix('\u{feff}').unwrap_or(html);
        while !rest.is_empty() {
            let plain = if self.at_rest { tags::token(rest, self.is_whole) } else { None };
            let length = match plain {
                Some((token, length)) => self.take(token, length)?,
                None => self.feed_to_end_of_tag(rest)?,
            };
            rest = &rest[length..];
            rest = &rest[self.pass(rest)..];
        }
        self.tokenizer.end();
        Ok(self.tokenizer.sink.tree.sink.finish())
    }

    /// Hands the builder a token that the tokenizer didn't see, and returns its length.
    fn take(&mut self, token: Token, length: usize) -> Result<usize, Error> {
        let tags = usize::from(matches!(token, Token::TagToken(_)));
        let _ = self.tokenizer.sink.build(token);
        self.stay_within_bounds(length, tags)?;
        Ok(length)
    }

    /// Has the tokenizer read on to what may be the end of a tag, and returns how far that is.
    ///
    /// If it told of a tag or a comment just then, and of none whose inside isn't markup, it is at rest.
    fn feed_to_end_of_tag(&mut self, rest: &str) -> Result<usize, Error> {
        let end = rest.find('>').unwrap_or(rest.len());
        self.feed(&rest[..end])?;
        self.tokenizer.sink.at_rest.set(false);
        let length = rest.len().min(end + 1);
        self.feed(&rest[end..length])?;
        self.at_rest = self.tokenizer.sink.at_rest.get();
        Ok(length)
    }

    fn feed(&mut self, markup: &str) -> Result<(), Error> {
        let mut rest = markup;
        while !rest.is_empty() {
            let (chunk, after) = rest.split_at(rest.floor_char_boundary(CHUNK.min(rest.len())).max(1));
            self.waiting.push_back(StrTendril::from_slice(chunk));
            // It pauses at scripts and declared encodings, about which there is nothing to do here.
            while !matches!(self.tokenizer.feed(&self.waiting), TokenizerResult::Done) {}
            self.stay_within_bounds(chunk.len(), chunk.bytes().filter(|byte| *byte == b'<').count())?;
            rest = after;
        }
        Ok(())
    }

    /// Counts what was read, and looks at the bounds when that is enough.
    fn stay_within_bounds(&mut self, bytes: usize, tags: usize) -> Result<(), Error> {
        self.read = (self.read.0 + bytes, self.read.1 + tags);
        if self.read.0 < CHUNK {
            return Ok(());
        }
        let (_, tags) = std::mem::take(&mut self.read);
        let so_far = self.tokenizer.sink.tree.sink.0.borrow();
        let before = self.nodes;
        self.nodes = so_far.tree.values().len();
        // Where nothing was opened, as much is open as before.
        let depth = depth(&so_far, self.nodes - before).unwrap_or(self.depth);
        self.depth = depth;
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
    fn pass(&self, rest: &str) -> usize {
        let Some(opened) = self.tokenizer.sink.opened.take() else { return 0 };
        let length = opened.plain(rest);
        if length > 0 && opened != Opened::Drawing && self.is_whole {
            let text = Token::CharacterTokens(StrTendril::from_slice(&rest[..length]));
            let _ = self.tokenizer.sink.build(text);
        }
        length
    }
}

/// Builds the tree, and remembers whether the last tag opened an element whose inside needs no look.
///
/// It tells the tree nothing of comments and errors, nor of what is read by nobody unless it is to be whole.
struct Builder {
    tree: TreeBuilder<NodeId, HtmlTreeSink>,
    /// Whether scripts and all attributes are kept.
    is_whole: bool,
    opened: Cell<Option<Opened>>,
    /// Whether the tokenizer, when it told of the last token, went back to where text and tags are expected.
    at_rest: Cell<bool>,
    /// Whether the text that comes is of a script or a style sheet and nobody asked for it.
    in_script: Cell<bool>,
}

impl TokenSink for Builder {
    type Handle = NodeId;

    fn process_token(&self, mut token: Token, _line: u64) -> TokenSinkResult<NodeId> {
        if let Token::TagToken(tag) = &mut token
            && !self.is_whole
        {
            let element = &tag.name;
            tag.attrs.retain(|attribute| tags::is_read(element, &attribute.name.local));
        }
        self.build(token)
    }

    fn end(&self) {
        self.tree.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.tree.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl Builder {
    /// Takes a token of which everything is read.
    fn build(&self, token: Token) -> TokenSinkResult<NodeId> {
        let opens = |name| matches!(&token, Token::TagToken(tag) if is_start_of(tag, name));
        let (is_drawing, is_style) = (opens(local_name!("svg")), opens(local_name!("style")));
        let is_markup =
            matches!(&token, Token::TagToken(_) | Token::CommentToken(_) | Token::DoctypeToken(_));
        let is_text = matches!(&token, Token::CharacterTokens(_) | Token::NullCharacterToken);
        let answer = match token {
            Token::CommentToken(_) | Token::ParseError(_) => TokenSinkResult::Continue,
            _ if is_text && self.in_script.get() => TokenSinkResult::Continue,
            token => self.tree.process_token(token, 0),
        };
        let is_followed_by_markup =
            !matches!(&answer, TokenSinkResult::RawData(_) | TokenSinkResult::Plaintext);
        self.at_rest.set(is_markup && is_followed_by_markup);
        let opened = match &answer {
            TokenSinkResult::RawData(RawKind::ScriptData) => Some(Opened::Script),
            TokenSinkResult::RawData(RawKind::Rawtext) if is_style => Some(Opened::Style),
            TokenSinkResult::Continue if is_drawing && self.is_in_drawing() => Some(Opened::Drawing),
            _ => None,
        };
        if is_markup {
            let is_script = matches!(opened, Some(Opened::Script | Opened::Style));
            self.in_script.set(is_script && !self.is_whole);
        }
        self.opened.set(opened);
        answer
    }

    /// Whether what comes next lies in a drawing or a formula: it doesn't where the builder passed the tag over.
    fn is_in_drawing(&self) -> bool {
        self.tree.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

fn is_start_of(tag: &Tag, name: LocalName) -> bool {
    tag.kind == TagKind::StartTag && !tag.self_closing && tag.name == name
}

/// The elements that hold most of a page's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opened {
    Script,
    Style,
    Drawing,
}

/// Where a script may end, may hide its end in a comment, or has characters that are replaced: from there on, each one
/// has to be looked at.
static IN_SCRIPT: LazyLock<AhoCorasick> = LazyLock::new(|| any_of(&["</script", "<!--", "\0", "\r"]));
/// The same in a style sheet, which has no comments that hide anything.
static IN_STYLE: LazyLock<AhoCorasick> = LazyLock::new(|| any_of(&["</style", "\0", "\r"]));
/// Tags of elements of SVG that hold no text, written as regularly as programs write them; no element of HTML among them,
/// which would end the drawing.
static IN_DRAWING: LazyLock<Regex> = LazyLock::new(|| {
    let name = "path|g|circle|rect|line|polyline|polygon|ellipse|use|defs|clippath|mask|stop|lineargradient|radialgradient";
    let attribute = r#"[ \n]+[a-z][a-z0-9_:.-]*="[^"&<>\x00\r]*""#;
    let tags = format!(r"\A(?:[ \n]*<(?:(?:{name})(?:{attribute})*[ \n]*/?|/(?:{name}))>)+");
    RegexBuilder::new(&tags).case_insensitive(true).unicode(false).build().expect("a fixed pattern")
});

fn any_of(patterns: &[&str]) -> AhoCorasick {
    let builder = AhoCorasick::builder().ascii_case_insensitive(true).build(patterns);
    builder.expect("a few fixed words")
}

impl Opened {
    /// How much at the beginning of `rest` is nothing but this element's text, or only draws.
    fn plain(self, rest: &str) -> usize {
        let ends = match self {
            Self::Script => &IN_SCRIPT,
            Self::Style => &IN_STYLE,
            Self::Drawing => return drawn(rest),
        };
        ends.find(rest).map_or(0, |end| end.start())
    }
}

/// How much at the beginning of `rest` only draws: tags that all find their ends, so that none of them has to do with what
/// comes behind.
fn drawn(rest: &str) -> usize {
    let tags = IN_DRAWING.find(rest.as_bytes()).map_or("", |tags| &rest[..tags.end()]);
    let mut open = Vec::new();
    for tag in tags.split('<').skip(1) {
        let tag = tag.trim_end();
        let (ended, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let name = tag.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        match (ended, tag.ends_with("/>")) {
            (true, _) if open.pop().is_some_and(|opened: &str| opened.eq_ignore_ascii_case(name)) => {}
            (true, _) => return 0,
            (false, false) => open.push(name),
            (false, true) => {}
        }
    }
    if open.is_empty() { tags.len() } else { 0 }
}

/// How deep the latest element lies, which is about how many are open; a comment can stand elsewhere. `None` if none of the
/// latest `new` nodes is an element.
fn depth(tree: &Html, new: usize) -> Option<usize> {
    let latest = tree.tree.nodes().rev().take(new).find(|node| node.value().is_element());
    latest.map(|element| element.ancestors().count())
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
mod tests;
