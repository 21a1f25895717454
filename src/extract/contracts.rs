//! Pages that hold several contracts: which they are, and how each is pointed at.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use ego_tree::NodeId;
use scraper::Html;
use scraper::node::Element;

use super::dropped::Dropped;
use super::inline::weight;
use super::media::{self, Media};
use super::outline::{Block, Outline, Role};
use super::paths::Paths;
use super::selection::Selection;
use super::sums::Sums;
use super::{Opened, Page, open, select};
use crate::model::{Clause, Kind, Rules, Text};

/// A contract has at least so many words of running text.
const LEAST: u32 = 100;
/// More parts than this are no contracts, whatever they look like.
const MOST: usize = 100;
/// What it is called has at most so many words.
const TITLE: u32 = 12;
/// Among so many blocks at its beginning is the line with its date, of at most so many words.
const HEAD: usize = 6;
const DATE_LINE: u32 = 30;

/// One of several contracts on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// What it is called on the page.
    pub title: String,
    /// The entry of `select` that reads this one alone.
    pub select: String,
    /// Its words.
    pub words: u32,
    /// The page doesn't show it, at least not at first.
    pub hidden: bool,
    /// Its blocks.
    pub(super) blocks: Range<usize>,
}

/// What a page shows of the documents that it holds side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The page's text without those that it doesn't show.
    pub text: Text,
    /// What the one that it shows is called.
    pub title: String,
    /// How many there are.
    pub of: usize,
}

/// Whether a text may be of several contracts, or editions of one, that [`shown`] would choose from: two short lines name a
/// year. To tell for sure, the page has to be read again, which takes ten times as long as reading the text.
pub fn may_be_several(text: &Text) -> bool {
    let is_dated = |clause: &&Clause| has_year(&clause.text) && weight(&clause.text) <= DATE_LINE;
    text.clauses.iter().filter(is_dated).nth(1).is_some()
}

/// What is left of a page's text where it holds several contracts, or editions of one, side by side and shows one of
/// them, as tabs do.
///
/// `None` where it shows all it has, and where it isn't read as `text` any more.
pub fn shown(page: &Page<'_>, text: &Text) -> Option<Shown> {
    if !may_be_several(text) || !matches!(media::of(page), Media::Html) {
        return None;
    }
    let Ok(Opened::Page(tree, outline)) = open(page, &Rules::default()) else { return None };
    let fates = select::fates(&outline);
    let page = Pages::new(&tree, &outline, &fates);
    let groups: Vec<_> = page.side_by_side().into_iter().filter(|pieces| page.shows_one(pieces)).collect();
    let outermost = groups.first()?;
    let one = outermost.iter().find(|piece| !piece.hidden)?;
    let (title, of) = (page.title(&one.blocks)?.to_owned(), outermost.len());
    let kept: Vec<usize> = (0..fates.len()).filter(|block| fates[*block].is_none()).collect();
    let words = kept.iter().map(|block| &outline.blocks[*block].clause.text);
    if !words.eq(text.clauses.iter().map(|clause| &clause.text)) {
        return None;
    }
    let mut hidden = vec![false; fates.len()];
    let pieces = groups.iter().flatten().filter(|piece| piece.hidden);
    pieces.for_each(|piece| hidden[piece.blocks.clone()].fill(true));
    let clauses = kept.iter().zip(&text.clauses).filter(|(block, _)| !hidden[**block]);
    let clauses = clauses.map(|(_, clause)| clause.clone()).collect();
    Some(Shown { text: Text { clauses, ..text.clone() }, title, of })
}

/// The contracts of a page that holds several: parts of one make side by side, or what follows headings of one level,
/// most of the page together, and at least two of them with a title and a date of their own, or a numbering of their own
/// where all are shown.
pub(super) fn find(tree: &Html, outline: &Outline, fates: &[Option<Dropped>]) -> Vec<Contract> {
    let page = Pages::new(tree, outline, fates);
    let mut best: (u32, Vec<Piece>) = (page.sums.of_all().prose / 2, Vec::new());
    for pieces in page.side_by_side().into_iter().chain(page.under_headings()) {
        let prose = page.contracts(&pieces).map(|piece| page.sums.of(&piece.blocks).prose).sum();
        if prose > best.0 && page.are_contracts(&pieces) {
            best = (prose, pieces);
        }
    }
    let paths = Paths::of(tree);
    best.1.into_iter().filter_map(|piece| page.contract(piece, &paths)).collect()
}

/// A part of a page that may be a contract.
struct Piece {
    blocks: Range<usize>,
    hidden: bool,
    at: At,
}

/// Where it is.
enum At {
    /// In an element.
    In(NodeId),
    /// From a heading to the next one, or to the end of what holds both.
    From(NodeId, Option<NodeId>),
}

/// What is asked about a page.
struct Pages<'a> {
    tree: &'a Html,
    outline: &'a Outline,
    fates: &'a [Option<Dropped>],
    sums: Sums,
}

impl<'a> Pages<'a> {
    fn new(tree: &'a Html, outline: &'a Outline, fates: &'a [Option<Dropped>]) -> Self {
        let sums = Sums::new(outline.blocks.iter().zip(fates).map(|(b, fate)| fate.is_none().then_some(b)));
        Self { tree, outline, fates, sums }
    }

    /// Areas beside each other that are made alike: the same element, of the same class.
    fn side_by_side(&self) -> Vec<Vec<Piece>> {
        let mut groups = Groups::default();
        for area in self.outline.areas.iter().filter(|area| self.sums.of(&area.blocks).words > 0) {
            let Some((node, element)) = area.node.and_then(|node| Some((node, self.element(node)?))) else {
                continue;
            };
            let class = element.attr("class").unwrap_or_default().trim();
            let hidden = area.role == Role::Hidden;
            groups.add(
                (area.parent, element.name(), class),
                Piece { blocks: area.blocks.clone(), hidden, at: At::In(node) },
            );
        }
        groups.all
    }

