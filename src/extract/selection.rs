//! `select` and `remove`: which parts of a page its reader points at.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::{Html, Selector};

use super::Error;

/// What one entry of `select` or `remove` points at.
///
/// - `#terms article`: each element that the CSS selector matches, with all in it;
/// - `#terms .. #privacy`: from the first element that matches the first selector up to the next one that matches the
///   second, as a page that holds several contracts in a row needs it;
/// - `#terms ..= #annex`: the same, with that last element;
/// - `#terms ..`: to the end of the page.
#[derive(Debug, Clone)]
pub enum Selection {
    /// Each element that matches.
    Each(Selector),
    /// All from an element on.
    Stretch(Selector, End),
}

/// Where a stretch ends.
#[derive(Debug, Clone)]
pub enum End {
    /// Before the next element that matches.
    Before(Selector),
    /// After the next element that matches.
    After(Selector),
    /// With the page.
    Page,
}

impl Selection {
    /// Reads an entry, or says which of its selectors isn't CSS.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let css = |text: &str| Selector::parse(text).map_err(|_| Error::Selector(text.trim().to_owned()));
        let padded = format!("{} ", text.trim());
        let Some((from, to)) = padded.split_once(" ..") else { return css(text).map(Self::Each) };
        let end = match to.strip_prefix('=') {
            Some(last) => End::After(css(last)?),
            None if to.trim().is_empty() => End::Page,
            None => End::Before(css(to)?),
        };
        Ok(Self::Stretch(css(from)?, end))
    }
}

/// The parts of a page that a list of entries points at.
#[derive(Debug, Default)]
pub(super) struct Selected {
    /// Elements, with all in them.
    pub(super) elements: HashSet<NodeId>,
    /// Stretches, as places in the order of the page.
    stretches: Vec<Range<usize>>,
    /// The entries that point at nothing.
    pub(super) unmatched: Vec<String>,
}

impl Selected {
    pub(super) fn find(tree: &Html, entries: &[String]) -> Result<Self, Error> {
        let mut found = Self::default();
        let mut places = None;
        for text in entries {
            match Selection::parse(text)? {
                Selection::Each(selector) => {
                    let before = found.elements.len();
                    found.elements.extend(tree.select(&selector).map(|e| e.id()));
                    if found.elements.len() == before && tree.select(&selector).next().is_none() {
                        found.unmatched.push(text.clone());
                    }
                }
                Selection::Stretch(from, end) => {
                    let places = places.get_or_insert_with(|| Places::of(tree));
                    match places.stretch(tree, &from, &end) {
                        Some(stretch) => found.stretches.push(stretch),
                        None => found.unmatched.push(text.clone()),
                    }
                }
            }
        }
        Ok(found)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.elements.is_empty() && self.stretches.is_empty()
    }

    /// Whether elements are all that was found: they are then read one by one.
    pub(super) fn is_elements(&self) -> bool {
        self.stretches.is_empty()
    }

    /// All nodes that lie in what was found, whole.
    pub(super) fn inside(&self, tree: &Html) -> HashSet<NodeId> {
        let mut inside = self.elements.clone();
        if !self.stretches.is_empty() {
            let whole = |place: &Range<usize>| {
                self.stretches.iter().any(|s| s.start <= place.start && place.end <= s.end)
            };
            inside.extend(Places::of(tree).0.into_iter().filter(|(_, place)| whole(place)).map(|(id, _)| id));
        }
        inside
    }

    /// All nodes that have no part in what was found.
    pub(super) fn outside(&self, tree: &Html) -> HashSet<NodeId> {
        let Places(places) = Places::of(tree);
        let elements = self.elements.iter().filter_map(|id| places.get(id)).cloned();
        let found: Vec<Range<usize>> = elements.chain(self.stretches.iter().cloned()).collect();
        let touches = |place: &Range<usize>| found.iter().any(|f| f.start < place.end && place.start < f.end);
        places.into_iter().filter(|(_, place)| !touches(place)).map(|(id, _)| id).collect()
    }
}

/// For each node its place in the order of the page, up to the end of what is in it.
struct Places(HashMap<NodeId, Range<usize>>);

impl Places {
    fn of(tree: &Html) -> Self {
        let mut places = HashMap::new();
        let mut at = 0;
        for edge in tree.tree.root().traverse() {
            match edge {
                Edge::Open(node) => {
                    places.insert(node.id(), at..at);
                    at += 1;
                }
                Edge::Close(node) => {
                    if let Some(place) = places.get_mut(&node.id()) {
                        place.end = at;
                    }
                }
            }
        }
        Self(places)
    }

    fn stretch(&self, tree: &Html, from: &Selector, end: &End) -> Option<Range<usize>> {
        let places =
            |selector| tree.select(selector).filter_map(|e| self.0.get(&e.id())).cloned().collect::<Vec<_>>();
        let start = places(from).first()?.start;
        let next = |selector| places(selector).into_iter().find(|place| place.start > start);
        let end = match end {
            End::Before(selector) => next(selector)?.start,
            End::After(selector) => next(selector)?.end,
            End::Page => self.0.len(),
        };
        Some(start..end)
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::{Page, read};
    use crate::model::Rules;

    const PAGE: &str =
        "<main><h2 id=terms>Terms</h2><p>You must be 18.<div><p>Pay in time.</p><h2 id=privacy>Privacy</h2>
        <p>We keep logs.</p></div><h2 id=cookies>Cookies</h2><p>We set two.</p></main>";

    fn kept(select: &[&str], remove: &[&str]) -> (String, Vec<String>) {
        let owned = |entries: &[&str]| entries.iter().map(|s| (*s).to_owned()).collect();
        let rules = Rules { select: owned(select), remove: owned(remove), ..Rules::default() };
        let page =
            Page { body: PAGE.as_bytes(), content_type: Some("text/html"), url: "https://acme.example/" };
        match read(&page, &rules) {
            Ok(reading) => {
                let words: Vec<_> = reading.text.clauses.into_iter().map(|c| c.text).collect();
                (words.join(" "), reading.unmatched)
            }
            Err(error) => (error.to_string(), Vec::new()),
        }
    }

    #[test]
    fn a_stretch_begins_and_ends_at_elements_wherever_they_stand() {
        for (select, expected) in [
            (&["#terms .. #privacy"][..], "Terms You must be 18. Pay in time."),
            (&["#terms ..= #privacy + p"], "Terms You must be 18. Pay in time. Privacy We keep logs."),
            (&["#cookies .."], "Cookies We set two."),
            (&["h2 .. h2"], "Terms You must be 18. Pay in time."),
            (&["#privacy .. #cookies", "#cookies + p"], "Privacy We keep logs. We set two."),
            (&["#terms .. #annex"], "nothing on the page matches the configured `select` (#terms .. #annex)"),
            (&["#terms .. <"], "`<` is not a CSS selector"),
            (&[".. #terms"], "`.. #terms` is not a CSS selector"),
        ] {
            assert_eq!(kept(select, &[]).0, expected, "{select:?}");
        }
    }

    #[test]
    fn a_stretch_can_be_left_out_and_one_that_is_not_there_is_named() {
        let (words, unmatched) = kept(&[], &["#privacy .. #cookies", "#annex ..", ".ad"]);
        assert_eq!(words, "Terms You must be 18. Pay in time. Cookies We set two.");
        assert_eq!(unmatched, ["#annex ..", ".ad"]);
    }
}
