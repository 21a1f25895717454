//! Pages that hold several contracts: which they are, and how each is pointed at.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use ego_tree::{NodeId, NodeRef};
use scraper::node::Element;
use scraper::{Html, Node};

use super::dropped::Dropped;
use super::media::{self, Media};
use super::outline::{Block, Outline, Role};
use super::selection::Selection;
use super::sums::Sums;
use super::{Opened, Page, open, select};
use crate::model::{Kind, Rules, Text};

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

/// What is left of a page's text where it holds several contracts, or editions of one, side by side and shows one of
/// them, as tabs do.
///
/// `None` where it shows all it has, and where it isn't read as `text` any more.
pub fn shown(page: &Page<'_>, text: &Text) -> Option<Shown> {
    if !matches!(media::of(page), Media::Html) {
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
    let ids = ids(tree);
    best.1.into_iter().filter_map(|piece| page.contract(piece, &ids)).collect()
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

    fn contract(&self, piece: Piece, ids: &HashMap<&str, u32>) -> Option<Contract> {
        let title = self.title(&piece.blocks)?.to_owned();
        let path = |node| self.path(node, ids);
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

    /// A CSS selector of one element: its `id`, or its place in the nearest element around it that has one.
    fn path(&self, node: NodeId, ids: &HashMap<&str, u32>) -> Option<String> {
        let mut steps = Vec::new();
        let mut at = self.tree.tree.get(node)?;
        while let Some(element) = at.value().as_element() {
            if let Some(id) = element.id().filter(|id| is_plain(id) && ids.get(id) == Some(&1)) {
                steps.push(format!("#{id}"));
                break;
            }
            let alike = |n: &NodeRef<'_, Node>| {
                n.value().as_element().is_some_and(|other| other.name() == element.name())
            };
            let place = at.prev_siblings().filter(alike).count() + 1;
            let is_lone = place == 1 && !at.next_siblings().any(|n| alike(&n));
            steps.push(match is_lone {
                true => element.name().to_owned(),
                false => format!("{}:nth-of-type({place})", element.name()),
            });
            at = at.parent()?;
        }
        steps.reverse();
        Some(steps.join(" > "))
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

/// How often each `id` is given on the page.
fn ids(tree: &Html) -> HashMap<&str, u32> {
    let mut ids = HashMap::new();
    for id in tree.tree.values().filter_map(|node| node.as_element()?.id()) {
        *ids.entry(id).or_default() += 1;
    }
    ids
}

/// Whether an `id` is written in CSS as it is.
fn is_plain(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_alphabetic())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// Whether a text names a year of ours.
fn has_year(text: &str) -> bool {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    numbers.any(|number| number.len() == 4 && matches!(&number[..2], "19" | "20"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{explain, extract};

    fn page(html: &str) -> Page<'_> {
        Page { body: html.as_bytes(), content_type: Some("text/html"), url: "https://acme.example/legal" }
    }

    fn words(of: &str) -> String {
        format!("<p>{}</p>", format!("We say something about {of} here, at some length. ").repeat(15))
    }

    /// A contract in an element: attributes, title, date.
    fn part(attributes: &str, title: &str, date: &str) -> String {
        format!("<div {attributes}>{title}<p>{date}</p><h3>1. Scope</h3>{}</div>", words(attributes))
    }

    fn found(html: &str) -> Vec<Contract> {
        explain(&page(html), &Rules::default()).unwrap().contracts
    }

    fn listed(html: &str) -> Vec<String> {
        let said =
            |c: Contract| format!("{}: {}{}", c.title, c.select, if c.hidden { ", hidden" } else { "" });
        found(html).into_iter().map(said).collect()
    }

    fn tabs() -> String {
        let parts = [
            part("id=terms class=tab style='display:none'", "<h2>Terms</h2>", "Effective May 30, 2025"),
            part("id=dpa class=tab", "<h2>Data Processing</h2>", "Effective Jul 17, 2025"),
            part("class=tab hidden", "<h2>Service Levels</h2>", "17. Juli 2025"),
        ];
        format!("<main><h1>Legal</h1><p>All that applies.</p><div>{}</div></main>", parts.concat())
    }

    fn in_a_row() -> String {
        let one = |id: &str, title: &str| {
            format!("<h2 {id}>{title}</h2><p>Effective 2025-02-06</p><h3>1. Scope</h3>{}", words(title))
        };
        let all = [one("id=terms", "Terms"), one("", "Privacy"), one("id=dpa", "Data Processing")].concat();
        format!("<main><h1>Legal terms</h1><section>{all}</section><p>Write to us.</p></main>")
    }

    #[test]
    fn contracts_are_told_by_titles_and_dates_of_their_own() {
        assert_eq!(
            listed(&tabs()),
            [
                "Terms: #terms, hidden",
                "Data Processing: #dpa",
                "Service Levels: html > body > main > div > div:nth-of-type(3), hidden"
            ]
        );
        assert_eq!(
            listed(&in_a_row()),
            [
                "Terms: #terms .. html > body > main > section > h2:nth-of-type(2)",
                "Privacy: html > body > main > section > h2:nth-of-type(2) .. #dpa",
                "Data Processing: #dpa ..= html > body > main > section > p:nth-of-type(6)"
            ]
        );
        // Titles that are none by their element.
        let titled = |id, title| part(id, &format!("<div class=big><p>{title}</p></div>"), "Effective 2025");
        let page = [titled("id=a", "Terms of use"), titled("id=b", "Cookies")].concat();
        assert_eq!(listed(&page), ["Terms of use: #a", "Cookies: #b"]);
        // A numbering of its own is as good as a date, where all are shown.
        assert_eq!(listed(&page.replace("Effective 2025", "")), ["Terms of use: #a", "Cookies: #b"]);
        assert_eq!(listed(&page.replace("id=a", "id=a hidden").replace("Effective 2025", "")), [""; 0]);
    }

    #[test]
    fn sections_of_one_contract_are_no_contracts() {
        let section =
            |title: &str, date: &str| format!("<section><h2>{title}</h2>{date}{}</section>", words(title));
        let dated = section("1. Scope", "<p>Since 2024</p>");
        let page = [dated.clone(), section("2. Fees", ""), section("3. Liability", "")].concat();
        assert_eq!(listed(&format!("<main><h1>Terms</h1><p>Effective 2025</p>{page}</main>")), [""; 0]);
        assert_eq!(
            listed(&format!("<main>{dated}{}</main>", "<section><h2>A</h2><p>2024</p></section>")),
            [""; 0]
        );
        assert_eq!(listed("<main></main>"), [""; 0]);
        let release = part("", "<h2>Release</h2>", "May 30, 2025");
        assert_eq!(listed(&release.repeat(MOST)).len(), MOST);
        assert_eq!(listed(&release.repeat(MOST + 1)), [""; 0]);
    }

    #[test]
    fn what_is_given_for_each_reads_it_alone() {
        for html in [tabs(), in_a_row()] {
            let explained = explain(&page(&html), &Rules::default()).unwrap();
            assert_eq!(explained.contracts.len(), 3);
            for contract in explained.contracts {
                let rules = Rules { select: vec![contract.select], ..Rules::default() };
                let alone = extract(&page(&html), &rules).unwrap();
                let parts = explained.parts[contract.blocks].iter().map(|part| &part.clause);
                assert!(alone.clauses.iter().eq(parts), "{:?}", rules.select);
            }
        }
    }

    #[test]
    fn of_tabs_the_one_that_is_shown_is_known() {
        let html = tabs();
        let text = extract(&page(&html), &Rules::default()).unwrap();
        let shown = shown(&page(&html), &text).unwrap();
        let titles: Vec<_> =
            shown.text.clauses.iter().filter(|c| c.level() < Some(3)).map(|c| &*c.text).collect();
        assert_eq!(titles[..3], ["Legal", "All that applies.", "Data Processing"]);
        assert!(!shown.text.to_markdown().contains("Terms"));
        assert_eq!((shown.title.as_str(), shown.of), ("Data Processing", 3));
        // So of editions in one of them.
        let edition = |attributes: &str, date: &str| {
            format!("<section {attributes}><b>{date}</b>{}</section>", words(date))
        };
        let editions = edition("", "Effective in 2025") + &edition("hidden", "Effective in 2023");
        let nested = html.replace("Effective Jul 17, 2025", &editions);
        let text = extract(&page(&nested), &Rules::default()).unwrap();
        let shown = super::shown(&page(&nested), &text).unwrap().text.to_markdown();
        assert!(shown.contains("in 2025 here") && !shown.contains("in 2023 here"));
        // What is read in another way by now, and what shows all or nothing.
        assert_eq!(super::shown(&page(&html), &Text::default()), None);
        for other in [in_a_row(), html.replace("id=dpa", "hidden")] {
            let text = extract(&page(&other), &Rules::default()).unwrap();
            assert_eq!(super::shown(&page(&other), &text), None);
        }
    }
}
