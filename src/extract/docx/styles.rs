//! What the styles of a document say of its paragraphs.

use std::collections::HashMap;

use crate::extract::Error;
use crate::extract::xml::{Node, Nodes, attribute, local};

/// Styles are based on each other; a chain longer than this is a ring.
const LONGEST_CHAIN: usize = 32;

/// The styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    /// The language of the text that declares none.
    pub(super) language: String,
    styles: HashMap<String, Style>,
}

/// What a style, or a paragraph itself, says.
#[derive(Debug, Clone, Default)]
pub(super) struct Style {
    /// Its name, lower case: in files it is English whatever language the program speaks.
    name: String,
    based_on: Option<String>,
    /// 0 to 8 for headings, 9 for none.
    pub(super) outline: Option<u8>,
    /// Its list, and its level there.
    pub(super) list: Option<String>,
    pub(super) level: Option<u8>,
}

impl Style {
    /// Takes in what a property says.
    pub(super) fn take(&mut self, element: &quick_xml::events::BytesStart<'_>) {
        let value = || attribute(element, "val");
        match local(element).as_str() {
            "name" => self.name = value().unwrap_or_default().to_lowercase(),
            "basedOn" => self.based_on = value(),
            "outlineLvl" => self.outline = value().and_then(|v| v.parse().ok()),
            "numId" => self.list = value(),
            "ilvl" => self.level = value().and_then(|v| v.parse().ok()),
            _ => {}
        }
    }
}

impl Styles {
    /// What holds for a paragraph of a style that says something itself.
    pub(super) fn of(&self, style: Option<&str>, own: &Style) -> Style {
        let mut all = own.clone();
        for style in self.chain(style) {
            all.outline = all.outline.or(style.outline);
            if all.list.is_none() {
                all.list.clone_from(&style.list);
                all.level = all.level.or(style.level);
            }
        }
        all
    }

    /// Whether a style is the one for titles, which has no outline level.
    pub(super) fn is_title(&self, style: Option<&str>) -> bool {
        self.chain(style).any(|style| style.name == "title")
    }

    /// Whether a style is one for entries of a table of contents.
    pub(super) fn is_contents(&self, style: Option<&str>) -> bool {
        self.chain(style).next().is_some_and(|style| style.name.starts_with("toc "))
    }

    fn chain(&self, style: Option<&str>) -> impl Iterator<Item = &Style> {
        let first = style.and_then(|style| self.styles.get(style));
        std::iter::successors(first, |style| self.styles.get(style.based_on.as_deref()?)).take(LONGEST_CHAIN)
    }
}

/// Reads `styles.xml`.
pub(super) fn read(xml: &str) -> Result<Styles, Error> {
    let mut styles = Styles::default();
    let mut open: Option<(String, Style)> = None;
    let mut nodes = Nodes::of(xml);
    while let Some(node) = nodes.next()? {
        match node {
            Node::Open(element) => match (local(&element).as_str(), &mut open) {
                ("style", _) => {
                    open = Some((attribute(&element, "styleId").unwrap_or_default(), Style::default()))
                }
                ("lang", None) => {
                    let language = attribute(&element, "val").unwrap_or_default();
                    styles.language = language.to_ascii_lowercase();
                }
                (_, Some((_, style))) => style.take(&element),
                _ => {}
            },
            Node::Close(name) if name == "style" => styles.styles.extend(open.take()),
            _ => {}
        }
    }
    Ok(styles)
}
