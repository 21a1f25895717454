//! Pages that are empty until a script fills them: the words are often in the page all the same, as data for that script.
//!
//! Which script, and how it names its data, doesn't matter: a JSON value anywhere in a `<script>` is looked at (`value`),
//! and what has the shape of a document in it is read (`document`): a string with markup or paragraphs, or a tree of
//! blocks that end in texts. What a framework streams in pieces that refer to each other isn't put together.

mod document;
mod value;

use ego_tree::NodeRef;
use scraper::Node;

use crate::model::{Clause, Text};

use super::inline::weight;
use super::media::{self, Media};
use super::{Page, decode, parse};
use value::Value;

/// A page with fewer words of running text is a shell, if its scripts hold more.
const SHELL: u32 = 40;
/// What scripts hold must have at least so many words of running text to be a document, and not a label or a teaser.
const FEWEST: u32 = 40;

/// The text of a page, or if there is hardly any, the text that its scripts would show.
pub(super) fn filled(page: &Page<'_>, text: Text) -> Text {
    if media::of(page) != Media::Html || !is_shell(&text) {
        return text;
    }
    let html = decode(page.body, page.content_type).0;
    let Ok(tree) = parse::parse_whole(&html) else { return text };
    let scripts: Vec<&str> = tree.tree.nodes().filter_map(script).collect();
    let clauses = document::clauses(&Value::List(value::find(&scripts)), page.url);
    match has_prose(&clauses, FEWEST) {
        true => Text { clauses, in_scripts: true, ..text },
        false => text,
    }
}

/// Whether the text is in the scripts of the page, or may be.
pub(super) fn is_shell(text: &Text) -> bool {
    text.in_scripts || !has_prose(&text.clauses, SHELL)
}

/// The words of a script element.
fn script<'a>(node: NodeRef<'a, Node>) -> Option<&'a str> {
    node.value().as_element().filter(|e| e.name() == "script")?;
    node.first_child()?.value().as_text().map(|text| &**text)
}

/// Whether clauses have so many words of running text; those after aren't looked at.
fn has_prose(clauses: &[Clause], least: u32) -> bool {
    let mut running = clauses.iter().filter(|c| c.level().is_none()).map(|c| weight(&c.text));
    let mut prose = 0;
    running.any(|words| {
        prose += if words >= 8 { words } else { 0 };
        prose >= least
    })
}

#[cfg(test)]
mod tests;
