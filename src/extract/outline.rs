//! A tree to blocks of text, and the areas of the page that hold them.

use std::collections::HashSet;

use ego_tree::{NodeId, NodeRef};
use html5ever::local_name;
use scraper::{Html, Node};
use url::Url;

use crate::model::{Clause, Kind, Rules};

use super::Error;
use super::asides;
use super::inline::Line;
use super::reader::Reader;
use super::selection::Selected;

/// Links are kept until they are so long together, in bytes: no real page has as much, and each stands for a few bytes
/// of the page only.
pub(super) const MOST_LINKS: usize = 4 << 20;

/// What a page is made of: its blocks in reading order, and its areas, each before those inside it.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) title: String,
    pub(super) language: String,
    pub(super) areas: Vec<Area>,
    pub(super) blocks: Vec<Block>,
    /// What link targets are relative to; those of blocks are as written until the policy is known.
    pub(super) base: Option<Url>,
    /// The page's owner said which areas count: nothing is left to judge.
    pub(super) selected: bool,
    /// The entries of `select` and `remove` that match nothing.
    pub(super) unmatched: Vec<String>,
}

/// A block-level element.
#[derive(Debug)]
pub(super) struct Area {
    /// The index of the area around it; the root is its own parent.
    pub(super) parent: usize,
    /// What the markup says it is.
    pub(super) role: Role,
    /// One past the last area inside it.
    pub(super) end: usize,
    /// Its blocks, those of areas inside it included.
    pub(super) blocks: std::ops::Range<usize>,
    /// How many buttons, switches and fields it holds.
    pub(super) controls: u32,
    /// How many of them are fields to write in.
    pub(super) fields: u32,
    /// How many of them close what they stand in.
    pub(super) closers: u32,
    /// A form stands directly in it: what stands beside that is what the form says when it was sent.
    pub(super) wraps_form: bool,
    /// Its element; the root has none.
    pub(super) node: Option<NodeId>,
}

/// What the markup says an area is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing in particular.
    Plain,
    /// `<main>` or its ARIA role.
    Main,
    /// `<article>`.
    Article,
    /// A heading band: a page's masthead, or a document's title.
    Header,
    /// Navigation, footers, asides, dialogs, forms: by element or ARIA role.
    Furniture,
    /// Furniture by the name its author gave it.
    Named,
    /// The same by a name for lists of links, which is given to what they lead to as well.
    Links,
    /// Furniture by its `id`, which may as well be the anchor of a section: `#cookies`.
    Anchored,
    /// Not shown, at least not at first: a collapsed section, or a twin for another screen.
    Hidden,
    /// A table: its rows stay together.
    Table,
}

/// A clause, and what is needed to tell whether it is one.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) clause: Clause,
    /// The innermost area that holds it.
    pub(super) area: usize,
    /// Its words.
    pub(super) weight: u32,
    /// Those of them that are link text.
    pub(super) linked: u32,
}

impl Block {
    /// Running text, as policies are made of: enough words, and most of them not links.
    pub(super) fn is_prose(&self) -> bool {
        self.weight >= 8 && self.linked * 2 < self.weight && !matches!(self.clause.kind, Kind::Heading(_))
    }
}

/// Makes links absolute. Most links of a page aren't in its policy, so this comes last.
pub(super) fn resolve<'a>(base: Option<&Url>, clauses: impl Iterator<Item = &'a mut Clause>) {
    let mut bytes = 0;
    for clause in clauses.filter(|clause| !clause.links.is_empty()) {
        for link in &mut clause.links {
            if let Some(absolute) = base.and_then(|base| base.join(link).ok()) {
                *link = absolute.into();
            }
            bytes += link.len();
        }
        if bytes > MOST_LINKS {
            clause.links.clear();
        }
    }
}

/// Reads a page's tree.
pub(super) fn read(tree: &Html, url: &str, rules: &Rules) -> Result<Outline, Error> {
    let selected = Selected::find(tree, &rules.select)?;
    if !rules.select.is_empty() && selected.is_empty() {
        return Err(Error::NothingSelected(rules.select.join(", ")));
    }
    let dropped = Selected::find(tree, &rules.remove)?;
    let mut removed = dropped.inside(tree);
    removed.extend(asides::find(tree));
    if !selected.is_elements() {
        removed.extend(selected.outside(tree));
    }
    let mut reader = Reader::new(base(tree, url), removed);
    match rules.select.is_empty() || !selected.is_elements() {
        true => reader.walk(tree.tree.root()),
        false => outermost(tree, &selected.elements).into_iter().for_each(|root| reader.walk(root)),
    }
    let (title, language) = (title(tree), language(tree));
    let unmatched = [selected.unmatched, dropped.unmatched].concat();
    Ok(Outline { title, language, selected: !rules.select.is_empty(), unmatched, ..reader.finish() })
}

/// What link targets are relative to (WHATWG HTML, "document base URL"): what the first `<base>` says, else the page.
fn base(tree: &Html, url: &str) -> Option<Url> {
    let page = Url::parse(url).ok()?;
    let elements = tree.tree.nodes().filter_map(|node| node.value().as_element());
    let says = elements.filter(|e| e.name.local == local_name!("base")).find_map(|e| e.attr("href"));
    let base = says.and_then(|href| page.join(href.trim()).ok()).filter(|base| !base.cannot_be_a_base());
    Some(base.unwrap_or(page))
}

fn title(tree: &Html) -> String {
    let is_title =
        |n: &NodeRef<'_, Node>| n.value().as_element().is_some_and(|e| e.name.local == local_name!("title"));
    let mut line = Line::default();
    let texts = tree.tree.root().descendants().find(is_title).into_iter().flat_map(|t| t.descendants());
    texts.filter_map(|n| n.value().as_text()).for_each(|t| line.push(t));
    line.take()
}

fn language(tree: &Html) -> String {
    tree.root_element().attr("lang").unwrap_or_default().trim().to_ascii_lowercase()
}

/// The matched elements that lie in no other matched element, in document order.
fn outermost<'a>(tree: &'a Html, found: &HashSet<NodeId>) -> Vec<NodeRef<'a, Node>> {
    let lone =
        |n: &NodeRef<'a, Node>| found.contains(&n.id()) && !n.ancestors().any(|a| found.contains(&a.id()));
    tree.tree.root().descendants().filter(lone).collect()
}

#[cfg(test)]
mod tests {
    use crate::extract::{Page, extract};

    #[test]
    fn links_are_relative_to_the_page_unless_it_says_otherwise() {
        for (head, target) in [
            ("", "https://example.com/legal/aup"),
            ("<base href=/en/>", "https://example.com/en/aup"),
            (
                "<base target=_blank><base href='https://docs.example/a/b'><base href=/c/>",
                "https://docs.example/a/aup",
            ),
            ("<base href='data:text/html,'>", "https://example.com/legal/aup"),
            ("<base href='//'>", "https://example.com/legal/aup"),
        ] {
            let body = format!(
                "<!doctype html><html><head>{head}</head><p>You must heed our <a href=aup>policy</a>."
            );
            let url = "https://example.com/legal/terms";
            let page = Page { body: body.as_bytes(), content_type: Some("text/html"), url };
            assert_eq!(extract(&page, &Default::default()).unwrap().clauses[0].links, [target], "{head}");
        }
    }
}