    /// What follows headings of the same level that stand in the same area.
    fn under_headings(&self) -> Vec<Vec<Piece>> {
        let mut groups = Groups::default();
        for (index, block) in self.outline.blocks.iter().enumerate() {
            let (Kind::Heading(level), None) = (block.clause.kind, self.fates[index]) else { continue };
            let own = &self.outline.areas[block.area];
            let Some(node) = own.node else { continue };
            let end = self.outline.areas[own.parent].blocks.end;
            let piece = Piece { blocks: index..end, hidden: false, at: At::From(node, None) };
            let group = groups.add((own.parent, level, ()), piece);
            if let [.., before, _] = &mut group[..] {
                before.blocks.end = index;
                if let At::From(_, next) = &mut before.at {
                    *next = Some(node);
                }
            }
        }
        groups.all
    }

    fn kept(&self, blocks: &Range<usize>) -> impl Iterator<Item = &'a Block> {
        let fates = &self.fates[blocks.clone()];
        self.outline.blocks[blocks.clone()]
            .iter()
            .zip(fates)
            .filter(|(_, fate)| fate.is_none())
            .map(|(b, _)| b)
    }

    fn title(&self, blocks: &Range<usize>) -> Option<&'a str> {
        let first = self.kept(blocks).next()?;
        let is_title = first.weight <= TITLE && !first.clause.text.ends_with(['.', '。', ':', '：']);
        (is_title || first.clause.level().is_some()).then_some(&first.clause.text)
    }

    fn is_contract(&self, blocks: &Range<usize>) -> bool {
        self.sums.of(blocks).prose >= LEAST && self.title(blocks).is_some()
    }

    /// Those of the pieces that are texts of their own.
    fn contracts<'b>(&self, pieces: &'b [Piece]) -> impl Iterator<Item = &'b Piece> {
        pieces.iter().filter(|piece| self.is_contract(&piece.blocks))
    }

    fn are_contracts(&self, pieces: &[Piece]) -> bool {
        if pieces.len() > MOST {
            return false;
        }
        let all_shown = pieces.iter().all(|piece| !piece.hidden);
        let dated = self.contracts(pieces).filter(|piece| self.is_dated(&piece.blocks)).count();
        let numbered = self.contracts(pieces).filter(|piece| self.is_numbered(&piece.blocks)).count();
        (dated >= 2 || (all_shown && numbered >= 2)) && self.contracts(pieces).count() * 2 >= pieces.len()
    }

    /// Whether pieces are contracts, or editions of one, of which the page shows a single one.
    fn shows_one(&self, pieces: &[Piece]) -> bool {
        pieces.len() >= 2
            && pieces.iter().filter(|piece| !piece.hidden).count() == 1
            && self.are_contracts(pieces)
    }

    /// Whether its headings are numbered from 1, and its title isn't one of those.
    fn is_numbered(&self, blocks: &Range<usize>) -> bool {
        let mut marks = self.kept(blocks).filter(|b| b.clause.level().is_some() && !b.clause.mark.is_empty());
        let is_bare = self.kept(blocks).next().is_some_and(|title| title.clause.mark.is_empty());
        let first =
            marks.next().map(|heading| heading.clause.mark.trim_matches(|c: char| !c.is_alphanumeric()));
        is_bare && matches!(first, Some("1" | "I"))
    }

    /// Whether a short line at its beginning holds a year.
    fn is_dated(&self, blocks: &Range<usize>) -> bool {
        let mut head = self.kept(blocks).take(HEAD).filter(|block| block.weight <= DATE_LINE);
        head.any(|block| has_year(&block.clause.text))
    }

    fn contract(&self, piece: Piece, paths: &Paths<'_>) -> Option<Contract> {
        let title = self.title(&piece.blocks)?.to_owned();
        let path = |node| paths.to(node);
        let select = match piece.at {
            At::In(node) => path(node)?,
            At::From(node, Some(next)) => format!("{} .. {}", path(node)?, path(next)?),
            At::From(node, None) => {
                let last =
                    self.tree.tree.get(node)?.next_siblings().filter(|n| n.value().is_element()).last();
                match last {
                    Some(last) => format!("{} ..= {}", path(node)?, path(last.id())?),
                    None => path(node)?,
                }
            }
        };
        let words = self.sums.of(&piece.blocks).words;
        Selection::parse(&select).ok()?;
        Some(Contract { title, select, words, hidden: piece.hidden, blocks: piece.blocks })
    }

    fn element(&self, node: NodeId) -> Option<&'a Element> {
        self.tree.tree.get(node)?.value().as_element()
    }
}

/// Pieces that belong together, in the order of the page.
struct Groups<K> {
    all: Vec<Vec<Piece>>,
    by_key: HashMap<K, usize>,
}

impl<K> Default for Groups<K> {
    fn default() -> Self {
        Self { all: Vec::new(), by_key: HashMap::new() }
    }
}

impl<K: Eq + Hash> Groups<K> {
    fn add(&mut self, key: K, piece: Piece) -> &mut Vec<Piece> {
        let index = *self.by_key.entry(key).or_insert(self.all.len());
        if index == self.all.len() {
            self.all.push(Vec::new());
        }
        let group = &mut self.all[index];
        group.push(piece);
        group
    }
}

/// Whether a text names a year of ours.
fn has_year(text: &str) -> bool {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    numbers.any(|number| number.len() == 4 && matches!(&number[..2], "19" | "20"))
}

#[cfg(test)]
mod tests;
