//! Short remarks for some readers only, which are no words of the policy: "(opens in a new window)".

use std::collections::{HashMap, HashSet};

use ego_tree::{NodeId, NodeRef};
use html5ever::local_name;
use scraper::node::Element;
use scraper::{Html, Node};

use super::element::heading_level;
use super::inline::{Line, weight};
use super::markup::Markup;

/// A remark is short; anything longer is a text of its own.
const LONGEST: u32 = 8;
/// The same words after so many links on one page are a remark about links.
const REPEATED: usize = 3;

/// What a page announces to screen readers when it has loaded: its title, "3 results".
const ANNOUNCEMENT: u32 = 20;
/// What is hidden from screen readers in so few words is an icon, drawn with letters.
const ICON: u32 = 4;
/// An element with more nodes inside is nothing short, whatever its words: elements lie inside each other, and each is
/// asked.
const MOST_NODES: usize = 50;

/// Finds what is remarked about links and controls: what an `aria-describedby` points at, or an `aria-labelledby` of a
/// group of controls ("Filter by"), and the last words of links
/// where the same words end several links; further, announcements and icons.
pub(super) fn find(tree: &Html) -> HashSet<NodeId> {
    let mut found = HashSet::new();
    let mut described: HashSet<&str> = HashSet::new();
    let mut endings: HashMap<String, Vec<NodeId>> = HashMap::new();
    for node in tree.tree.nodes() {
        let Node::Element(element) = node.value() else { continue };
        let is_link = element.name.local == local_name!("a");
        if !is_link && !says_aside(element) {
            continue;
        }
        let markup = Markup::of(element);
        let is_icon = markup.aria_hidden && is_at_most(node, ICON);
        if is_icon || (markup.aria_live && is_at_most(node, ANNOUNCEMENT)) {
            found.insert(node.id());
        }
        described.extend(markup.described_by.split_ascii_whitespace());
        if matches!(markup.role, Some("group" | "radiogroup" | "listbox" | "combobox" | "toolbar")) {
            described.extend(markup.labelled_by.split_ascii_whitespace());
        }
        if is_link && let Some((words, last)) = ending(node) {
            endings.entry(words).or_default().push(last);
        }
    }
    found.extend(endings.into_values().filter(|ends| ends.len() >= REPEATED).flatten());
    if !described.is_empty() {
        let is_described = |node: &NodeRef<'_, Node>| {
            let element = node.value().as_element();
            let is_described = |e: &Element| Markup::of(e).id.is_some_and(|id| described.contains(id));
            // What is called as a section is: the caption of a group may be that of an accordion.
            let is_heading = |e: &Element| heading_level(&e.name.local, &Markup::of(e)).is_some();
            element.is_some_and(|e| is_described(e) && !is_heading(e)) && is_at_most(*node, LONGEST)
        };
        found.extend(tree.tree.nodes().filter(is_described).map(|n| n.id()));
    }
    found
}

/// Whether an element has an attribute that may make an aside of it or of another.
fn says_aside(element: &Element) -> bool {
    element.attrs.iter().any(|(name, _)| {
        matches!(
            name.local,
            local_name!("aria-hidden")
                | local_name!("aria-live")
                | local_name!("aria-describedby")
                | local_name!("aria-labelledby")
        )
    })
}

/// Whether an element holds at most so many words; stops counting where it holds more.
fn is_at_most(node: NodeRef<'_, Node>, most: u32) -> bool {
    let mut words = 0;
    let mut nodes = node.descendants();
    let texts = nodes.by_ref().take(MOST_NODES).filter_map(|n| n.value().as_text());
    let is_short = texts.map(|t| weight(t)).all(|w| {
        words += w;
        words <= most
    });
    is_short && nodes.next().is_none()
}

/// The words of a link's last element, if there are other words before it.
fn ending(link: NodeRef<'_, Node>) -> Option<(String, NodeId)> {
    let last = link.last_child().filter(|n| n.value().is_element() && is_at_most(*n, LONGEST))?;
    let words = text(last);
    let has_more = link.children().take(MOST_NODES).any(|n| n.id() != last.id() && !is_at_most(n, 0));
    ((2..=LONGEST).contains(&weight(&words)) && has_more).then(|| (words, last.id()))
}

fn text(node: NodeRef<'_, Node>) -> String {
    let mut line = Line::default();
    node.descendants().filter_map(|n| n.value().as_text()).for_each(|t| line.push(t));
    line.take()
}
