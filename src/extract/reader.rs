//! The walk over a page's tree that makes its [`Outline`].

use std::collections::HashSet;

use ego_tree::{NodeId, NodeRef};
use html5ever::{LocalName, local_name};
use scraper::Node;
use scraper::node::Element;
use url::Url;

use crate::model::{Clause, Kind};

use super::element::{heading_level, is_closer, is_control, is_field, is_inline, is_skipped, role};
use super::inline::{Line, Position, weight};
use super::mail::deobfuscated;
use super::mark;
use super::markup::Markup;
use super::numbering::Numbering;
use super::outline::{Area, Block, MOST_LINKS, Outline, Role};
use super::vocabulary::{Classes, Said};

/// Walks the tree once, without recursion: pages nest deeper than stacks.
pub(super) struct Reader<'a> {
    removed: HashSet<NodeId>,
    classes: Classes<'a>,
    outline: Outline,
    /// The innermost open area.
    area: usize,
    /// Buttons, switches and fields seen so far.
    controls: u32,
    /// Those of them to write in.
    fields: u32,
    /// Those of them that close what they stand in.
    closers: u32,
    /// The block being read.
    line: Line,
    kind: Kind,
    mark: String,
    links: Vec<String>,
    /// The bytes of all links kept so far.
    link_bytes: usize,
    linked: u32,
    /// Line breaks since the last word: two make a new paragraph.
    breaks: u8,
    /// A table cell began and has no words yet: empty cells leave no trace.
    cell: bool,
    /// Open lists, innermost last.
    lists: Vec<Numbering>,
    open_links: u32,
    /// Where the words of the open links begin.
    link_start: Position,
    /// Open headings, rows and preformatted blocks, which hold inline text whatever their markup.
    held: u32,
}

enum Step<'a> {
    Enter(NodeRef<'a, Node>),
    Leave(Exit),
}

/// An element that begins, and what its attributes say.
struct Tag<'a> {
    node: NodeId,
    element: &'a Element,
    markup: Markup<'a>,
    class: Said,
}

/// What is undone when an element ends.
enum Exit {
    Area(usize),
    /// A heading, a row or a preformatted block.
    Held(Kind),
    List,
    Item,
    Cell,
    Link,
    /// Inline text that is dropped again if it turns out to be for screen readers, or a link's side note.
    Aside(Position, Dropped),
}

#[derive(Clone, Copy, PartialEq)]
enum Dropped {
    /// A few words that nobody sees.
    IfShort,
    /// A remark in parentheses inside a link: "(opens in a new window)".
    IfInParentheses,
}

impl<'a> Reader<'a> {
    pub(super) fn new(base: Option<Url>, removed: HashSet<NodeId>) -> Self {
        let root = Area {
            parent: 0,
            role: Role::Plain,
            end: 0,
            blocks: 0..0,
            controls: 0,
            fields: 0,
            closers: 0,
            wraps_form: false,
            node: None,
        };
        Self {
            removed,
            classes: Classes::default(),
            outline: Outline { areas: vec![root], base, ..Outline::default() },
            area: 0,
            controls: 0,
            fields: 0,
            closers: 0,
            link_start: Line::default().end(),
            line: Line::default(),
            kind: Kind::Paragraph,
            mark: String::new(),
            links: Vec::new(),
            link_bytes: 0,
            linked: 0,
            breaks: 0,
            cell: false,
            lists: Vec::new(),
            open_links: 0,
            held: 0,
        }
    }

