//! Markdown to the page that it stands for, which is then read like any other.

use pulldown_cmark::{Options, Parser, html};

/// Renders Markdown with the extensions that policies in repositories use: tables, footnotes, struck words, and
/// metadata in front of the text, which isn't shown.
pub(super) fn page(markdown: &str) -> String {
    let extensions = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let mut page = String::from("<!doctype html><main>");
    html::push_html(&mut page, Parser::new_ext(markdown.trim_start_matches('\u{feff}'), extensions));
    page.push_str("</main>");
    page
}
