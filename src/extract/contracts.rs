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
use super::{Page, extract};
use crate::model::{Clause, Kind, Rules, Shown, Text};

/// A contract has at least so many words of running text.
const LEAST: u32 = 100;
/// More parts than this are no contracts, whatever they look like.
const MOST: usize = 100;
/// What it is called has at most so many words.
const TITLE: u32 = 12;
/// Among so many blocks at its beginning is the line with its date, of at most so many words.
const HEAD: usize = 6;
const DATE_LINE: u32 = 30;
/// Since this version of the extractor a text has a note of what its page shows.
const NOTED: u32 = 6;

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

/// What a page shows of its text, where it holds several contracts, or editions of one, side by side and shows one of
/// them, as tabs do; `None` where it shows all it has, and where `select` says which parts count.
pub(super) fn shown(tree: &Html, outline: &Outline, fates: &[Option<Dropped>]) -> Option<Shown> {
    let hides = outline.areas.iter().any(|area| area.role == Role::Hidden);
    let kept = outline.blocks.iter().zip(fates).filter(|(_, fate)| fate.is_none()).map(|(block, _)| block);
    let short = kept.filter(|block| block.weight <= DATE_LINE).map(|block| &block.clause);
    if outline.selected || !hides || !are_dated(short) {
        return None;
    }
    let page = Pages::new(tree, outline, fates);
    let groups: Vec<_> = page.side_by_side().into_iter().filter(|pieces| page.shows_one(pieces)).collect();
    let outermost = groups.first()?;
    let one = outermost.iter().find(|piece| !piece.hidden)?;
    let (title, of) = (page.title(&one.blocks)?.to_owned(), outermost.len());
    let pieces = groups.iter().flatten().filter(|piece| piece.hidden);
    let hidden = joined(pieces.map(|piece| page.clauses(&piece.blocks)).collect());
    Some(Shown { title, of, hidden })
}

/// Runs in order, those that touch as one.
fn joined(mut runs: Vec<Range<usize>>) -> Vec<Range<usize>> {
    runs.sort_by_key(|run| run.start);
    runs.dedup_by(|run, before| {
        let touches = run.start <= before.end;
        before.end = if touches { before.end.max(run.end) } else { before.end };
        touches
    });
    runs
}

/// Whether a page may show less than the text that was read from it, and nothing says so: it was read before that was noted,
/// and without rules. Then [`shown_by`] tells, which takes ten times as long as reading the text.
pub fn lacks_note(text: &Text, reading: &str) -> bool {
    let version = reading.strip_prefix('x').and_then(|version| version.parse().ok());
    version.is_some_and(|version: u32| version < NOTED) && are_dated(text.clauses.iter())
}

/// What a page shows of the text that was read from it, if not all; `None` also where it isn't read as that text any more.
pub fn shown_by(page: &Page<'_>, text: &Text) -> Option<Shown> {
    if !matches!(media::of(page), Media::Html) {
        return None;
    }
    let again = extract(page, &Rules::default()).ok()?;
    let is_same = again.clauses.iter().map(|c| &c.text).eq(text.clauses.iter().map(|c| &c.text));
    again.shown.filter(|_| is_same)
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
    /// The blocks that are clauses of the text.
    kept: Vec<usize>,
    sums: Sums,
}

impl<'a> Pages<'a> {
    fn new(tree: &'a Html, outline: &'a Outline, fates: &[Option<Dropped>]) -> Self {
        let kept = (0..fates.len()).filter(|block| fates[*block].is_none()).collect();
        let sums = Sums::new(outline.blocks.iter().zip(fates).map(|(b, fate)| fate.is_none().then_some(b)));
        Self { tree, outline, kept, sums }
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
        for &index in &self.kept {
            let block = &self.outline.blocks[index];
            let Kind::Heading(level) = block.clause.kind else { continue };
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

    /// Which clauses of the text a run of blocks gives.
    fn clauses(&self, blocks: &Range<usize>) -> Range<usize> {
        let before = |end: usize| self.kept.partition_point(|block| *block < end);
        before(blocks.start)..before(blocks.end)
    }

    fn kept(&self, blocks: &Range<usize>) -> impl Iterator<Item = &'a Block> {
        let all = &self.outline.blocks;
        self.kept[self.clauses(blocks)].iter().map(|block| &all[*block])
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
        let numbered = || self.contracts(pieces).filter(|piece| self.is_numbered(&piece.blocks)).count();
        (dated >= 2 || (all_shown && numbered() >= 2)) && self.contracts(pieces).count() * 2 >= pieces.len()
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

/// Whether two short lines name a year: a page that holds several contracts, or editions of one, has one in each.
fn are_dated<'a>(clauses: impl Iterator<Item = &'a Clause>) -> bool {
    let is_dated = |clause: &&Clause| has_year(&clause.text) && weight(&clause.text) <= DATE_LINE;
    clauses.filter(is_dated).nth(1).is_some()
}

/// Whether a text names a year of ours.
fn has_year(text: &str) -> bool {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    numbers.any(|number| number.len() == 4 && matches!(&number[..2], "19" | "20"))
}

#[cfg(test)]
mod tests;