    /// Reads an element and everything in it.
    pub(super) fn walk(&mut self, root: NodeRef<'a, Node>) {
        let mut steps = vec![Step::Enter(root)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Leave(exit) => self.leave(exit),
                Step::Enter(node) => match node.value() {
                    Node::Text(_) if self.removed.contains(&node.id()) => {}
                    Node::Text(text) => self.text(text),
                    Node::Element(element) => self.enter(node, element, &mut steps),
                    Node::Document | Node::Fragment => steps.extend(node.children().rev().map(Step::Enter)),
                    _ => {}
                },
            }
        }
        self.flush();
    }

    /// The outline of what was walked.
    pub(super) fn finish(mut self) -> Outline {
        self.flush();
        self.outline.areas[0].end = self.outline.areas.len();
        self.outline.areas[0].blocks = 0..self.outline.blocks.len();
        self.outline
    }

    fn text(&mut self, text: &str) {
        if self.breaks > 0 && !text.trim().is_empty() {
            if self.breaks > 1 && self.held == 0 {
                self.flush();
            }
            self.breaks = 0;
        }
        if self.cell && text.chars().any(|c| !c.is_whitespace()) {
            self.line.push(" | ");
            self.cell = false;
        }
        self.line.push(text);
    }

    fn enter(&mut self, node: NodeRef<'a, Node>, element: &'a Element, steps: &mut Vec<Step<'a>>) {
        let markup = Markup::of(element);
        let class = self.classes.of(markup.class);
        self.controls += u32::from(is_control(element, &markup, class));
        self.fields += u32::from(is_field(element));
        self.closers += u32::from(is_closer(node, element, &markup));
        if self.removed.contains(&node.id()) || is_skipped(node, element, &markup) {
            return;
        }
        if let Some(address) = markup.protected_mail.and_then(deobfuscated) {
            return self.line.push(&address);
        }
        let tag = Tag { node: node.id(), element, markup, class };
        for exit in self.open(&tag).into_iter().flatten() {
            steps.push(Step::Leave(exit));
        }
        steps.extend(node.children().rev().map(Step::Enter));
    }

    /// Opens an element; what it returns is closed in reverse order: the last one first.
    fn open(&mut self, tag: &Tag<'_>) -> [Option<Exit>; 2] {
        let name = &tag.element.name.local;
        match *name {
            local_name!("br") => {
                self.line.space();
                self.breaks = self.breaks.saturating_add(1);
                [None, None]
            }
            local_name!("hr") => {
                self.flush();
                [None, None]
            }
            local_name!("a") => [Some(self.open_link(&tag.markup)), None],
            local_name!("td") | local_name!("th") => {
                self.cell = !self.line.is_empty();
                [Some(Exit::Cell), None]
            }
            _ if is_inline(name) => [Some(self.open_inline(tag)), None],
            _ if self.held > 0 => {
                // A block inside a heading or a table row: its text belongs to the row.
                self.line.space();
                [Some(Exit::Cell), None]
            }
            _ => self.open_block(tag),
        }
    }

    fn open_block(&mut self, tag: &Tag<'_>) -> [Option<Exit>; 2] {
        let name = &tag.element.name.local;
        self.flush_unless_marked(name);
        let area = Exit::Area(self.open_area(tag));
        let heading = heading_level(name, &tag.markup);
        match *name {
            _ if heading.is_some() => [Some(area), Some(self.hold(Kind::Heading(heading.unwrap_or(6))))],
            local_name!("tr") => [Some(area), Some(self.hold(Kind::Row))],
            local_name!("pre") => [Some(area), Some(self.hold(Kind::Code))],
            local_name!("ul") | local_name!("menu") => {
                self.lists.push(Numbering::bullets());
                [Some(area), Some(Exit::List)]
            }
            local_name!("ol") => {
                self.lists.push(Numbering::of(tag.element));
                [Some(area), Some(Exit::List)]
            }
            local_name!("li") => {
                self.open_item(tag.element);
                [Some(area), Some(Exit::Item)]
            }
            _ => [Some(area), None],
        }
    }

    /// Ends the block before a new one begins, but for the first block of a list item, which takes the item's mark.
    fn flush_unless_marked(&mut self, name: &LocalName) {
        if !self.line.is_empty()
            || matches!(*name, local_name!("li") | local_name!("ul") | local_name!("ol") | local_name!("tr"))
            || !matches!(self.kind, Kind::Item(_))
        {
            self.flush();
        }
    }

    fn open_area(&mut self, tag: &Tag<'_>) -> usize {
        let name = &tag.element.name.local;
        let start = self.outline.blocks.len();
        let index = self.outline.areas.len();
        let parent = std::mem::replace(&mut self.area, index);
        // Until it is closed, an area's counts are what was seen before it.
        let (controls, fields, closers) = (self.controls, self.fields, self.closers);
        self.outline.areas.push(Area {
            parent,
            role: role(name, &tag.markup, tag.class),
            end: index + 1,
            blocks: start..start,
            controls,
            fields,
            closers,
            wraps_form: false,
            node: Some(tag.node),
        });
        self.outline.areas[parent].wraps_form |= *name == local_name!("form");
        parent
    }

    fn hold(&mut self, kind: Kind) -> Exit {
        self.flush();
        self.held += 1;
        Exit::Held(std::mem::replace(&mut self.kind, kind))
    }

    fn open_item(&mut self, element: &Element) {
        self.kind = Kind::Item(self.lists.len().clamp(1, 255) as u8);
        if let Some(list) = self.lists.last_mut() {
            self.mark = list.next_mark(element.attr("value"));
        }
    }

    fn open_link(&mut self, markup: &Markup<'_>) -> Exit {
        let target = markup.href.trim();
        if !target.is_empty() && !target.starts_with('#') && !target.starts_with("javascript:") {
            self.link_bytes += target.len();
            if self.link_bytes <= MOST_LINKS {
                self.links.push(target.to_owned());
            }
        }
        if self.open_links == 0 {
            self.link_start = self.line.end();
        }
        self.open_links += 1;
        Exit::Link
    }

    fn open_inline(&self, tag: &Tag<'_>) -> Exit {
        let why = match tag.class.for_screen_readers || tag.markup.is_hidden() {
            true => Dropped::IfShort,
            false => Dropped::IfInParentheses,
        };
        Exit::Aside(self.line.end(), why)
    }

    fn leave(&mut self, exit: Exit) {
        match exit {
            Exit::Area(parent) => {
                self.flush();
                let (areas, blocks) = (self.outline.areas.len(), self.outline.blocks.len());
                let area = &mut self.outline.areas[self.area];
                area.end = areas;
                area.blocks.end = blocks;
                area.controls = self.controls - area.controls;
                area.fields = self.fields - area.fields;
                area.closers = self.closers - area.closers;
                self.area = parent;
            }
            Exit::Held(kind) => {
                self.flush();
                self.kind = kind;
                self.held -= 1;
            }
            Exit::List => {
                self.flush();
                self.lists.pop();
            }
            Exit::Item => {
                self.flush();
                self.kind = Kind::Paragraph;
                self.mark.clear();
            }
            Exit::Cell => self.line.space(),
            Exit::Link => {
                self.open_links -= 1;
                if self.open_links == 0 {
                    self.linked += weight(self.line.since(self.link_start));
                }
            }
            Exit::Aside(start, why) => self.drop_aside(start, why),
        }
    }

    fn drop_aside(&mut self, start: Position, why: Dropped) {
        let text = self.line.since(start).trim();
        let dropped = match why {
            Dropped::IfShort => text.len() <= 400 && weight(text) <= 8,
            Dropped::IfInParentheses => {
                self.open_links > 0
                    && !start.is_start()
                    && text.starts_with(['(', '（'])
                    && text.ends_with([')', '）'])
            }
        };
        if dropped {
            self.line.cut(start);
        }
    }

    /// Ends the block being read.
    fn flush(&mut self) {
        self.breaks = 0;
        self.cell = false;
        if self.open_links > 0 {
            self.linked += weight(self.line.since(self.link_start));
        }
        let mut text = self.line.take();
        self.link_start = self.line.end();
        let links = std::mem::take(&mut self.links);
        let linked = std::mem::take(&mut self.linked);
        if !text.chars().any(char::is_alphanumeric) {
            return;
        }
        let mut mark = std::mem::take(&mut self.mark);
        if !matches!(self.kind, Kind::Row | Kind::Code)
            && let Some((typed, words)) = mark::split(self.kind, &text)
        {
            (mark, text) = (typed.to_owned(), words.to_owned());
        }
        let weight = weight(&text);
        let clause = Clause { kind: self.kind, mark, text, links };
        self.outline.blocks.push(Block { clause, area: self.area, weight, linked: linked.min(weight) });
    }
}
