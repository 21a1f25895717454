//! CSS selectors of single elements of a page, for people to copy.

use std::collections::HashMap;

use ego_tree::{NodeId, NodeRef};
use scraper::{Html, Node};

/// A page, and how often each `id` is given on it.
pub(super) struct Paths<'a> {
    tree: &'a Html,
    ids: HashMap<&'a str, u32>,
}

impl<'a> Paths<'a> {
    pub(super) fn of(tree: &'a Html) -> Self {
        let mut ids = HashMap::new();
        for id in tree.tree.values().filter_map(|node| node.as_element()?.id()) {
            *ids.entry(id).or_default() += 1;
        }
        Self { tree, ids }
    }

    /// The selector of one element: its `id`, or its place in the nearest element around it that has one of its own.
    pub(super) fn to(&self, node: NodeId) -> Option<String> {
        let mut steps = Vec::new();
        let mut at = self.tree.tree.get(node)?;
        while let Some(element) = at.value().as_element() {
            if let Some(id) = element.id().filter(|id| is_plain(id) && self.ids.get(id) == Some(&1)) {
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
}

/// Whether an `id` is written in CSS as it is.
fn is_plain(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_alphabetic())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use scraper::Selector;

    use super::*;

    #[test]
    fn each_element_is_found_alone_by_its_path() {
        let html =
            "<main id=main><p id=twice>a<p id=twice>b<div id='9a'><i>c</i><i>d</i></div><b id=x>e</b></main>";
        let page = Html::parse_document(html);
        let paths = Paths::of(&page);
        for node in page.tree.nodes().filter(|node| node.value().is_element()) {
            let path = paths.to(node.id()).unwrap();
            let found: Vec<_> = page.select(&Selector::parse(&path).unwrap()).map(|e| e.id()).collect();
            assert_eq!(found, [node.id()], "{path}");
        }
        let last = page.select(&Selector::parse("i + i").unwrap()).next().unwrap();
        assert_eq!(paths.to(last.id()).as_deref(), Some("#main > div > i:nth-of-type(2)"));
    }
}
