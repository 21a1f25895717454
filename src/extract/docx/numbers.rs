//! How the paragraphs of a document are numbered.

use std::collections::HashMap;

use crate::extract::Error;
use crate::extract::numbering::written;
use crate::extract::xml::{Node, Nodes, attribute, local};

/// Word knows nine levels.
const LEVELS: usize = 9;

/// The numberings of a document, and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// For each list the numbering it follows.
    lists: HashMap<String, List>,
    kinds: HashMap<String, Vec<Level>>,
    /// By numbering: lists that follow the same one count on.
    counted: HashMap<String, [Option<i64>; LEVELS]>,
}

#[derive(Debug, Default)]
struct List {
    kind: String,
    /// Levels that begin anew with this list, at which number.
    starts: HashMap<usize, i64>,
}

#[derive(Debug, Clone)]
struct Level {
    start: i64,
    format: String,
    /// `%1.%2`
    text: String,
}

impl Default for Level {
    fn default() -> Self {
        Self { start: 1, format: "decimal".to_owned(), text: String::new() }
    }
}

impl Numbers {
    /// Counts a paragraph of a list: the number in front of it, empty for a bullet. `None` if there is no such list.
    pub(super) fn next(&mut self, list: &str, level: usize) -> Option<String> {
        let List { kind, starts } = self.lists.get_mut(list)?;
        let levels = self.kinds.get(kind)?;
        let level = level.min(levels.len().checked_sub(1)?);
        let counted = self.counted.entry(kind.clone()).or_default();
        if let Some(start) = starts.remove(&level) {
            counted[level] = Some(start - 1);
        }
        counted[level] = Some(counted[level].map_or(levels[level].start, |last| last.saturating_add(1)));
        counted[level + 1..].fill(None);
        let number = |at: usize| {
            let number = counted[at].unwrap_or(levels[at].start);
            written(style(&levels[at].format), number)
        };
        let mut text = levels[level].text.clone();
        if levels[level].format == "bullet" || levels[level].format == "none" {
            return Some(String::new());
        }
        for at in 0..=level {
            text = text.replace(&format!("%{}", at + 1), &number(at));
        }
        Some(text.trim().to_owned())
    }
}

/// The style of HTML's lists that a format is.
fn style(format: &str) -> char {
    match format {
        "lowerLetter" => 'a',
        "upperLetter" => 'A',
        "lowerRoman" => 'i',
        "upperRoman" => 'I',
        _ => '1',
    }
}

/// Reads `numbering.xml`.
pub(super) fn read(xml: &str) -> Result<Numbers, Error> {
    let mut numbers = Numbers::default();
    let (mut kind, mut list, mut level) = (None::<String>, None::<String>, 0usize);
    let mut nodes = Nodes::of(xml);
    while let Some(node) = nodes.next()? {
        let Node::Open(element) = node else { continue };
        let value = |name: &str| attribute(&element, name).unwrap_or_default();
        let number = |name: &str| value(name).parse::<i64>().ok();
        match local(&element).as_str() {
            "abstractNum" => (kind, list) = (Some(value("abstractNumId")), None),
            "num" => (kind, list) = (None, Some(value("numId"))),
            "abstractNumId" => {
                let followed = List { kind: value("val"), ..List::default() };
                numbers.lists.extend(list.clone().map(|list| (list, followed)));
            }
            "lvl" | "lvlOverride" => level = value("ilvl").parse().unwrap_or(0).min(LEVELS - 1),
            "startOverride" => {
                let open = list.as_ref().and_then(|list| numbers.lists.get_mut(list));
                open.into_iter()
                    .for_each(|list| list.starts.extend(number("val").map(|start| (level, start))));
            }
            name @ ("start" | "numFmt" | "lvlText") => {
                let Some(kind) = &kind else { continue };
                let levels = numbers.kinds.entry(kind.clone()).or_default();
                levels.resize(levels.len().max(level + 1), Level::default());
                match name {
                    "start" => levels[level].start = number("val").unwrap_or(1),
                    "numFmt" => levels[level].format = value("val"),
                    _ => levels[level].text = value("val"),
                }
            }
            _ => {}
        }
    }
    Ok(numbers)
}
